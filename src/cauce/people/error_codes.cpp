#include "cauce/people/world.hpp"

namespace cauce::people {

std::span<const ErrorCode> people_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"J001", "Sizes that do not fit the axes",
       "The people start from arrays over the axes of the pack: residents by department and "
       "stratum, those abroad by country, kind and status, a share and a country for each "
       "department. One of them has another number of cells."},
      {"J002", "Too many departments", "A person's number has room for 255 departments."},
      {"J003", "A negative number or multiplier",
       "Persons, shares of the diaspora and the multipliers of links are 0 or above, and finite."},
      {"J004", "An impossible scale",
       "The scale says how many real people one simulated person stands for: 1 or more."},
      {"J005", "Too many links",
       "The road has room for 65,534 links; join stretches that nothing tells apart."},
      {"J006", "A department without an origin",
       "Each department needs a node at which its journeys begin: of kind origin, named like the "
       "department."},
      {"J007", "An unknown border sector",
       "Nodes of kind sector are where journeys end. Their column `sector` names an element of the "
       "sector axis."},
      {"J008", "A road without an end", "At least one node must be of kind sector."},
      {"J009", "An unknown corridor",
       "Links in Mexico name the corridor they belong to, an element of the corridor axis: the "
       "hazards of the road are given by corridor. Links elsewhere may leave it empty."},
      {"J010", "Saved people that cannot be restored",
       "A snapshot of the people is restored only whole and on the same setup (pack and scale)."},
      {"J011", "An impossible step", "A step is above 0 and at most 12 months long."},
      {"J012", "Steps out of order",
       "The number of a step keys the luck of its draws. Using one twice would repeat them."},
      {"J013", "An unknown fate",
       "Stories are asked for by the fates that a person lives through, in their order and divided "
       "by commas, such as 'returned,left'. The message lists them or names the nearest."},
  };
  return codes;
}

} // namespace cauce::people
