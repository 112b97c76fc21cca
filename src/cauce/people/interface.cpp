#include "cauce/people/interface.hpp"

namespace cauce::people {

std::span<const std::string_view> fixed_elements(Axis axis) {
  static constexpr std::string_view strata[] = {
      "extreme_none_nochild", "extreme_none_child", "extreme_kin_nochild", "extreme_kin_child",
      "poor_none_nochild",    "poor_none_child",    "poor_kin_nochild",    "poor_kin_child",
      "secure_none_nochild",  "secure_none_child",  "secure_kin_nochild",  "secure_kin_child"};
  static constexpr std::string_view kinds[] = {"adult", "family", "child"};
  static constexpr std::string_view sizes[] = {"two", "three", "four", "five", "six"};
  static constexpr std::string_view income_moves[] = {"secure_to_poor", "poor_to_extreme",
                                                      "extreme_to_poor", "poor_to_secure"};
  static constexpr std::string_view road_events[] = {"mexican_apprehension",
                                                     "robbery",
                                                     "extortion",
                                                     "kidnapping",
                                                     "sexual_violence",
                                                     "injury",
                                                     "death",
                                                     "give_up",
                                                     "settle"};
  static constexpr std::string_view mexico_outcomes[] = {"returned", "asylum", "released"};
  static constexpr std::string_view dispositions[] = {"repatriated", "detained", "released", "hhs",
                                                      "mpp",         "expelled", "agreement"};
  static constexpr std::string_view home_states[] = {"settled", "victim", "displaced", "returned"};
  static constexpr std::string_view moves[] = {"custody",       "detained",
                                               "hhs",           "pending",
                                               "ordered",       "undocumented",
                                               "tps",           "daca",
                                               "lawful",        "mpp",
                                               "mexico_asylum", "mexico_settled",
                                               "removed",       "mexico_returned",
                                               "went_home",     "onward",
                                               "death"};
  switch (axis) {
  case Axis::stratum:
    return strata;
  case Axis::kind:
    return kinds;
  case Axis::size:
    return sizes;
  case Axis::income_move:
    return income_moves;
  case Axis::road_event:
    return road_events;
  case Axis::mexico_outcome:
    return mexico_outcomes;
  case Axis::disposition:
    return dispositions;
  case Axis::home_state:
    return home_states;
  case Axis::status:
    return std::span(moves).first(status_count);
  case Axis::move:
    return moves;
  case Axis::country:
  case Axis::department:
  case Axis::corridor:
  case Axis::sector:
    break;
  }
  return {};
}

std::string_view axis_name(Axis axis) {
  static constexpr std::string_view names[] = {
      "country",     "department", "stratum",        "kind",        "corridor",   "sector", "size",
      "income_move", "road_event", "mexico_outcome", "disposition", "home_state", "status", "move"};
  return names[static_cast<std::size_t>(axis)];
}

std::span<const Field> rate_fields() {
  using enum Axis;
  static const std::vector<Field> fields = {
      {"birth", {department}, "1/month", "births a resident"},
      {"death", {department}, "1/month", "deaths a resident or a person abroad, all causes"},
      {"victimisation",
       {department, stratum},
       "1/month",
       "hazard of severe victimisation of a settled resident"},
      {"victim_recovery", {}, "1/month", "a victim counts as settled again"},
      {"displacement",
       {department, stratum},
       "1/month",
       "hazard that a settled resident or a victim is displaced within the country"},
      {"displacement_end", {}, "1/month", "a displaced resident counts as settled again"},
      {"income_move", {department, Axis::income_move}, "1/month", "change of income class"},
      {"child_gain",
       {department},
       "1/month",
       "a household without children at home comes to have some, a resident"},
      {"child_loss",
       {department},
       "1/month",
       "the children of a household come of age, a resident"},
      {"kin_loss", {}, "1/month", "a household loses its close relative in the US"},
      {"kin_gained_per_arrival",
       {},
       "persons/person",
       "residents who come to have a close relative abroad for each arrival from a stratum "
       "without"},
      {"departure",
       {department, stratum, kind},
       "parties/person/month",
       "parties that leave, a settled resident"},
      {"departure_factor_victim",
       {kind},
       "dmnl",
       "departure hazard of a victim relative to a settled resident of the same stratum"},
      {"departure_factor_displaced",
       {kind},
       "dmnl",
       "departure hazard of a displaced resident relative to a settled one"},
      {"family_size_share", {size}, "dmnl", "share of family parties of 2 to 6 persons; sums to 1"},
      {"retry", {country, kind}, "1/month", "hazard that a returned person leaves again"},
      {"reintegration", {country}, "1/month", "hazard that a returned person counts as settled"},
      {"smuggler_share",
       {country, kind},
       "dmnl",
       "probability that a party travels with a smuggler"},
      {"corridor_utility",
       {corridor, kind},
       "dmnl",
       "utility of a corridor as rumour and price tell (logit scale)"},
      {"utility_per_100km", {kind}, "dmnl", "utility of 100 km of road (negative)"},
      {"speed", {kind}, "km/day", "distance made in a day without delay"},
      {"smuggler_speed_factor", {}, "dmnl", "speed with a smuggler relative to without"},
      {"road_event",
       {Axis::road_event, corridor, kind},
       "1/day",
       "hazard a day on the road in Mexico; multiplied by the link's enforcement (apprehension) or "
       "danger (harms, death)"},
      {"smuggler_factor", {Axis::road_event}, "dmnl", "hazard with a smuggler relative to without"},
      {"kidnapping_days", {}, "day", "mean delay by a kidnapping (exponential)"},
      {"mexico_outcome",
       {country, kind, Axis::mexico_outcome},
       "dmnl",
       "after an apprehension in Mexico; sums to 1"},
      {"sector_utility", {sector, kind}, "dmnl", "utility of a border sector (logit scale)"},
      {"port_share",
       {country, kind},
       "dmnl",
       "share of arriving parties that go to a port of entry"},
      {"port_wait", {}, "month", "mean wait at a port under metering (exponential)"},
      {"turn_in_share",
       {country, kind},
       "dmnl",
       "share of those between ports who turn themselves in"},
      {"apprehension_probability",
       {sector, kind},
       "dmnl",
       "probability that a party that tries to evade is apprehended"},
      {"crossing_death",
       {sector},
       "dmnl",
       "probability that a person dies in an attempt between ports"},
      {"disposition",
       {country, kind, Axis::disposition},
       "dmnl",
       "after an apprehension between ports; sums to 1"},
      {"port_disposition",
       {country, kind, Axis::disposition},
       "dmnl",
       "after an encounter at a port; sums to 1"},
      {"expelled_retry",
       {country, kind},
       "dmnl",
       "probability that an expelled party tries again at once (else it goes home)"},
      {"evader_retry",
       {country, kind},
       "dmnl",
       "probability that a repatriated evader leaves again at once from home"},
      {"border_separation",
       {country},
       "dmnl",
       "probability that a family apprehended between ports is separated; 0: none",
       false,
       true},
      {"border_separation_member",
       {country},
       "dmnl",
       "probability that a member other than the one who leads a separated family is parted from "
       "it; 0: all are",
       false,
       true},
      {"separated_child",
       {Axis::disposition},
       "dmnl",
       "what becomes of a child parted from its family at the border, shares; all 0: it goes to "
       "HHS, as under zero tolerance in 2018",
       false,
       true},
      {"separated_head",
       {Axis::disposition},
       "dmnl",
       "what becomes of those from whom children were parted at the border, shares; all 0: "
       "detained for prosecution, as under zero tolerance in 2018",
       false,
       true},
      {"road_separation",
       {Axis::road_event},
       "dmnl",
       "probability that an event of the road parts one child from a family; the child goes on "
       "alone; 0: none",
       false,
       true},
      {"court_capacity",
       {},
       "persons/month",
       "cases that the courts can decide: judges times the cases that each decides; 0: no limit",
       false,
       true},
      {"remittance",
       {country, status},
       "USD/person/month",
       "what a person of this standing sends home; 0: nothing",
       false,
       true},
      {"transfer_cost", {}, "dmnl", "share of what is sent that the transfer costs", false, true},
      {"status_move",
       {country, kind, status, move},
       "1/month",
       "hazard of each change of standing; 0: it does not happen",
       false,
       true},
  };
  return fields;
}

std::span<const Field> count_fields() {
  using enum Axis;
  static const std::vector<Field> fields = {
      {"births", {department}, "persons", "births"},
      {"deaths", {department}, "persons", "deaths at home"},
      {"victimised", {department, stratum}, "persons", "residents severely victimised"},
      {"displaced", {department}, "persons", "residents newly displaced within the country"},
      {"departures", {department, kind}, "persons", "persons who left, every attempt"},
      {"departures_first",
       {department, kind},
       "persons",
       "persons who left for the first time (unique people)"},
      {"parties", {department, kind}, "parties", "parties that left, every attempt"},
      {"harms",
       {road_event, country, kind},
       "persons",
       "persons to whom each event of the road happened"},
      {"road_deaths", {corridor}, "persons", "deaths on the road through Mexico"},
      {"road_gave_up", {country, kind}, "persons", "turned home on the road"},
      {"corridor_entries", {corridor}, "persons", "travellers who set out on a corridor"},
      {"mexico_apprehensions", {country, kind}, "persons", "apprehended by Mexico"},
      {"mexico_returns", {country, kind}, "persons", "returned home by Mexico"},
      {"mexico_asylum_claims", {country}, "persons", "claims of asylum in Mexico"},
      {"border_arrivals", {sector, kind}, "persons", "arrivals at the US border"},
      {"port_encounters", {country, kind}, "persons", "encountered at ports of entry"},
      {"apprehensions", {country, kind}, "persons", "apprehended between ports by the US, events"},
      {"apprehensions_again",
       {country, kind},
       "persons",
       "of those, people apprehended before within 12 months"},
      {"entries_undetected", {country, kind}, "persons", "entered between ports undetected"},
      {"crossing_deaths", {sector}, "persons", "deaths in an attempt to cross"},
      {"dispositions", {country, kind, disposition}, "persons", "disposition of all encounters"},
      {"arrivals",
       {department, kind},
       "persons",
       "persons who came to live in the US (released, undetected, from custody)"},
      {"status_moves", {country, status, move}, "persons", "changes of standing"},
      {"returns_from_us", {department}, "persons", "returned home by the United States"},
      {"returns_from_mexico", {department}, "persons", "returned home by Mexico"},
      {"retries", {country, kind}, "persons", "returned persons who left again"},
      {"separated_at_border",
       {country},
       "persons",
       "children parted from their family at the border"},
      {"separated_on_road", {country}, "persons", "children parted from their family on the road"},
      {"cases_received", {country}, "persons", "cases that came before the immigration courts"},
      {"cases_decided", {country}, "persons", "cases decided (granted or ordered removed)"},
      {"cases_closed", {country}, "persons", "cases that ended otherwise (left, died, detained)"},
      {"remittances_sent", {department}, "USD", "sent home by those abroad, by their origin"},
      {"remittance_costs", {department}, "USD", "of that, what the transfers cost"},
      {"remittances_received", {department}, "USD", "received: sent less costs"},
      {"residents", {department, stratum}, "persons", "residents by household kind", true},
      {"home", {department, home_state}, "persons", "residents by where they stand", true},
      {"on_road", {country, kind}, "persons", "persons on the road", true},
      {"standing",
       {country, kind, status},
       "persons",
       "persons neither at home nor on the road",
       true},
      {"abroad", {department, status}, "persons", "the same, by department of origin", true},
      {"court_backlog",
       {country},
       "persons",
       "cases that wait for a decision: grows by cases received less those decided and closed",
       true},
  };
  return fields;
}

} // namespace cauce::people
