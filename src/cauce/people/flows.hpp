// Where the people of a cohort go: how many pass from stage to stage, for flow diagrams.
//
// `FlowCounter` listens to a run and follows every party that leaves home within some steps, from
// then on: home, the road, what ended it, the border, each standing, home again. Its flows add up:
// of those who come into a stage, those who do not go on are there when the run ends, or died.
#pragma once

#include "cauce/people/events.hpp"
#include "cauce/people/world.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cauce::people {

/// Where a party may be. `stage_name` gives "home", "road", "border", then the statuses, then
/// "returned".
enum class Stage : std::uint8_t {
  home,
  road,
  border,
  custody,
  detained,
  hhs,
  pending,
  ordered,
  undocumented,
  tps,
  daca,
  lawful,
  mpp,
  mexico_asylum,
  mexico_settled,
  returned,
  died
};
inline constexpr std::size_t stage_count = 17;
std::string_view stage_name(Stage stage);

/// Persons who went from one stage to another.
struct Flow {
  Stage from{};
  Stage to{};
  std::int64_t persons = 0;
};

/// Which parties are followed.
struct Cohort {
  std::uint32_t from_step = 0, until_step = UINT32_MAX; ///< who leave home from <= step < until
  std::optional<Kind> kind;
  std::vector<std::uint32_t> departments; ///< of origin; any when empty
};

class FlowCounter : public EventSink {
 public:
  explicit FlowCounter(Cohort cohort) : cohort_(std::move(cohort)) {}
  void record(const Event& event) override;
  /// All flows above 0, by stage.
  std::vector<Flow> flows() const;
  /// Persons of the cohort who are at a stage now; all stages together are the cohort.
  std::int64_t at(Stage stage) const;

 private:
  struct Place {
    Stage stage;
    std::uint8_t persons;
  };
  bool asked_for(const Event& event) const;
  void go(Place& place, Stage to, std::int64_t persons);

  Cohort cohort_;
  std::unordered_map<std::uint64_t, Place> places_; ///< by id
  std::map<std::pair<Stage, Stage>, std::int64_t> flows_;
  std::map<Stage, std::int64_t> dead_; ///< died at a stage
};

/// Where an event happened, for a map: degrees north and east. On a link, its middle; at a sector,
/// its node on the road; none for changes of standing.
struct Coordinates {
  double latitude = 0.0, longitude = 0.0;
};
std::optional<Coordinates> coordinates(const Event& event, const Setup& setup);

} // namespace cauce::people
