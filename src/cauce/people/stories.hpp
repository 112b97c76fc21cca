// Stories: the lives of chosen people, found in one run and told in another.
//
// A run keeps no histories. `StoryFinder` listens to a run and keeps who lived through the fates
// asked for, in their order ("a child who was returned and left again": fates returned, left); of
// all that match it keeps a fair sample. `StoryTeller` listens to the same run again (same setup,
// key and rates: the same lives) and writes down everything that happens to those.
#pragma once

#include "cauce/people/events.hpp"
#include "cauce/people/world.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cauce::people {

/// Something that an event may be. Names: see `fate_names`.
struct Fate {
  std::string_view name;
  EventKind kind{};
  std::optional<std::uint16_t> what; ///< any when empty
  bool matches(const Event& event) const {
    return event.kind == kind && (!what || event.what == *what);
  }
};

/// "left", "robbed", "kidnapped", "returned", "removed", ... all that can be asked for.
std::span<const Fate> all_fates();

/// "returned,left" as fates, in order. Adds error J013 for each unknown name (near miss).
std::vector<Fate> parse_fates(std::string_view names, Diagnostics& findings);

/// Whose story is asked for.
struct StoryRequest {
  std::optional<Kind> kind;
  std::vector<std::uint32_t> departments; ///< of origin; any when empty
  std::vector<Fate> fates;                ///< lived through in this order, others between them
  std::size_t most = 10;                  ///< people wanted
};

class StoryFinder : public EventSink {
 public:
  explicit StoryFinder(StoryRequest request) : request_(std::move(request)) {}
  void record(const Event& event) override;

  /// How many people lived through all of it.
  std::size_t matches() const { return matches_; }
  /// A fair sample of them, at most `most`, in the order of their ids.
  std::vector<PersonId> chosen() const;

 private:
  bool asked_for(PersonId id) const;

  StoryRequest request_;
  std::unordered_map<std::uint64_t, std::uint32_t> lived_; ///< by id: fates so far
  std::map<std::uint64_t, PersonId> chosen_; ///< by a hash of the id: the lowest are kept
  std::size_t matches_ = 0;
};

class StoryTeller : public EventSink {
 public:
  explicit StoryTeller(const std::vector<PersonId>& people);
  void record(const Event& event) override;
  /// Every event of each person, in time.
  const std::map<PersonId, std::vector<Event>>& lives() const { return lives_; }

 private:
  std::map<PersonId, std::vector<Event>> lives_;
};

enum class Language { english, spanish };

/// The name of the place where an event happened, as the pack has it; "" where it has none.
std::string place_name(const Event& event, const Setup& setup);
/// One event in words, without date: "is robbed on the road from Tapachula to Arriaga".
std::string in_words(const Event& event, const Setup& setup, Language language);

} // namespace cauce::people
