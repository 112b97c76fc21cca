#include "cauce/system/claims_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace cauce::system {

namespace {
using evidence::Claim;
using evidence::House;
using evidence::Proposition;

template <typename Items, typename Name>
std::vector<std::string> names(const Items& items, Name name) {
  std::vector<std::string> all;
  for (const auto& item : items)
    all.push_back(name(item));
  return all;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Checker {
 public:
  Checker(const System& system, Diagnostics& findings) : system_(system), findings_(findings) {
    const auto own_name = [](const auto& item) { return item.name; };
    levers_ = names(system.levers(), own_name);
    policies_ = names(system.policies(), own_name);
    arms_ = policies_;
    for (const policy::Policy& arm : system.arms())
      arms_.push_back(arm.name);
    theories_ = names(system.theories(), own_name);
    outcomes_ = names(system.outcomes(), [](const Outcome& o) { return o.spec->name; });
    events_ = names(system.events(), [](const evidence::Event& e) { return e.id; });
    actors_ = names(system.levers(), [](const policy::Lever& l) { return l.actor; });
    targets_ = system.targets().names();
    series_ = targets_;
    for (std::string& name : system.driver_table().names())
      series_.push_back(std::move(name));
  }

  void check() {
    for (const policy::Policy& arm : system_.arms()) {
      try {
        system_.lever_paths(arm);
      } catch (const Error& error) {
        findings_.add(error.diagnostic());
      }
    }
    std::set<std::string> tested, claimed;
    for (const Claim& claim : system_.claims())
      claimed.insert(claim.id);
    const std::vector<std::string> ids(claimed.begin(), claimed.end());
    for (const Proposition& test : system_.claim_tests()) {
      tested.insert(test.owner);
      if (!claimed.contains(test.owner)) {
        findings_.error("P330", test.where, fmt::format("unknown claim '{}'", test.owner),
                        did_you_mean(test.owner, ids));
      }
      check_proposition(test);
    }
    for (const Claim& claim : system_.claims())
      check_house(claim, tested.contains(claim.id));
    for (const evidence::Prediction& prediction : system_.predictions()) {
      check_proposition(prediction.proposition);
      for (const auto& [theory, direction] : prediction.expected)
        known(theories_, theory, "theory", prediction.proposition.where, "P331");
    }
  }

 private:
  void known(const std::vector<std::string>& all, const std::string& name, std::string_view what,
             const SourcePos& where, std::string code) {
    if (!contains(all, name)) {
      findings_.error(std::move(code), where, fmt::format("unknown {} '{}'", what, name),
                      did_you_mean(name, all));
    }
  }

  void check_house(const Claim& claim, bool tested) {
    if (tested != (claim.house == House::test)) {
      findings_.error("P330", claim.where,
                      tested ? fmt::format("claim '{}' has rows in claim_tests.csv, but its house "
                                           "is {}",
                                           claim.id, evidence::house_name(claim.house))
                             : fmt::format("claim '{}' is housed as a test, but claim_tests.csv "
                                           "has no row of it",
                                           claim.id));
    }
    const std::vector<std::string>* all = nullptr;
    switch (claim.house) {
    case House::lever:
      all = &levers_;
      break;
    case House::policy:
      all = &policies_;
      break;
    case House::event:
      all = &events_;
      break;
    case House::actor:
      all = &actors_;
      break;
    case House::series:
      all = &series_;
      break;
    case House::test:
    case House::context:
      return;
    }
    for (const std::string& name : claim.housed_in)
      known(*all, name, evidence::house_name(claim.house), claim.where, "P330");
  }

  void check_proposition(const Proposition& p) {
    known(arms_, p.arm, "arm or policy", p.where, "P331");
    if (!p.against.empty())
      known(arms_, p.against, "arm or policy", p.where, "P331");
    if (!p.observed.empty())
      known(targets_, p.observed.series, "series of data/targets.csv", p.where, "P331");
    const Clock& clock = system_.manifest().clock;
    for (const Month month :
         {p.from, p.until, p.base_from.value_or(p.from), p.base_until.value_or(p.until)}) {
      if (month < clock.from || month > clock.until) {
        findings_.error("P331", p.where,
                        fmt::format("'{}': {} is outside the pack's clock, {} to {}", p.owner,
                                    month.text(), clock.from.text(), clock.until.text()));
      }
    }
    const Outcome* outcome = find_outcome(system_, p.outcome);
    if (outcome == nullptr) {
      known(outcomes_, p.outcome, "outcome", p.where, "P331");
      return;
    }
    for (const auto& [element, axis] :
         {std::pair(&p.place, &outcome->place), std::pair(&p.group, &outcome->group)}) {
      if (!element->empty() && !contains(axis->elements, *element)) {
        findings_.error("P331", p.where,
                        fmt::format("outcome '{}' has no {} '{}'", p.outcome,
                                    axis == &outcome->place ? "place" : "group", *element),
                        did_you_mean(*element, axis->elements));
      }
    }
  }

  const System& system_;
  Diagnostics& findings_;
  std::vector<std::string> levers_, policies_, arms_, theories_, outcomes_, events_, actors_,
      targets_, series_;
};
} // namespace

void check_claims(const System& system, Diagnostics& findings) {
  Checker(system, findings).check();
}

ClaimCount count_claims(const System& system) {
  ClaimCount count;
  count.claims = system.claims().size();
  count.propositions = system.claim_tests().size();
  for (const Claim& claim : system.claims()) {
    ++count.housed; // the readers let none pass that is not
    count.executable += claim.house == House::test ? 1 : 0;
    count.context += claim.house == House::context ? 1 : 0;
  }
  return count;
}

std::vector<std::size_t> cells_of(const Outcome& outcome, std::string_view place,
                                  std::string_view group) {
  std::vector<std::size_t> cells;
  for (std::size_t p = 0; p < outcome.place.elements.size(); ++p) {
    if (!place.empty() && outcome.place.elements[p] != place)
      continue;
    for (std::size_t g = 0; g < outcome.group.elements.size(); ++g) {
      if (group.empty() || outcome.group.elements[g] == group)
        cells.push_back(p * outcome.group.elements.size() + g);
    }
  }
  return cells;
}

const Outcome* find_outcome(const System& system, std::string_view name) {
  for (const Outcome& outcome : system.outcomes()) {
    if (outcome.spec->name == name)
      return &outcome;
  }
  return nullptr;
}

} // namespace cauce::system
