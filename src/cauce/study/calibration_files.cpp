#include "cauce/study/calibration_files.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cauce::study {

void write_calibration(const std::filesystem::path& folder, const system::System& system,
                       const CalibrationRequest& request, const Calibration& calibration) {
  const std::string& theory = request.theory;
  write_draws(folder, system, calibration.posterior);

  std::string text = "name,element,prior_q05,prior_q50,prior_q95,q05,q50,q95,learned,shift\n";
  for (const Learned& l : calibration.learned) {
    text += fmt::format("{},{},{:.5g},{:.5g},{:.5g},{:.5g},{:.5g},{:.5g},{:.3f},{:.3f}\n",
                        csv_cell(l.name), csv_cell(l.element), l.prior_q05, l.prior_q50,
                        l.prior_q95, l.q05, l.q50, l.q95, l.learned, l.shift);
  }
  write_text_atomic(folder / (theory + ".parameters.csv"), text);

  text = "target,place,group,title_en,title_es,log_sd,discrepancy,prior_log_error,log_error,"
         "inside_50,inside_90\n";
  for (const SeriesFit& fit : calibration.fits) {
    const DataSeries& series = calibration.series[fit.series];
    text += fmt::format("{},{},{},{},{},{:.3g},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f}\n", series.target,
                        series.place, series.group, csv_cell(series.title_en),
                        csv_cell(series.title_es), series.log_sd, fit.discrepancy, fit.prior_error,
                        fit.error, fit.inside_50, fit.inside_90);
  }
  write_text_atomic(folder / (theory + ".series.csv"), text);

  text = "target,place,group,from,months,observed,prior_q05,prior_q50,prior_q95,q05,q50,q95\n";
  for (const Check& check : calibration.checks) {
    const Datum& datum = calibration.data[check.datum];
    const DataSeries& series = calibration.series[datum.series];
    text += fmt::format("{},{},{},{},{},{:.6g},{:.5g},{:.5g},{:.5g},{:.5g},{:.5g},{:.5g}\n",
                        series.target, series.place, series.group, datum.from.text(), datum.months,
                        datum.observed, check.prior_q05, check.prior_q50, check.prior_q95,
                        check.q05, check.q50, check.q95);
  }
  write_text_atomic(folder / (theory + ".check.csv"), text);

  nlohmann::ordered_json json;
  json["theory"] = theory;
  json["until"] = request.until.text();
  json["members"] = request.members;
  json["draws"] = calibration.posterior.draws.size(); // those kept
  json["iterations"] = request.iterations;
  json["seed"] = request.seed;
  json["scale"] = system.people()->scale;
  json["data"] = calibration.data.size();
  json["misfit"] = calibration.misfit;
  json["inputs"] = calibration.posterior.inputs;
  json["people"] = calibration.posterior.people;
  write_text_atomic(folder / (theory + ".json"), json.dump(2) + "\n");
}

} // namespace cauce::study
