// Tables of the analyses that run over futures: sensitivity, information, robustness, optimisation.
#include "study_tables.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"
#include "tables.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

namespace cauce::app {

namespace {
std::string row(std::initializer_list<std::string> cells) {
  return fmt::format("{}\n", fmt::join(cells, ","));
}
} // namespace

void show_sensitivity(const study::SensitivityResult& result,
                      const study::SensitivityRequest& request, const std::filesystem::path& out,
                      std::size_t most) {
  const bool morris = request.method == study::SensitivityMethod::morris;
  std::string csv = "outcome,input,first,first_low,first_high,total,total_low,total_high,mu_star,"
                    "mu_star_low,mu_star_high,mu,sigma\n";
  for (const study::Sensitivity& one : result.measures) {
    fmt::print("{} ({}){}: mean {}, standard deviation {} over futures drawn from the priors\n",
               one.measure.title, one.measure.unit,
               request.policies.size() == 2
                   ? fmt::format(", {} less {}", request.policies[1], request.policies[0])
                   : fmt::format(", {}", request.policies[0]),
               number(one.mean), number(one.standard_deviation));
    if (morris) {
      fmt::print("  {:<44} {:>12} {:>27} {:>12} {:>12}\n", "input", "mu*", "[90 % interval]", "mu",
                 "sigma");
    } else {
      fmt::print("  {:<44} {:>6} {:>18} {:>6} {:>18}\n", "input", "first", "[90 % interval]",
                 "total", "[90 % interval]");
    }
    std::size_t shown = 0;
    for (const study::SensitivityRow& r : one.rows) {
      const auto& [first, total] = r.sobol;
      if (shown++ < most && morris) {
        fmt::print("  {:<44} {:>12} [{:>12} {:>12}] {:>12} {:>12}\n", fitted(r.input, 44),
                   number(r.morris.mean_abs.value), number(r.morris.mean_abs.low),
                   number(r.morris.mean_abs.high), number(r.morris.mean), number(r.morris.spread));
      } else if (shown <= most) {
        fmt::print("  {:<44} {:>6.2f} [{:>7.2f} {:>7.2f}] {:>7.2f} [{:>7.2f} {:>7.2f}]\n",
                   fitted(r.input, 44), first.value, first.low, first.high, total.value, total.low,
                   total.high);
      }
      csv += row({csv_cell(one.measure.text), csv_cell(r.input), number_text(first.value),
                  number_text(first.low), number_text(first.high), number_text(total.value),
                  number_text(total.low), number_text(total.high),
                  number_text(r.morris.mean_abs.value), number_text(r.morris.mean_abs.low),
                  number_text(r.morris.mean_abs.high), number_text(r.morris.mean),
                  number_text(r.morris.spread)});
    }
    if (one.rows.size() > most)
      fmt::print("  and {} inputs more (sensitivity.csv has all)\n", one.rows.size() - most);
    fmt::print("\n");
  }
  fmt::print("{} runs ({} from the store), seed {}\n", result.runs, result.from_store,
             request.seed);
  if (out.empty())
    return;
  write_text_atomic(out / "sensitivity.csv", csv);
  results::write_arrays(study::arrays_of(result, request), out / "sensitivity.nc");
}

void show_information(const study::InformationResult& result,
                      const study::InformationRequest& request, const std::filesystem::path& out,
                      std::size_t most) {
  fmt::print("Decision: the policy with the {} {} ({})\n",
             request.lower_is_better ? "lowest" : "highest", result.measure.title,
             result.measure.unit);
  for (std::size_t p = 0; p < request.policies.size(); ++p) {
    fmt::print("  {:<32} mean {:>14}  the best in {:>3.0f} of 100 futures{}\n",
               fitted(request.policies[p], 32), number(result.means[p]),
               100.0 * result.best_shares[p], p == result.choice ? "  <- the choice today" : "");
  }
  fmt::print("Knowing everything would be worth {}; knowing one input exactly:\n",
             number(result.perfect));
  fmt::print("  {:<44} {:>14} {:>24}\n", "input", "worth", "(an irrelevant one seems)");
  std::string csv = "outcome,input,value,noise\n";
  std::size_t shown = 0;
  for (const study::InformationRow& r : result.rows) {
    if (shown++ < most) {
      fmt::print("  {:<44} {:>14} {:>24}{}\n", fitted(r.input, 44), number(r.value.value),
                 "< " + number(r.value.noise), r.value.value > r.value.noise ? "  *" : "");
    }
    csv += row({csv_cell(result.measure.text), csv_cell(r.input), number_text(r.value.value),
                number_text(r.value.noise)});
  }
  fmt::print("{} runs ({} from the store), seed {}\n", result.runs, result.from_store,
             request.seed);
  if (out.empty())
    return;
  write_text_atomic(out / "information.csv", csv);
  results::write_arrays(study::arrays_of(result, request), out / "information.nc");
}

namespace {
std::string futures_csv(const study::RobustnessResult& result,
                        const study::RobustnessRequest& request) {
  std::string csv = "future";
  for (const study::FutureInput& input : result.inputs)
    csv += "," + csv_cell(input.name);
  for (const std::string& policy : request.policies) {
    for (const study::Measure& measure : result.measures)
      csv += "," + csv_cell(measure.text + " | " + policy);
  }
  csv += "\n";
  for (std::size_t f = 0; f < result.futures.size(); ++f) {
    csv += std::to_string(f);
    for (std::size_t i = 0; i < result.inputs.size(); ++i) {
      const double value = result.futures[f].values[i];
      const auto& names = result.inputs[i].categories;
      csv += "," + (names.empty() ? number_text(value)
                                  : csv_cell(names[static_cast<std::size_t>(value)]));
    }
    for (std::size_t p = 0; p < request.policies.size(); ++p) {
      for (std::size_t o = 0; o < result.measures.size(); ++o)
        csv += "," + number_text(result.values[o][p][f]);
    }
    csv += "\n";
  }
  return csv;
}
} // namespace

void show_robustness(const study::RobustnessResult& result, const study::RobustnessRequest& request,
                     const std::filesystem::path& out) {
  std::string csv = "policy,outcome,mean,q05,q95,mean_regret,regret_90,worst_regret,good_enough\n";
  fmt::print("{} futures, {} policies\n", result.futures.size(), request.policies.size());
  for (std::size_t o = 0; o < result.measures.size(); ++o) {
    const study::Objective& objective = request.objectives[o];
    fmt::print("\n{} ({}), {} is better{}\n", result.measures[o].title, result.measures[o].unit,
               objective.lower_is_better ? "lower" : "higher",
               objective.threshold
                   ? fmt::format(", good enough {} {}", objective.lower_is_better ? "to" : "from",
                                 number(*objective.threshold))
                   : "");
    fmt::print("  {:<28} {:>13} [{:>12} {:>12}] {:>13} {:>13} {:>12}\n", "policy", "mean", "5 %",
               "95 %", "regret, mean", "regret, 90 %", "good enough");
    for (std::size_t p = 0; p < request.policies.size(); ++p) {
      const study::RobustnessCell& cell = result.cells[p][o];
      fmt::print("  {:<28} {:>13} [{:>12} {:>12}] {:>13} {:>13} {:>12}\n",
                 fitted(request.policies[p], 28), number(cell.value.mean), number(cell.value.q05),
                 number(cell.value.q95), number(cell.mean_regret), number(cell.regret_90),
                 cell.satisficing ? fmt::format("{:.0f} %", 100.0 * *cell.satisficing) : "-");
      csv += row({csv_cell(request.policies[p]), csv_cell(result.measures[o].text),
                  number_text(cell.value.mean), number_text(cell.value.q05),
                  number_text(cell.value.q95), number_text(cell.mean_regret),
                  number_text(cell.regret_90), number_text(cell.worst_regret),
                  cell.satisficing ? number_text(*cell.satisficing) : ""});
    }
  }
  const auto names = [&](const std::vector<bool>& kept) {
    std::vector<std::string> list;
    for (std::size_t p = 0; p < kept.size(); ++p) {
      if (kept[p])
        list.push_back(request.policies[p]);
    }
    return fmt::format("{}", fmt::join(list, ", "));
  };
  fmt::print("\nNot dominated by another policy on all objectives, by the mean: {}\n",
             names(result.not_dominated));
  fmt::print("... by the regret at 90 %: {}\n", names(result.not_dominated_worst));
  fmt::print("\nWhere policies fail ({}):\n",
             "below the threshold or, without one, among the tenth of greatest regrets");
  std::string scenarios = "policy,outcome,words,density,coverage,mass\n";
  for (const study::FailureScenario& s : result.scenarios) {
    fmt::print("  {}\n", s.words);
    scenarios +=
        row({csv_cell(request.policies[s.policy]), csv_cell(result.measures[s.objective].text),
             csv_cell(s.words), number_text(s.box.density), number_text(s.box.coverage),
             number_text(s.box.mass)});
  }
  if (result.scenarios.empty())
    fmt::print("  no condition was found beyond chance\n");
  fmt::print("\n{} runs ({} from the store), seed {}\n",
             result.futures.size() * request.policies.size(), result.from_store, request.seed);
  if (!out.empty()) {
    write_text_atomic(out / "robustness.csv", csv);
    results::write_arrays(study::arrays_of(result, request), out / "robustness.nc");
    write_text_atomic(out / "scenarios.csv", scenarios);
    write_text_atomic(out / "futures.csv", futures_csv(result, request));
  }
}

void show_optimisation(const study::OptimisationResult& result,
                       const study::OptimisationRequest& request,
                       const std::filesystem::path& out) {
  std::string csv;
  std::vector<std::string> head;
  for (const study::LeverChoice& lever : request.levers)
    head.push_back(lever.lever + (lever.element.empty() ? "" : "@" + lever.element));
  for (const study::Measure& measure : result.measures)
    head.push_back(measure.text);
  head.emplace_back("cost_usd");
  for (const std::string& name : head)
    csv += (csv.empty() ? "" : ",") + csv_cell(name);
  csv += "\n";
  fmt::print(
      "Policies that no other found dominates ({} tried, each in {} futures); every row is a "
      "trade-off\n\n",
      result.evaluations, request.futures_count);
  std::string line;
  for (const std::string& name : head)
    line += fmt::format(" {:>18}", fitted(name, 18));
  fmt::print("{}\n", line);
  const auto print_row = [&](const std::vector<double>& levers, const std::vector<double>& measures,
                             const std::optional<double>& cost, const std::string& note) {
    line.clear();
    for (std::size_t l = 0; l < request.levers.size(); ++l)
      line += fmt::format(" {:>18}", levers.empty() ? "" : fmt::format("{:.3g}", levers[l]));
    for (const double value : measures)
      line += fmt::format(" {:>18}", number(value));
    line += fmt::format(" {:>18}", cost ? number(*cost) : "-");
    fmt::print("{}{}\n", line, note);
  };
  print_row({}, result.reference, std::nullopt, "  " + request.policy);
  for (const study::ProposedPolicy& proposed : result.front) {
    print_row(proposed.levers, proposed.measures, proposed.cost_usd, "");
    std::string text;
    for (const auto* values : {&proposed.levers, &proposed.measures}) {
      for (const double value : *values)
        text += (text.empty() ? "" : ",") + number_text(value);
    }
    csv += text + "," + (proposed.cost_usd ? number_text(*proposed.cost_usd) : "") + "\n";
  }
  fmt::print("\nseed {}, {} runs from the store\n", request.seed, result.from_store);
  if (out.empty())
    return;
  write_text_atomic(out / "front.csv", csv);
  results::write_arrays(study::arrays_of(result, request), out / "front.nc");
}

void show_effects(const std::vector<study::Measure>& measures,
                  const std::vector<std::vector<study::EffectPath>>& paths, Month from,
                  const std::string& first_policy, const std::filesystem::path& out) {
  fmt::print("\nUntil when: months in which the effect turns (difference from {}, mean of three "
             "months, median of the members)\n",
             first_policy);
  std::string csv = "outcome,policy,theory,month,mean,q05,q50,q95\n";
  for (std::size_t v = 0; v < measures.size(); ++v) {
    for (const study::EffectPath& path : paths[v]) {
      std::vector<std::string> turns;
      for (const study::SignChange& change : path.changes) {
        turns.push_back(fmt::format("{} from {} ({:.0f} of 100 members)",
                                    change.higher ? "more" : "less", change.month.text(),
                                    100.0 * change.members));
      }
      fmt::print("  {:<34} {:<26} {:<16} {}\n", fitted(measures[v].title, 34),
                 fitted(path.policy, 26), fitted(path.theory, 16),
                 turns.empty() ? "no lasting effect" : fmt::format("{}", fmt::join(turns, "; ")));
      for (std::size_t m = 0; m < path.months.size(); ++m) {
        const results::Spread& s = path.months[m];
        csv += row({csv_cell(measures[v].text), csv_cell(path.policy), csv_cell(path.theory),
                    (from + static_cast<int>(m)).text(), number_text(s.mean), number_text(s.q05),
                    number_text(s.q50), number_text(s.q95)});
      }
    }
  }
  if (out.empty())
    return;
  write_text_atomic(out / "effects.csv", csv);
  results::write_arrays(study::arrays_of(measures, paths, from), out / "effects.nc");
}

} // namespace cauce::app
