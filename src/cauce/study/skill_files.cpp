// The files of a hindcast, for people, the report and the server.
#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"
#include "cauce/methods/scores.hpp"
#include "cauce/study/skill.hpp"

#include <cmath>
#include <fmt/format.h>

namespace cauce::study {

namespace {
std::string fans_text(const Hindcast& hindcast, const std::vector<Forecaster>& forecasters) {
  std::string text = "forecaster,kind,knowledge,series,month,observed,q05,q25,q50,q75,q95\n";
  for (const Forecaster& forecaster : forecasters) {
    for (std::size_t s = 0; s < hindcast.series.size(); ++s) {
      for (std::size_t month = 0; month < forecaster.values[s].size(); ++month) {
        const std::vector<double>& values = forecaster.values[s][month];
        if (values.empty())
          continue;
        const std::span<const double> weights =
            forecaster.weights.empty() ? std::span<const double>() : forecaster.weights[month];
        const auto at = [&](double p) { return methods::weighted_quantile({values, weights}, p); };
        const double observed = hindcast.observed[s][month];
        text +=
            fmt::format("{},{},{},{},{},{},{:.5g},{:.5g},{:.5g},{:.5g},{:.5g}\n",
                        csv_cell(forecaster.name), forecaster.kind,
                        forecaster.kind == "baseline" ? "" : knowledge_name(forecaster.knowledge),
                        hindcast.series[s].name, (hindcast.origin + static_cast<int>(month)).text(),
                        std::isnan(observed) ? "" : number_text(observed), at(0.05), at(0.25),
                        at(0.5), at(0.75), at(0.95));
      }
    }
  }
  return text;
}
} // namespace

void write_judgement(const std::filesystem::path& folder, const Hindcast& hindcast,
                     const std::vector<Forecaster>& forecasters,
                     const std::vector<Judgement>& judgements) {
  prepare_output_folder(folder);
  std::string skill = "from,until,forecaster,kind,knowledge,series,months,crps,crps_log,log_score,"
                      "inside_50,inside_90,first_year_ratio\n";
  std::string weights = "from,until,knowledge,theory,stacking,q05,q95,pseudo_bma,log_density\n";
  std::string decided = "from,until,knowledge,theory,series,month,advantage\n";
  for (const Judgement& judgement : judgements) {
    const std::string span =
        hindcast.origin.text() + "," + (hindcast.origin + (judgement.months - 1)).text();
    for (const Skill& s : judgement.skills) {
      skill +=
          fmt::format("{},{},{},{},{},{},{:.5g},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f}\n", span,
                      csv_cell(s.forecaster), s.kind,
                      s.kind == "baseline" ? "" : knowledge_name(s.knowledge), s.series, s.months,
                      s.crps, s.crps_log, s.log_score, s.inside_50, s.inside_90, s.first_year);
    }
    for (const TheoryWeight& w : judgement.weights) {
      weights += fmt::format("{},{},{},{:.4f},{:.4f},{:.4f},{:.4f},{:.2f}\n", span,
                             knowledge_name(w.knowledge), csv_cell(w.theory), w.stacking, w.q05,
                             w.q95, w.pseudo_bma, w.log_density);
    }
    for (const Decided& d : judgement.decided) {
      decided += fmt::format("{},{},{},{},{},{:.3f}\n", span, knowledge_name(d.knowledge),
                             csv_cell(d.theory), d.series, d.month.text(), d.advantage);
    }
  }
  write_text_atomic(folder / "skill.csv", skill);
  write_text_atomic(folder / "weights.csv", weights);
  write_text_atomic(folder / "decided.csv", decided);
  write_text_atomic(folder / "fans.csv", fans_text(hindcast, forecasters));
}

} // namespace cauce::study
