#include "cauce/flee/error_codes.hpp"

namespace cauce::flee {

std::span<const ErrorCode> flee_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"W101", "A quoted cell is never closed",
       "A cell that begins with a double quote runs to the next single double quote. The message "
       "names the line where the cell begins."},
      {"W102", "A cell is not the number it should be",
       "Distances, populations, days and counts are plain numbers: no thousands separators, no "
       "units. Populations, days and counts are whole."},
      {"W103", "A row has too few cells",
       "locations.csv needs eight columns (name, region, country, latitude, longitude, "
       "location_type, conflict_date, population), routes.csv three (name1, name2, distance), "
       "closures.csv five (closure_type, name1, name2, closure_start, closure_end)."},
      {"W104", "Not a date", "Dates are written year-month-day, for instance 2012-02-29."},
      {"W110", "The settings are not YAML",
       "simsetting.yml could not be parsed; a common cause is a tab or an indentation that changes "
       "within a section."},
      {"W111", "A setting of the wrong kind",
       "The value of a setting is a number, True or False, a word of a short list, or a list of "
       "numbers: the message says which."},
      {"W112", "A setting out of range",
       "The message names the range in which the setting has a meaning."},
      {"W113", "An unknown setting",
       "The name is none of Flee's settings, and it is left out. A near miss is suggested; "
       "settings "
       "belong in their section (spawn_rules, move_rules, optimisations, log_levels)."},
      {"W114", "A rule that is not supported",
       "Flee has this rule and Cauce's version of its ruleset does not (floods, hunger, attributes "
       "of persons, two systems of decision). The run goes on without it and its numbers are not "
       "comparable with Flee's in that respect."},
      {"W120", "The period of the simulation is missing",
       "sim_period.csv (or conflict_period.csv) has two lines: StartDate,2012-02-29 and Length,300 "
       "(days)."},
      {"W121", "A place named twice", "Every row of locations.csv needs its own name."},
      {"W122", "An unknown location type",
       "The type is one of camp, idpcamp, conflict_zone, town, forwarding_hub, marker."},
      {"W123", "An unknown place",
       "routes.csv, closures.csv, conflicts.csv and the other files name places of locations.csv, "
       "letter by letter. A near miss is suggested."},
      {"W124", "An impossible distance", "The length of a route is in km, 0 or above."},
      {"W125", "An unknown kind of closure",
       "The kind is one of country, location, link, camp, idpcamp, remove_forced_redirection. The "
       "row is left out."},
      {"W126", "Too few days of conflict",
       "conflicts.csv has one row for each day of the simulation, day 0 first."},
      {"W127", "No locations", "locations.csv has no row beside its header."},
      {"W130", "A camp without counts",
       "Each camp of locations.csv is compared with the counts that data_layout.csv names for it: "
       "a row 'camp,file.csv' is missing there, or its name differs."},
      {"W131", "A file of counts without counts",
       "The file has no row 'year-month-day,count', so that the camp cannot be compared."},
      {"W132", "A correction that fits nothing",
       "registration_corrections.csv names a camp and the date of one of its counts. Where no "
       "count "
       "has this date, or the count before it is 0, nothing is corrected."},
      {"W140", "Nobody can set out",
       "The counts say that people were displaced on this day, but no place is a conflict zone "
       "with "
       "a population. See conflict_date in locations.csv, and conflicts.csv."},
      {"W141", "More people leave than live there",
       "With take_from_population, those who leave are taken from the population of the conflict "
       "zone, and it ran out. Check the populations in locations.csv."},
      {"W142", "Too many stops in a day",
       "A person passed 500 places in one day: the speed is extremely high, or links are extremely "
       "short. Check max_move_speed and the distances in routes.csv."},
  };
  return codes;
}

} // namespace cauce::flee
