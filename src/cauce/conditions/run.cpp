// A run: its members cut into tiles that are stepped one by one, or by several threads.
#include "cauce/conditions/run.hpp"

#include "cauce/base/threads.hpp"
#include "cauce/conditions/kernels.hpp"
#include "cauce/conditions/machines.hpp"
#include "cauce/conditions/snapshot.hpp"
#include "cauce/conditions/tile.hpp"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <map>

namespace cauce::conditions {

using namespace detail;

namespace {

// What the values of a tile may take, in bytes: streamed from the third cache by long rows they
// cost less than short rows in the second one, since each tile has to be fetched anew (measured
// with four steps at a time, docs/performance.md).
constexpr std::size_t tile_bytes = 4u << 20;
constexpr std::size_t most_side_by_side = 64;

std::size_t side_by_side(const Program& program) {
  const std::size_t fit = tile_bytes / std::max<std::size_t>(1, program.elements * sizeof(double));
  return std::bit_floor(std::clamp<std::size_t>(fit, 1, most_side_by_side));
}

} // namespace

struct Run::State {
  std::shared_ptr<const Model> model;
  std::size_t members = 1, side = 1, threads = 1;
  std::vector<Tile> tiles;        ///< of `side` members each, the last ones of what is left
  std::vector<std::size_t> first; ///< the member each begins with
  mutable std::map<std::uint32_t, std::vector<double>> joined; ///< what `values` gave out

  std::pair<std::size_t, std::size_t> find(std::size_t member) const {
    const auto after = std::upper_bound(first.begin(), first.end(), member);
    const auto tile = static_cast<std::size_t>(after - first.begin()) - 1;
    return {tile, member - first[tile]};
  }
  // Tiles of at most `most` members, as they are before a run.
  void make_tiles(std::size_t most) {
    const Program& program = model->program();
    side = most;
    tiles.clear();
    first.clear();
    joined.clear();
    for (std::size_t done = 0; done < members; done += tiles.back().members) {
      Tile& tile = tiles.emplace_back();
      first.push_back(done);
      tile.program = &program;
      tile.members = std::min(side, std::bit_floor(members - done));
      tile.start = tile.time = program.specs.start;
      tile.stop = program.specs.stop;
      tile.dt = program.specs.dt;
      tile.method = program.specs.method;
      // What is read beyond the last element is not used.
      tile.values.assign(program.elements * tile.members + 8, 0.0);
      tile.changed.assign(program.variables.size(), 1);
      tile.version.assign(program.variables.size(), 1);
      tile.overridden.assign(program.variables.size(), 0);
      tile.kernels = kernel_table();
      size_machines(tile);
    }
  }
  // The same members in smaller tiles.
  void split_tiles(std::size_t most) {
    std::vector<Tile> smaller;
    first.clear();
    joined.clear();
    side = most;
    std::size_t done = 0;
    for (const Tile& tile : tiles) {
      const std::size_t n = std::min(tile.members, side);
      for (std::size_t m = 0; m < tile.members; m += n, done += n) {
        smaller.push_back(members_of(tile, m, n));
        first.push_back(done);
      }
    }
    tiles = std::move(smaller);
  }
  template <typename F> void each(F&& f) {
    parallel_for(tiles.size(), threads, [&](std::size_t t) { f(tiles[t]); });
  }
};

Run::Run(std::shared_ptr<const Model> model, std::size_t members, std::uint64_t seed,
         std::uint64_t first_member)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.model = std::move(model);
  s.members = std::max<std::size_t>(1, members);
  s.make_tiles(side_by_side(s.model->program()));
  for (std::size_t t = 0; t < s.tiles.size(); ++t) {
    s.tiles[t].seed = seed;
    s.tiles[t].first_member = first_member + s.first[t];
  }
}

Run::~Run() = default;
Run::Run(Run&&) noexcept = default;
Run& Run::operator=(Run&&) noexcept = default;
Run::Run(const Run& other) : state_(std::make_unique<State>(*other.state_)) {}
Run& Run::operator=(const Run& other) {
  if (this != &other)
    *state_ = *other.state_;
  return *this;
}

const RunState& Run::state() const { return state_->tiles.front(); }
const Model& Run::model() const { return *state_->model; }
std::size_t Run::members() const { return state_->members; }
double Run::time() const { return state().time; }
double Run::dt() const { return state().dt; }
std::uint64_t Run::steps() const { return state().steps; }

std::span<const double> Run::values(VariableId id) const {
  const State& s = *state_;
  const std::size_t size = s.model->info(id).size;
  if (s.tiles.size() == 1)
    return {s.tiles.front().at(id.index), size * s.members};
  std::vector<double>& all = s.joined[id.index];
  all.resize(size * s.members);
  for (std::size_t t = 0; t < s.tiles.size(); ++t) {
    const Tile& tile = s.tiles[t];
    const double* from = tile.at(id.index);
    for (std::size_t e = 0; e < size; ++e)
      std::copy_n(from + e * tile.members, tile.members, &all[e * s.members + s.first[t]]);
  }
  return all;
}

void Run::set_clock(double start, double dt) {
  for (Tile& tile : state_->tiles) {
    tile.start = tile.time = start;
    tile.dt = dt;
    tile.evaluated = false;
  }
}
void Run::set_method(Method method) {
  for (Tile& tile : state_->tiles)
    tile.method = method;
}
void Run::set_stop(double stop) {
  for (Tile& tile : state_->tiles) {
    tile.stop = stop;
    tile.evaluated = false;
  }
}
void Run::use_oracle(bool oracle) {
  for (Tile& tile : state_->tiles)
    tile.oracle = oracle;
}
void Run::use_threads(std::size_t threads) {
  State& s = *state_;
  s.threads = std::max<std::size_t>(1, threads);
  // Each thread needs a tile of its own; what comes out does not depend on how members are cut.
  const std::size_t share = std::bit_floor(std::max<std::size_t>(1, s.members / s.threads));
  if (share < s.side && s.members > 1)
    s.split_tiles(share);
}
bool Run::use_instructions(const std::string& name) {
  const KernelTable* table = kernel_table(name.c_str());
  if (!table)
    return false;
  for (Tile& tile : state_->tiles) {
    tile.kernels = table;
    tile.scratch = {};
  }
  return true;
}

void Run::set(VariableId id, std::size_t member, std::span<const double> elements) {
  State& s = *state_;
  const VariableInfo& info = s.model->info(id);
  if (elements.size() != info.size || member >= s.members) {
    throw Error("X903", {},
                fmt::format("'{}' has {} elements and the run {} members: values for {} elements "
                            "of member {} were given",
                            info.name, info.size, s.members, elements.size(), member));
  }
  const auto [tile, within] = s.find(member);
  s.tiles[tile].set(id.index, within, elements);
}

void Run::set_element(VariableId id, std::size_t member, std::size_t element, double value) {
  State& s = *state_;
  const VariableInfo& info = s.model->info(id);
  if (element >= info.size || member >= s.members) {
    throw Error(
        "X903", {},
        fmt::format(
            "'{}' has {} elements and the run {} members: element {} of member {} was given",
            info.name, info.size, s.members, element, member));
  }
  const auto [t, within] = s.find(member);
  Tile& tile = s.tiles[t];
  std::vector<double> elements(info.size);
  for (std::size_t e = 0; e < info.size; ++e)
    elements[e] = tile.at(id.index)[e * tile.members + within];
  elements[element] = value;
  tile.set(id.index, within, elements);
}

void Run::set_all(VariableId id, double value) {
  const std::vector<double> elements(state_->model->info(id).size, value);
  for (std::size_t m = 0; m < state_->members; ++m)
    set(id, m, elements);
}

void Run::release(VariableId id) {
  for (Tile& tile : state_->tiles)
    tile.release(id.index);
}

void Run::initialise() {
  state_->each([](Tile& tile) { tile.initialise(); });
}
void Run::evaluate() {
  state_->each([](Tile& tile) { tile.evaluate(); });
}
void Run::advance() {
  state_->each([](Tile& tile) { tile.advance(); });
}
void Run::step(std::size_t times) {
  state_->each([times](Tile& tile) {
    for (std::size_t i = 0; i < times; ++i)
      tile.step();
  });
}

void Run::record(std::span<const VariableId> wanted, std::size_t every, std::size_t times,
                 Record& into) {
  State& s = *state_;
  std::size_t elements = 0;
  for (const VariableId id : wanted)
    elements += s.model->info(id).size;
  into.times.assign(times, 0.0);
  into.values.resize(times * elements * s.members);
  parallel_for(s.tiles.size(), s.threads, [&](std::size_t t) {
    Tile& tile = s.tiles[t];
    double* out = into.values.data() + s.first[t];
    for (std::size_t k = 0; k < times; ++k) {
      for (std::size_t i = 0; i < every; ++i)
        tile.step();
      tile.evaluate();
      if (t == 0)
        into.times[k] = tile.time;
      for (const VariableId id : wanted) {
        const double* from = tile.at(id.index);
        for (std::size_t e = 0; e < s.model->info(id).size; ++e, out += s.members)
          std::copy_n(from + e * tile.members, tile.members, out);
      }
    }
  });
}

std::vector<std::byte> Run::save() const {
  std::vector<std::byte> bytes;
  for (const Tile& tile : state_->tiles)
    save_state(tile, bytes);
  return bytes;
}

void Run::restore(std::span<const std::byte> bytes) {
  // The run that was saved may have had its members in other tiles.
  const std::size_t saved = std::min(saved_side(bytes), std::bit_floor(state_->members));
  if (saved > 0 && saved != state_->tiles.front().members) {
    Run other(*this);
    const bool oracle = state().oracle;
    other.state_->make_tiles(saved);
    other.use_oracle(oracle);
    other.state_->threads = 1;
    other.restore(bytes);
    for (Tile& tile : other.state_->tiles)
      tile.kernels = state().kernels;
    const std::size_t threads = state_->threads;
    *this = std::move(other);
    use_threads(threads);
    return;
  }
  std::span<const std::byte> rest = bytes; // tried on copies, so that a failure changes nothing
  for (RunState copy : state_->tiles)
    rest = restore_state(copy, rest);
  if (!rest.empty())
    fail_restore();
  for (Tile& tile : state_->tiles)
    bytes = restore_state(tile, bytes);
}

} // namespace cauce::conditions
