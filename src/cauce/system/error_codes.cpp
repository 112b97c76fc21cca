#include "cauce/system/error_codes.hpp"

namespace cauce::system {

std::span<const ErrorCode> system_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"P104", "A value out of place in system.toml",
       "The key is known and of the right type, but its value is not among those allowed; the "
       "message "
       "says which are."},
      {"P301", "Axes that do not match",
       "A rate, count or outcome is fed from an array whose axes do not match. Axes are matched by "
       "name; one that only the receiver has is broadcast, one that only the giver has is summed "
       "(not for rates), and 'at' pins an axis to one element."},
      {"P302", "Unknown element of an axis", "'at' names an element that the axis does not have."},
      {"P303", "Unknown rate or count of the people",
       "src/cauce/people/interface.hpp lists the rates that the people need and the counts that "
       "they "
       "give, with axes, units and meaning."},
      {"P304", "Unknown variable of the equations",
       "system.toml, levers.csv or parameters.csv names a variable that "
       "conditions.xmile does not have. Letter case does not count; spaces and underscores are the "
       "same."},
      {"P305", "Dimensions that do not fit the people",
       "[dimensions] gives the XMILE dimension of each axis. Axes whose elements the program fixes "
       "(strata, kinds, ...) need the same elements in the same order."},
      {"P306", "A department that places.csv does not know",
       "Each element of the department dimension must be the 'element' of a row of places.csv "
       "whose "
       "parent is one of the countries."},
      {"P307", "A rate that nothing gives",
       "The people need every rate; a [[rate]] entry of system.toml must give it (only changes of "
       "standing that do not occur may be left out)."},
      {"P308", "A stock taken for events, or events for a stock",
       "Counts of events are flows (persons a month); residents, on_road, standing and abroad are "
       "stocks (persons)."},
      {"P309", "Two outcomes of one name",
       "Outcomes are found by their names, in files and in targets. Rename one of the two."},
      {"P310", "Unknown policy", "Policies are the files of the pack's folder policies/."},
      {"P311", "Unknown theory", "Theories are the files of the pack's folder theories/."},
      {"P312", "Unknown series",
       "A driver or target names a series that data/drivers.csv or data/targets.csv does not "
       "have."},
      {"P313", "A driver with gaps",
       "The series must have rows for each element of the variable that it sets: places match "
       "Country "
       "or Department, groups the remaining dimension."},
      {"P314", "Unknown element of a variable",
       "A parameter or an action names an element that the variable's dimensions do not have."},
      {"P315", "A lever with too many dimensions, or a place without a default",
       "A lever sets a scalar or an array of one dimension. Where an action holds for one place "
       "only, "
       "the others need the lever's default."},
      {"P316", "Unknown outcome", "A target names an outcome that system.toml does not list."},
      {"P318", "A snapshot that cannot be used",
       "The bytes are cut off, damaged, or of another pack or scale. Nothing was changed."},
      {"P319", "A what-if on an unknown variable",
       "A row of arms.csv moves a variable of conditions.xmile, all its elements or those of one "
       "place."},
      {"P320", "Unknown kind, mode, corridor or sector in the network",
       "Corridors and sectors are the elements of their XMILE dimensions; kinds and modes are "
       "listed "
       "in docs/architecture.md."},
      {"P321", "Unknown node", "A link leads from or to a node that nodes.csv does not have."},
      {"P322", "A department without a node",
       "Each department needs an origin node of its own code, where its journeys begin."},
      {"P323", "A number or date of the network out of range",
       "Distances are positive, multipliers not negative, opens and closes months or empty."},
      {"P330", "A claim that is housed nowhere",
       "A claim that is a test has rows in claim_tests.csv, and only such a claim has; the levers, "
       "policies, events, actors and series that house the others are names of the pack."},
      {"P331", "A proposition about something unknown",
       "The arms of a proposition are policies or arms of arms.csv, its outcome, place and group "
       "those of system.toml, its months within the clock, its series one of data/targets.csv, the "
       "theories that expect something the pack's."},
      {"P332", "Words given twice",
       "A file of words (variables.es.csv, claims.es.csv, ...) has one row a key. Keep one of the "
       "two."},
      {"P333", "Words of a language missing",
       "A file of words tells in one language what the pack's other files tell in English "
       "(docs/architecture.md lists them). What it lacks is shown in English; nothing else depends "
       "on it. A pack may do without such a file."},
      {"P334", "Words of what is not there",
       "A row of a file of words is of something that the pack does not have, or that no reader is "
       "shown: a variable, claim or arm of another name, an English text that has changed."},
      {"P325", "No such pack",
       "A pack is given by its folder (the one that holds system.toml) or by its name, which is "
       "looked for in the folder that CAUCE_SYSTEMS names, in ./systems, where the program was "
       "installed, and in the source tree."},
  };
  return codes;
}

} // namespace cauce::system
