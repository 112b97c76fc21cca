#include "cauce/study/finer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace cauce::study {

double month_work(double scale) {
  // Measured: docs/claims.md.
  constexpr double people_at_full_scale = 84.0;
  return 1.0 + people_at_full_scale / scale;
}

bool noise_is_small(double noise, double interval) { return noise <= interval / 10.0; }

bool noise_would_be_small(double noise, double interval, double factor) {
  constexpr double normal_90 = 3.2897; // width of a normal's 90 percent interval in deviations
  const double now = normal_90 * noise, then = now * std::sqrt(factor);
  const double rest = std::max(0.0, interval * interval - now * now);
  return noise_is_small(then / normal_90, std::sqrt(rest + then * then));
}

namespace {
using LastMonths = std::map<std::size_t, Month>; // arm -> its last month

// What arms add to those that run already.
class SharedMonths {
 public:
  explicit SharedMonths(const ArmRuns& runs) : runs_(runs) {}

  double added(const LastMonths& running, const LastMonths& more) {
    LastMonths all = running;
    double months = 0.0;
    for (const auto& [arm, last] : more) {
      Month shared = runs_.start(); // the first month that this arm shares with none
      for (const auto& [other, until] : all)
        shared = std::max(shared, std::min(parting(arm, other), until + 1));
      months += std::max(0, last + 1 - shared);
      put(all, arm, last);
    }
    return months;
  }
  static void put(LastMonths& all, std::size_t arm, Month last) {
    const auto [place, fresh] = all.try_emplace(arm, last);
    if (!fresh)
      place->second = std::max(place->second, last);
  }

 private:
  Month parting(std::size_t a, std::size_t b) {
    const auto [place, fresh] = partings_.try_emplace(std::minmax(a, b), Month());
    if (fresh) {
      const auto month = first_difference(*runs_.levers()[a], *runs_.levers()[b]);
      place->second = runs_.start() + month.value_or(std::numeric_limits<int>::max() / 2);
    }
    return place->second;
  }

  const ArmRuns& runs_;
  std::map<std::pair<std::size_t, std::size_t>, Month> partings_;
};

// Items of one theory that need the same arms for the same months.
struct ItemGroup {
  LastMonths arms;
  std::vector<std::size_t> items;
  bool chosen = false;
};

// One theory's groups, those arms that were chosen, and which group would be the best to add.
class TheoryGroups {
 public:
  void add(LastMonths arms, std::size_t item) {
    const auto same = std::find_if(groups_.begin(), groups_.end(),
                                   [&](const ItemGroup& group) { return group.arms == arms; });
    if (same == groups_.end())
      groups_.push_back({std::move(arms), {item}});
    else
      same->items.push_back(item);
  }

  struct Best {
    std::size_t group = 0;
    double months = 0.0, months_an_item = 0.0;
  };
  std::optional<Best> best(SharedMonths& shared, double most) const {
    std::optional<Best> best;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      if (groups_[g].chosen)
        continue;
      const double months = shared.added(running_, groups_[g].arms);
      if (months > most)
        continue;
      LastMonths then = running_;
      for (const auto& [arm, last] : groups_[g].arms)
        SharedMonths::put(then, arm, last);
      std::size_t settled = 0;
      for (const ItemGroup& group : groups_) {
        if (!group.chosen && shared.added(then, group.arms) == 0.0)
          settled += group.items.size();
      }
      const double each = months / static_cast<double>(settled);
      if (!best || each < best->months_an_item)
        best = {g, months, each};
    }
    return best;
  }
  void choose(std::size_t group, std::vector<std::size_t>& items) {
    groups_[group].chosen = true;
    items.insert(items.end(), groups_[group].items.begin(), groups_[group].items.end());
    for (const auto& [arm, last] : groups_[group].arms)
      SharedMonths::put(running_, arm, last);
  }

 private:
  std::vector<ItemGroup> groups_;
  LastMonths running_;
};
} // namespace

FinerChoice choose_finer(const ArmRuns& runs, std::span<const FinerItem> items, double months) {
  std::map<std::size_t, TheoryGroups> theories;
  for (std::size_t i = 0; i < items.size(); ++i) {
    LastMonths arms;
    for (const std::size_t r : items[i].readings) {
      const Reading& reading = runs.request().readings[r];
      SharedMonths::put(arms, reading.arm, reading.until);
    }
    theories[items[i].theory].add(std::move(arms), i);
  }
  FinerChoice choice;
  SharedMonths shared(runs);
  std::map<std::size_t, std::optional<TheoryGroups::Best>> best; // asked anew where it changed
  while (true) {
    const double rest = months - choice.months;
    TheoryGroups* chosen = nullptr;
    std::size_t theory = 0;
    for (auto& [t, groups] : theories) {
      const auto known = best.find(t);
      if (known == best.end() || (known->second && known->second->months > rest))
        best[t] = groups.best(shared, rest);
      if (!best[t])
        continue;
      if (chosen == nullptr || best[t]->months_an_item < best[theory]->months_an_item) {
        chosen = &groups;
        theory = t;
      }
    }
    if (chosen == nullptr)
      break;
    choice.months += best[theory]->months;
    chosen->choose(best[theory]->group, choice.items);
    best.erase(theory);
  }
  std::sort(choice.items.begin(), choice.items.end());
  return choice;
}

} // namespace cauce::study
