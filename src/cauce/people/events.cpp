#include "cauce/people/events.hpp"

namespace cauce::people {

std::string_view event_name(EventKind kind) {
  static constexpr std::string_view names[] = {
      "departure",      "took_link",      "road_event",     "mexico_outcome", "freed",
      "border_arrival", "crossing_death", "port_encounter", "apprehension",   "undetected",
      "disposition",    "status_move",    "came_home",      "retry",          "reintegration",
      "death_at_home",  "parted"};
  return names[static_cast<std::size_t>(kind)];
}

} // namespace cauce::people
