// Random models through the vector programs and through the scalar evaluator: the same bits, for
// one member and several, for every instruction set that the processor has.
#include "support.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <random>

namespace cauce::conditions {
namespace {

using namespace test;

// Writes a random model: stocks, constants and auxiliaries over three dimensions, each reading what
// was written before it.
class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  std::string model() {
    const std::size_t count = 4 + pick(10);
    for (std::size_t i = 0; i < 3; ++i)
      add_constant();
    for (std::size_t i = 0; i < 2; ++i)
      add_stock();
    for (std::size_t i = 0; i < count; ++i)
      add_auxiliary();
    for (std::size_t i = 0; i < stocks_.size(); ++i) {
      const Known& stock = known_[stocks_[i]];
      text_ += flow("net" + std::to_string(i), "0.01*SIN(" + expression(stock.axes, 2) + ")",
                    stock.axes.empty() ? "" : over(names(stock.axes)));
    }
    return xmile(text_, "<start>0</start><stop>3</stop><dt>0.5</dt>",
                 dim("D", {"a", "b", "c", "d", "e"}) + dim("S", {"p", "q", "r"}) +
                     dim("K", {"u", "v"}) + dim("Sub", {"b", "d"}));
  }

 private:
  struct Known {
    std::string name;
    std::vector<int> axes;
  };
  std::mt19937_64 random_;
  std::vector<Known> known_;
  std::vector<std::size_t> stocks_;
  std::string text_;

  std::size_t pick(std::size_t n) { return random_() % n; }
  static std::vector<std::string> names(const std::vector<int>& axes) {
    std::vector<std::string> out;
    for (const int a : axes)
      out.push_back(std::string(1, "DSK"[a]));
    return out;
  }
  std::vector<int> some_axes() {
    std::vector<int> axes;
    for (int a = 0; a < 3; ++a) {
      if (pick(2))
        axes.push_back(a);
    }
    if (axes.size() > 1 && pick(3) == 0)
      std::swap(axes[0], axes.back());
    return axes;
  }
  std::string number() {
    return fmt::format("{:.4g}", (static_cast<double>(pick(4001)) - 2000.0) / 500.0 + 0.0001);
  }
  void remember(std::vector<int> axes) {
    known_.push_back({"x" + std::to_string(known_.size()), std::move(axes)});
  }
  std::string dims(const std::vector<int>& axes) { return axes.empty() ? "" : over(names(axes)); }

  void add_constant() {
    const std::vector<int> axes = some_axes();
    text_ += aux("x" + std::to_string(known_.size()),
                 axes.empty() ? number() : number() + "*" + names(axes)[0] + "+0.3", dims(axes));
    remember(axes);
  }
  void add_stock() {
    const std::vector<int> axes = some_axes();
    const std::size_t i = stocks_.size();
    text_ += stock("x" + std::to_string(known_.size()), number(),
                   dims(axes) + "<inflow>net" + std::to_string(i) + "</inflow>");
    stocks_.push_back(known_.size());
    remember(axes);
  }
  void add_auxiliary() {
    const std::vector<int> axes = some_axes();
    const std::string gf =
        pick(6) ? "" : "<gf><xscale min=\"-2\" max=\"2\"/><ypts>1,3,2,-1,4</ypts></gf>";
    text_ += aux("x" + std::to_string(known_.size()), expression(axes, 4), dims(axes) + gf);
    remember(axes);
  }

  static bool has(const std::vector<int>& axes, int a) {
    return std::find(axes.begin(), axes.end(), a) != axes.end();
  }

  // A reference that fits where `axes` are in scope.
  std::string reference(const std::vector<int>& axes, bool reduce) {
    const Known& k = known_[pick(known_.size())];
    if (k.axes.empty())
      return k.name;
    std::string subscripts;
    for (const int a : k.axes) {
      const char* elements[] = {"abcde", "pqr", "uv"};
      std::string s;
      if (reduce && pick(2))
        s = a == 0 && pick(4) == 0 ? "*:Sub" : "*";
      else if (has(axes, a) && pick(5))
        s = std::string(1, "DSK"[a]);
      else if (pick(8) == 0)
        s = fmt::format("{}+1", 1 + pick(2));
      else
        s = std::string(1, elements[a][pick(std::strlen(elements[a]))]);
      subscripts += (subscripts.empty() ? "" : ",") + s;
    }
    return k.name + "[" + subscripts + "]";
  }

  std::string expression(const std::vector<int>& axes, int depth) {
    if (depth == 0 || pick(6) == 0)
      return pick(5) == 0 ? number() : pick(12) == 0 ? "TIME" : reference(axes, false);
    const auto sub = [&] { return expression(axes, depth - 1); };
    static const char* binary[] = {"+",    "-",     "*", "/",   "+",  "-",  "*",
                                   "&lt;", "&gt;=", "=", "AND", "OR", "MOD"};
    switch (pick(14)) {
    case 0:
      return fmt::format("EXP(-ABS({}))", sub());
    case 1:
      return fmt::format("LN(1+ABS({}))", sub());
    case 2:
      return fmt::format("(IF {} THEN {} ELSE {})", sub(), sub(), sub());
    case 3:
      return fmt::format("MAX({},{})", sub(), sub());
    case 4:
      return fmt::format("SAFEDIV({},{},{})", sub(), sub(), sub());
    case 5:
      return fmt::format("SQRT(ABS({}))", sub());
    case 6:
      return fmt::format("ABS({})^{}", sub(), pick(2) ? std::to_string(pick(4)) : "0.7");
    case 7: {
      static const char* reductions[] = {"SUM", "MEAN", "MIN", "MAX", "PROD"};
      return fmt::format("{}({}*{})", reductions[pick(5)], reference(axes, true),
                         reference(axes, true));
    }
    case 8:
      return fmt::format("INT(-{})", sub());
    default:
      return fmt::format("({} {} {})", sub(), binary[pick(13)], sub());
    }
  }
};

TEST(Vectors, SameBitsAsTheScalarEvaluator) {
  EXPECT_TRUE(rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const std::size_t members = *rc::gen::element<std::size_t>(1, 3, 17, 40, 64);
    const std::string text = Writer(seed).model();
    RC_LOG() << text;
    const auto model = compile(text);
    conditions::Run oracle(model, members);
    oracle.use_oracle(true);
    for (const char* instructions : {"baseline", "avx2", "avx512"}) {
      conditions::Run fast(model, members);
      if (!fast.use_instructions(instructions))
        continue;
      // Members differ in a constant, set for some of them only.
      for (std::size_t m = 0; m < members; m += 2) {
        for (conditions::Run* run : {&fast, &oracle})
          run->set(
              VariableId{0}, m,
              std::vector<double>(model->info(VariableId{0}).size, 0.1 * static_cast<double>(m)));
      }
      fast.initialise();
      oracle.initialise();
      for (int step = 0; step < 4; ++step) {
        for (std::uint32_t v = 0; v < model->variables().size(); ++v) {
          const auto a = fast.values({v}), b = oracle.values({v});
          for (std::size_t i = 0; i < a.size(); ++i) {
            const bool same =
                std::memcmp(&a[i], &b[i], sizeof(double)) == 0 || (a[i] != a[i] && b[i] != b[i]);
            if (!same)
              RC_FAIL(fmt::format("{} {} element {} step {}: {} and {}", instructions,
                                  model->info({v}).name, i, step, a[i], b[i]));
          }
        }
        fast.step();
        oracle.step();
        fast.evaluate();
        oracle.evaluate();
      }
    }
  }));
}

// What is taken down tile by tile is what steps, evaluations and values in turn give.
TEST(Vectors, ARecordIsWhatSteppingGives) {
  EXPECT_TRUE(rc::check([] {
    const auto model = compile(Writer(*rc::gen::arbitrary<std::uint64_t>()).model());
    const std::size_t members = 5, every = 2, times = 3;
    std::vector<VariableId> wanted;
    for (std::uint32_t v = 0; v < model->variables().size(); v += 2)
      wanted.push_back({v});
    conditions::Run recorded(model, members), stepped(model, members);
    recorded.use_threads(*rc::gen::inRange<std::size_t>(1, 4));
    recorded.initialise();
    stepped.initialise();
    Record record;
    recorded.record(wanted, every, times, record);
    RC_ASSERT(record.times.size() == times);
    std::size_t at = 0;
    for (std::size_t k = 0; k < times; ++k) {
      for (std::size_t i = 0; i < every; ++i)
        stepped.step();
      stepped.evaluate();
      RC_ASSERT(record.times[k] == stepped.time());
      for (const VariableId id : wanted) {
        for (const double b : stepped.values(id)) {
          const double a = record.values.at(at++);
          RC_ASSERT(std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b));
        }
      }
    }
    RC_ASSERT(at == record.values.size());
  }));
}

TEST(Vectors, AMemberDoesNotDependOnItsNeighbours) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = Writer(*rc::gen::arbitrary<std::uint64_t>()).model();
    const auto model = compile(text);
    const std::size_t members = 7;
    const std::size_t size = model->info(VariableId{1}).size;
    conditions::Run together(model, members);
    together.use_threads(2);
    std::vector<conditions::Run> alone;
    for (std::size_t m = 0; m < members; ++m) {
      const std::vector<double> value(size, static_cast<double>(m) - 2.0);
      together.set({1}, m, value);
      alone.emplace_back(model, 1, 1, m).set({1}, 0, value);
      alone.back().initialise();
      for (int i = 0; i < 3; ++i)
        alone.back().step();
    }
    together.initialise();
    together.step();
    // Tiles are cut anew for other numbers of threads, in the midst of a run or by a snapshot.
    together.use_threads(3);
    together.step();
    conditions::Run other(model, members, 99);
    other.restore(together.save());
    together.restore(other.save());
    together.step();
    for (std::uint32_t v = 0; v < model->variables().size(); ++v) {
      for (std::size_t m = 0; m < members; ++m) {
        for (std::size_t e = 0; e < model->info({v}).size; ++e) {
          const double a = together.values({v})[e * members + m], b = alone[m].values({v})[e];
          RC_ASSERT(std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b));
        }
      }
    }
  }));
}

} // namespace
} // namespace cauce::conditions
