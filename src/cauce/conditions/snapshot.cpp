#include "cauce/conditions/snapshot.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace cauce::conditions::detail {

void fail_restore() {
  throw Error("X901", {}, "these bytes are not a snapshot of this run",
              "a snapshot fits runs of the same model and number of members");
}

namespace {

constexpr std::uint64_t format_mark = 0x32534e5543554143ULL; // "CAUCUNS2"

// One walk over all fields serves both directions, so that they cannot differ.
class Out {
 public:
  explicit Out(std::vector<std::byte>& into) : bytes_(into) {}
  template <typename T> void value(const T& x) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto* from = reinterpret_cast<const std::byte*>(&x);
    bytes_.insert(bytes_.end(), from, from + sizeof(T));
  }
  template <typename T> void list(const std::vector<T>& x) {
    value(static_cast<std::uint64_t>(x.size()));
    range(x.data(), x.size());
  }
  template <typename T> void range(const T* x, std::size_t n) {
    const auto* from = reinterpret_cast<const std::byte*>(x);
    bytes_.insert(bytes_.end(), from, from + n * sizeof(T));
  }

 private:
  std::vector<std::byte>& bytes_;
};

class In {
 public:
  explicit In(std::span<const std::byte> all) : rest_(all) {}
  template <typename T> void value(T& x) {
    static_assert(std::is_trivially_copyable_v<T>);
    need(sizeof(T));
    std::memcpy(&x, rest_.data(), sizeof(T));
    rest_ = rest_.subspan(sizeof(T));
  }
  template <typename T> void list(std::vector<T>& x) {
    std::uint64_t size = 0;
    value(size);
    if (size > rest_.size() / sizeof(T))
      fail_restore();
    x.resize(static_cast<std::size_t>(size));
    range(x.data(), x.size());
  }
  template <typename T> void range(T* x, std::size_t n) {
    need(n * sizeof(T));
    if (n)
      std::memcpy(x, rest_.data(), n * sizeof(T));
    rest_ = rest_.subspan(n * sizeof(T));
  }
  std::span<const std::byte> rest() const { return rest_; }

 private:
  void need(std::size_t n) const {
    if (n > rest_.size())
      fail_restore();
  }
  std::span<const std::byte> rest_;
};

template <typename Stream, typename State> void walk_lanes(Stream& stream, State& state) {
  for (auto& belt : state.belts) {
    stream.range(belt.transit.data(), belt.transit.size());
    stream.range(belt.owed.data(), belt.owed.size());
    for (auto& lane : belt.lanes)
      stream.list(lane);
  }
  for (auto& batches : state.batches) {
    for (auto& lane : batches.lanes)
      stream.list(lane);
  }
}

template <typename Stream, typename Kept> void walk_history(Stream& stream, Kept& history) {
  stream.list(history.rows);
  stream.value(history.length);
  stream.value(history.count);
  stream.value(history.first);
  stream.list(history.before);
}

template <typename Stream, typename Lane> void walk_arrivals(Stream& stream, Lane& lane) {
  stream.list(lane.waiting);
  stream.value(lane.taken);
  stream.value(lane.first);
  stream.value(lane.newest);
}

// As many rows as the delay says that it keeps.
bool fits(const History& h, const Variable& variable, std::size_t n) {
  const bool belt = variable.delay_kind == DelayKind::conveyor;
  const std::size_t row = (belt ? belt_rows : 1) * n;
  const bool starts = belt || variable.memory == Memory::profile;
  if (h.rows.size() % row != 0 || h.before.size() != (starts ? n : 0) || h.first > h.count)
    return false;
  const std::size_t kept = h.rows.size() / row;
  return kept == (h.length ? std::min(h.count, h.length) : h.count - h.first) &&
         !(belt && kept == 0);
}

template <typename Stream, typename State> void walk_scalars(Stream& stream, State& state) {
  stream.value(state.seed);
  stream.value(state.first_member);
  stream.value(state.start);
  stream.value(state.stop);
  stream.value(state.dt);
  stream.value(state.time);
  stream.value(state.steps);
  stream.value(state.method);
  stream.value(state.initialised);
  // What stands between the variables is nobody's.
  for (const Variable& variable : state.program->variables) {
    stream.range(state.values.data() + variable.offset * state.members,
                 variable.size * state.members);
  }
}

} // namespace

void save_state(const RunState& state, std::vector<std::byte>& bytes) {
  Out out(bytes);
  out.value(format_mark);
  out.value(static_cast<std::uint64_t>(state.program->variables.size()));
  out.value(static_cast<std::uint64_t>(state.program->parts.size()));
  out.value(static_cast<std::uint64_t>(state.members));
  walk_scalars(out, state);
  out.value(static_cast<std::uint64_t>(state.overrides.size()));
  for (const auto& [variable, entry] : state.overrides) {
    out.value(variable);
    out.list(entry.values);
    out.list(entry.members);
    out.value(static_cast<std::uint64_t>(entry.held));
  }
  out.value(static_cast<std::uint64_t>(state.histories.size()));
  for (const auto& [variable, history] : state.histories) {
    out.value(variable);
    walk_history(out, history);
  }
  out.value(static_cast<std::uint64_t>(state.arrivals.size()));
  for (const auto& [variable, arrivals] : state.arrivals) {
    out.value(variable);
    out.value(arrivals.count);
    for (const Arrivals::Lane& lane : arrivals.lanes)
      walk_arrivals(out, lane);
  }
  out.value(static_cast<std::uint64_t>(state.belts.empty() ? 0 : 1));
  walk_lanes(out, state);
}

std::size_t saved_side(std::span<const std::byte> bytes) {
  In in(bytes);
  std::uint64_t mark = 0, variables = 0, parts = 0, members = 0;
  in.value(mark);
  in.value(variables);
  in.value(parts);
  in.value(members);
  return mark == format_mark ? static_cast<std::size_t>(members) : 0;
}

std::span<const std::byte> restore_state(RunState& state, std::span<const std::byte> bytes) {
  In in(bytes);
  std::uint64_t mark = 0, variables = 0, parts = 0, members = 0, count = 0;
  in.value(mark);
  in.value(variables);
  in.value(parts);
  in.value(members);
  if (mark != format_mark || variables != state.program->variables.size() ||
      parts != state.program->parts.size() || members != state.members)
    fail_restore();
  RunState fresh = state;
  walk_scalars(in, fresh);
  const auto for_each_variable = [&](auto&& read) {
    in.value(count);
    for (std::uint64_t i = 0; i < count && i <= variables; ++i) {
      std::uint32_t variable = 0;
      in.value(variable);
      if (variable >= variables)
        fail_restore();
      read(variable, state.program->variables[variable].size * state.members);
    }
  };
  fresh.overrides.clear();
  for_each_variable([&](std::uint32_t variable, std::size_t n) {
    Override entry;
    in.list(entry.values);
    in.list(entry.members);
    in.value(entry.held);
    if (entry.values.size() != n || entry.members.size() != members)
      fail_restore();
    fresh.overrides.emplace(variable, std::move(entry));
  });
  fresh.histories.clear();
  for_each_variable([&](std::uint32_t variable, std::size_t n) {
    History history;
    walk_history(in, history);
    if (!fits(history, state.program->variables[variable], n))
      fail_restore();
    fresh.histories.emplace(variable, std::move(history));
  });
  fresh.arrivals.clear();
  for_each_variable([&](std::uint32_t variable, std::size_t n) {
    Arrivals arrivals;
    in.value(arrivals.count);
    arrivals.lanes.resize(n);
    for (Arrivals::Lane& lane : arrivals.lanes) {
      walk_arrivals(in, lane);
      if (lane.taken > lane.waiting.size())
        fail_restore();
    }
    fresh.arrivals.emplace(variable, std::move(arrivals));
  });
  std::uint64_t has_belts = 0;
  in.value(has_belts);
  walk_lanes(in, fresh);
  // All equations are computed anew: the values of constants may differ from those held now.
  fresh.version = state.version;
  for (std::uint64_t& version : fresh.version)
    ++version;
  std::fill(fresh.changed.begin(), fresh.changed.end(), std::uint8_t{1});
  fresh.any_changed = true;
  // The arrays stay where they are: plans point into them.
  std::copy(fresh.values.begin(), fresh.values.end(), state.values.begin());
  state.seed = fresh.seed;
  state.first_member = fresh.first_member;
  state.start = fresh.start;
  state.stop = fresh.stop;
  state.dt = fresh.dt;
  state.time = fresh.time;
  state.steps = fresh.steps;
  state.method = fresh.method;
  state.initialised = fresh.initialised;
  state.overrides = std::move(fresh.overrides);
  std::fill(state.overridden.begin(), state.overridden.end(), std::uint8_t{0});
  for (const auto& [variable, entry] : state.overrides) {
    state.overridden[variable] = entry.held == state.members ? 2 : 1;
  }
  state.histories = std::move(fresh.histories);
  state.arrivals = std::move(fresh.arrivals);
  state.belts = std::move(fresh.belts);
  state.batches = std::move(fresh.batches);
  state.changed = std::move(fresh.changed);
  state.version = std::move(fresh.version);
  ++state.constants;
  state.any_changed = true;
  return in.rest();
}

} // namespace cauce::conditions::detail
