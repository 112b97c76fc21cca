#include "cauce/people/world.hpp"

#include "cauce/base/helpers.hpp"
#include "cauce/people/archive.hpp"
#include "cauce/people/people_step.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <utility>

namespace cauce::people {

struct World::State {
  State(const Plan& plan, random::Key the_key)
      : key(the_key), shards(plan.departments), counts(count_fields(), plan.setup->axes),
        tables(plan), decisions(plan.departments) {}
  /// A copy of the state alone.
  State(const Plan& plan, const State& other)
      : key(other.key), elapsed_months(other.elapsed_months), next_step(other.next_step),
        shards(other.shards), counts(other.counts), tables(plan), decisions(plan.departments),
        expected_departures(other.expected_departures), expected_returns(other.expected_returns) {}

  random::Key key;
  double elapsed_months = 0.0;
  std::uint32_t next_step = 0;
  std::vector<Shard> shards;
  Counts counts;
  // Not part of the state: memory that the next step fills anew.
  StepTables tables;
  std::vector<Decisions> decisions;
  std::vector<Work> work;                                    ///< one for each thread
  std::vector<double> expected_departures, expected_returns; ///< empty: not asked for
};

namespace {
// The cases that the courts can decide in a step, by department and kind in proportion to those
// that wait: whole cases, the fraction by chance, so that their mean is the capacity.
void share_out_decisions(const StepTables& tables, random::Key key, std::uint32_t step,
                         std::span<const Shard> shards, std::span<Decisions> decisions) {
  const double a_month = hazard(tables.rates()[Rate::court_capacity][0]);
  if (a_month == 0.0) {
    for (Decisions& own : decisions)
      own.fill(std::numeric_limits<std::int64_t>::max());
    return;
  }
  std::vector<double> waiting;
  double all = 0.0;
  for (const Shard& shard : shards) {
    for (const std::int64_t n : shard.standing[static_cast<std::size_t>(Status::pending)]) {
      waiting.push_back(static_cast<double>(n));
      all += static_cast<double>(n);
    }
  }
  const double capacity = a_month * tables.months / tables.plan.setup->scale;
  const double u = random::uniform(key, 0, step, static_cast<std::uint32_t>(Purpose::court));
  const double cases = std::min(std::floor(capacity + u), all);
  for (double& share : waiting)
    share = all > 0.0 ? share / all * cases : 0.0;
  const auto whole = largest_remainder(waiting, static_cast<std::int64_t>(cases));
  for (std::size_t i = 0; i < whole.size(); ++i)
    decisions[i / kind_count][i % kind_count] = whole[i];
}

// How many threads are worth having, of those at hand: what a department at home costs is counted
// as so many parties on the road.
constexpr std::size_t parties_of_a_home = 20, parties_for_a_thread = 400;

std::size_t threads_for(std::span<const Shard> shards, const StepOptions& options) {
  if (options.helpers == nullptr || options.sink != nullptr)
    return 1;
  std::size_t work = shards.size() * parties_of_a_home;
  for (const Shard& shard : shards)
    work += shard.moving.size();
  return std::clamp<std::size_t>(work / parties_for_a_thread, 1, options.helpers->lent() + 1);
}

// Departments that are worked on together, and how much there is to do.
struct Piece {
  std::size_t first, end;
  std::size_t parties;
};

// Neighbours, so that lists are long enough for batches (`parties_together` on the road), and few
// enough for the caches and for threads to share; each alone where somebody listens, so that lives
// are told one by one. The largest first, so that threads end together.
std::vector<Piece> pieces_of(std::span<const Shard> shards, std::size_t threads, bool each_alone) {
  constexpr std::size_t parties_together = 512, most_departments_together = 32;
  constexpr std::size_t pieces_of_a_thread = 4;
  const std::size_t most_together =
      threads == 1 ? most_departments_together
                   : std::max<std::size_t>(1, shards.size() / (threads * pieces_of_a_thread));
  std::vector<Piece> pieces;
  for (std::size_t d = 0; d < shards.size(); ++d) {
    if (pieces.empty() || each_alone || pieces.back().parties >= parties_together ||
        d - pieces.back().first >= most_together)
      pieces.push_back({d, d, 0});
    pieces.back().end = d + 1;
    pieces.back().parties += shards[d].moving.size();
  }
  if (threads > 1) {
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](const Piece& a, const Piece& b) { return a.parties > b.parties; });
  }
  return pieces;
}

// Those abroad at the start, from the strata that `kin_share` gives. They have been there for as
// long as can be: the exponential budgets have no memory.
void place_abroad(const Plan& plan, random::Key key, std::size_t department, Shard& shard) {
  const auto shares = std::span(plan.kin_share).subspan(department * stratum_count, stratum_count);
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    Untouched::Persons own;
    for (std::size_t status = 0; status < status_count; ++status) {
      const std::int64_t persons =
          plan.abroad[(department * kind_count + kind) * status_count + status];
      std::array<double, stratum_count> amounts{};
      for (std::size_t s = 0; s < stratum_count; ++s)
        amounts[s] = static_cast<double>(persons) * shares[s];
      const auto by_stratum = largest_remainder(amounts, persons);
      for (std::size_t s = 0; s < stratum_count; ++s) {
        own.first[s] += own.count[s];
        own.count[s] = static_cast<std::uint32_t>(by_stratum[s]);
      }
      Past past = Past::of_size(1);
      past.set_arrived(in_the_us(status));
      shard.untouched.add(key, static_cast<std::uint32_t>(department),
                          static_cast<std::uint32_t>(status * kind_count + kind), past, own);
      shard.standing[status][kind] += persons;
    }
  }
}

// Events of the step and stocks at its end; `work` is ready for the next step.
void count_all(Counts& counts, const Plan& plan, std::span<const Shard> shards,
               std::span<Work> work) {
  bool first = true;
  for (Work& own : work) {
    for (const std::uint32_t link : plan.entering) {
      own.counts[Count::corridor_entries][plan.links[link].corridor] += own.took[link];
    }
    std::fill(own.took.begin(), own.took.end(), 0);
    if (std::exchange(first, false)) {
      std::swap(counts, own.counts);
    } else {
      const auto all = counts.all();
      const auto events = own.counts.all();
      std::transform(all.begin(), all.end(), events.begin(), all.begin(), std::plus<>{});
    }
    const auto events = own.counts.all();
    std::fill(events.begin(), events.end(), 0);
  }
  for (std::size_t d = 0; d < shards.size(); ++d)
    add_stocks(counts, plan, d, shards[d]);
}

// What is not known to be expected stays as it was drawn.
void expect_all(const Counts& counts, std::span<const Shard> shards,
                std::vector<double>& departures, std::vector<double>& returns) {
  departures.resize(shards.size() * kind_count);
  returns.resize(shards.size());
  for (std::size_t d = 0; d < shards.size(); ++d) {
    const Expectation& of = shards[d].expectation;
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      const std::size_t i = d * kind_count + kind;
      const std::int64_t others =
          counts[Count::departures][i] - counts[Count::departures_first][i] - of.retried[kind];
      departures[i] = of.leaving[kind] + of.retrying[kind] + static_cast<double>(others);
    }
    const std::int64_t others = counts[Count::returns_from_us][d] - of.were_removed;
    returns[d] = of.removed + static_cast<double>(others);
  }
}

std::int64_t sum_over(std::span<const Shard> shards, auto&& of_shard) {
  std::int64_t sum = 0;
  for (const Shard& shard : shards)
    sum += of_shard(shard);
  return sum;
}
} // namespace

World::World(std::shared_ptr<const Setup> setup, random::Key key)
    : plan_(std::make_shared<const Plan>(std::move(setup))),
      state_(std::make_unique<State>(*plan_, key)) {
  start();
}

World::World(const World& like, random::Key key)
    : plan_(like.plan_), state_(std::make_unique<State>(*plan_, key)) {
  start();
}

void World::start() {
  for (std::size_t d = 0; d < plan_->departments; ++d) {
    Shard& shard = state_->shards[d];
    std::copy_n(plan_->residents.begin() + static_cast<std::ptrdiff_t>(d * stratum_count),
                stratum_count, shard.home[0].begin());
    place_abroad(*plan_, state_->key, d, shard);
  }
  count_all(state_->counts, *plan_, state_->shards, {});
}

World::World(const World& other)
    : plan_(other.plan_), state_(std::make_unique<State>(*plan_, *other.state_)) {}
World::World(World&&) noexcept = default;
World& World::operator=(const World& other) {
  if (this != &other)
    *this = World(other);
  return *this;
}
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

void World::step(const Rates& rates, double months, std::uint32_t step_index, StepOptions options) {
  State& state = *state_;
  if (!(months > 0.0) || !(months <= 12.0)) {
    throw Error("J011", {}, fmt::format("a step of {} months", months),
                "steps are above 0 and at most 12 months long");
  }
  if (step_index < state.next_step || step_index > most_steps) {
    throw Error("J012", {}, fmt::format("step {} after step {}", step_index, state.next_step),
                fmt::format("steps rise, up to {}: their number keys the luck", most_steps));
  }
  const auto month = static_cast<std::int64_t>(std::floor(state.elapsed_months + 1e-9));
  state.tables.prepare(rates, months, month);
  share_out_decisions(state.tables, state.key, step_index, state.shards, state.decisions);
  const std::size_t threads = threads_for(state.shards, options);
  const std::vector<Piece> pieces = pieces_of(state.shards, threads, options.sink != nullptr);
  while (state.work.size() < threads)
    state.work.emplace_back(*plan_);
  const auto work_on = [&](std::size_t i, std::size_t slot) {
    PeopleStep(state.tables, state.key, step_index, state.shards, state.decisions, state.work[slot],
               options)
        .run(pieces[i].first, pieces[i].end);
  };
  if (threads > 1) {
    options.helpers->share(pieces.size(), threads, work_on);
  } else {
    for (std::size_t i = 0; i < pieces.size(); ++i)
      work_on(i, 0);
  }
  count_all(state.counts, *plan_, state.shards, state.work);
  state.expected_departures.clear();
  state.expected_returns.clear();
  if (options.expect)
    expect_all(state.counts, state.shards, state.expected_departures, state.expected_returns);
  for (std::size_t d = 0; d < plan_->departments; ++d)
    add_remittances(state.counts, state.tables, d, state.shards[d]);
  state.elapsed_months += months;
  state.next_step = step_index + 1;
}

const Counts& World::counts() const { return state_->counts; }
std::span<const double> World::expected(Count count) const {
  switch (count) {
  case Count::departures:
    return state_->expected_departures;
  case Count::returns_from_us:
    return state_->expected_returns;
  default:
    return {};
  }
}
const Setup& World::setup() const { return *plan_->setup; }

std::int64_t World::total() const {
  return sum_over(state_->shards, [](const Shard& shard) { return shard.living(); });
}
std::int64_t World::dead() const {
  return sum_over(state_->shards, [](const Shard& shard) { return shard.dead; });
}
std::int64_t World::born() const {
  return sum_over(state_->shards, [](const Shard& shard) { return shard.born; });
}
std::int64_t World::count_everyone() const {
  return sum_over(state_->shards, [](const Shard& shard) { return shard.count_everyone(); });
}

std::size_t World::memory() const {
  std::size_t bytes = sizeof(State);
  for (const Shard& shard : state_->shards)
    bytes += shard.memory();
  return bytes;
}

namespace {
constexpr std::uint64_t save_mark = 0x34'65'6c'70'6f'65'70'63; // "cpeople4"

std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::uint64_t sum = bytes.size();
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(8, bytes.size() - i));
    sum = random::mix(sum ^ word);
  }
  return sum;
}
} // namespace

template <typename Archive> void World::serialise(Archive& archive, State& state) {
  archive(state.key, state.elapsed_months, state.next_step);
  for (Shard& shard : state.shards) {
    archive(shard.home, shard.returned, shard.returned_as, shard.moving, shard.held, shard.at_port,
            shard.at_border);
    shard.classes.serialise(archive);
    shard.untouched.serialise(archive);
    archive(shard.on_road, shard.standing, shard.dead, shard.born);
  }
  for (std::size_t i = 0; i < count_fields().size(); ++i) {
    for (std::int64_t& cell : state.counts[static_cast<Count>(i)])
      archive(cell);
  }
}

std::vector<std::byte> World::save() const {
  Saver saver;
  saver.reserve(memory() + std::size_t{8} * state_->counts.all().size());
  saver(save_mark, plan_->fingerprint);
  serialise(saver, *state_);
  std::vector<std::byte> bytes = saver.take();
  const std::uint64_t sum = checksum(bytes);
  const auto* end = reinterpret_cast<const std::byte*>(&sum);
  bytes.insert(bytes.end(), end, end + sizeof sum);
  return bytes;
}

void World::restore(std::span<const std::byte> bytes) {
  const auto fail = [](const char* what) {
    throw Error("J010", {}, fmt::format("the saved people {}", what),
                "save again with the same pack and scale");
  };
  std::uint64_t sum = 0, mark = 0, fingerprint = 0;
  if (bytes.size() < 3 * sizeof sum)
    fail("are cut off");
  const auto content = bytes.first(bytes.size() - sizeof sum);
  std::memcpy(&sum, bytes.data() + content.size(), sizeof sum);
  Loader loader(content);
  loader(mark, fingerprint);
  if (mark != save_mark)
    fail("are of another version or no saved people at all");
  if (sum != checksum(content))
    fail("are cut off or damaged");
  if (fingerprint != plan_->fingerprint)
    fail("belong to another setup");
  auto state = std::make_unique<State>(*plan_, state_->key);
  serialise(loader, *state);
  if (!loader.complete())
    fail("are cut off or damaged");
  state_ = std::move(state);
}

} // namespace cauce::people
