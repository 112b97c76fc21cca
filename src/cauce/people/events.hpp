// What happens to one life, as it is told: dated events with their places and probabilities.
//
// A run keeps no histories: a life is a function of its keys, so that those whose story is asked
// for are followed by running once more with an `EventSink`. Recording never changes a result.
#pragma once

#include "cauce/people/records.hpp"

#include <cstdint>
#include <string_view>

namespace cauce::people {

/// What an event is; the comment says what `Event::what` and `Event::place` hold.
enum class EventKind : std::uint8_t {
  departure,      ///< what: home state left; place: node of the network
  took_link,      ///< what: 0; place: link entered
  road_event,     ///< what: RoadEvent; place: link
  mexico_outcome, ///< what: MexicoOutcome; place: link
  freed,          ///< a kidnapping ended; place: link
  border_arrival, ///< what: 1 at a port of entry, 0 between ports; place: sector
  crossing_death, ///< what: persons; place: sector
  port_encounter, ///< place: sector
  apprehension,   ///< what: 1 turned in, 0 caught; place: sector
  undetected,     ///< place: sector
  disposition,    ///< what: Disposition; place: sector
  status_move,    ///< what: Move; place: Status before
  came_home,      ///< what: Move (removed, mexico_returned, went_home); place: department
  retry,          ///< leaves again; place: department
  reintegration,  ///< place: department
  death_at_home,  ///< place: department
  parted          ///< a child leaves its family; what: 1 on the road (place: link), 0 at the border
                  ///< (place: sector); told of the child, whose events begin with it
};
std::string_view event_name(EventKind kind);

struct Event {
  std::uint32_t step = 0;
  PersonId id{};
  EventKind kind{};
  std::uint8_t persons = 1;
  std::uint16_t what = 0;
  std::uint32_t place = 0;
  double probability = 1.0; ///< of this outcome, given that one of its kind was decided
};

/// Told of every event of every party on the move, in an order that depends on nothing but the
/// run: departments in their order. Steps with a sink run on one thread.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void record(const Event& event) = 0;
};

} // namespace cauce::people
