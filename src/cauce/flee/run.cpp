#include "cauce/flee/run.hpp"

#include "cauce/base/table.hpp"
#include "cauce/flee/simulation.hpp"

#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <numeric>

namespace cauce::flee {

namespace fs = std::filesystem;

Case read_case(const fs::path& input, const fs::path& validation, const fs::path& settings_file,
               int days, Diagnostics& findings) {
  Case c;
  c.settings_file = settings_file.empty() ? find_settings(input) : settings_file;
  if (!c.settings_file.empty())
    c.settings = read_settings(c.settings_file, findings);
  c.input = read_input(input, days, c.settings.hasten, findings);
  c.data = RefugeeData::read(validation, c.input.start, c.input.days, c.settings.hasten, findings);
  const fs::path corrections = input / "registration_corrections.csv";
  std::error_code problem;
  if (fs::exists(corrections, problem))
    c.data.correct(corrections, findings);
  if (!c.settings.sum_from_camps && !c.data.find("total") && findings.ok()) {
    findings.error("W130", {(validation / "data_layout.csv").string()},
                   "without sum_from_camps, a row 'total,file.csv' is needed");
  }
  findings.throw_if_errors();

  const Simulation start(c.input, c.settings, c.data, random::Key::of(0));
  for (const auto camp : start.camps()) {
    const std::string& name = c.input.network.node(camp).name;
    if (c.data.find(name))
      continue;
    findings.error("W130", {(validation / "data_layout.csv").string()},
                   fmt::format("no counts for the camp '{}'", name),
                   did_you_mean(name, c.data.names()));
  }
  findings.throw_if_errors();
  return c;
}

std::int64_t DayResult::in_camps() const {
  return std::accumulate(simulated.begin(), simulated.end(), std::int64_t{0});
}

std::int64_t DayResult::counted_in_camps() const {
  return std::accumulate(counted.begin(), counted.end(), std::int64_t{0});
}

double DayResult::total_error() const {
  if (raw_count <= 0)
    return 0.0;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < simulated.size(); ++i)
    sum += std::abs(simulated[i] - counted[i]);
  return static_cast<double>(sum) / static_cast<double>(raw_count);
}

double CaseResult::mean_total_error() const {
  double sum = 0.0;
  for (const DayResult& day : days)
    sum += day.total_error();
  return days.empty() ? 0.0 : sum / static_cast<double>(days.size());
}

CaseResult run_case(const Case& c, std::uint64_t seed) {
  Simulation simulation(c.input, c.settings, c.data, random::Key::of(seed));
  CaseResult result;
  std::vector<std::size_t> series;
  for (const auto camp : simulation.camps()) {
    result.camps.push_back(c.input.network.node(camp).name);
    series.push_back(*c.data.find(result.camps.back()));
  }
  for (int day = 0; day < c.input.days; ++day) {
    simulation.step();
    DayResult now;
    for (std::size_t i = 0; i < series.size(); ++i) {
      now.simulated.push_back(simulation.persons(simulation.camps()[i]));
      now.counted.push_back(c.data.count(series[i], day) - simulation.left_out(series[i]));
    }
    now.total = simulation.total_persons();
    now.raw_count = simulation.raw_count();
    now.debt = simulation.debt();
    now.internally_displaced = simulation.internally_displaced();
    result.days.push_back(std::move(now));
  }
  result.moves = simulation.moves();
  return result;
}

namespace {
// As Python prints a float: the shortest text that reads back the same, with a decimal point.
std::string python_float(double value) {
  std::string text = number_text(value);
  if (text.find_first_of(".en") == std::string::npos)
    text += ".0";
  return text;
}

// |simulated / counted - 1|, rounded to four places (0 without a count).
double relative_error(std::int64_t simulated, std::int64_t counted) {
  if (counted < 1)
    return 0.0;
  const double error =
      std::abs(static_cast<double>(simulated) / static_cast<double>(counted) - 1.0);
  return std::nearbyint(error * 1e4) / 1e4;
}
} // namespace

std::string to_csv(const Case& c, const CaseResult& result) {
  std::string csv = "Day,Date,";
  for (const std::string& camp : result.camps)
    csv += fmt::format("{0} sim,{0} data,{0} error,", camp);
  csv += "Total error,refugees in camps (UNHCR),total refugees (simulation),raw UNHCR refugee "
         "count,refugees in camps (simulation),refugee_debt";
  csv += c.settings.show_idp_totals ? ",total IDPs\n" : "\n";
  for (std::size_t d = 0; d < result.days.size(); ++d) {
    const DayResult& day = result.days[d];
    // Flee has moved its clock on when it prints: day 0 carries the date after the start.
    csv += fmt::format("{},{}", d, day_text(c.input.start + std::chrono::days(d + 1)));
    for (std::size_t i = 0; i < day.simulated.size(); ++i) {
      csv += fmt::format(",{},{},{}", day.simulated[i], day.counted[i],
                         python_float(relative_error(day.simulated[i], day.counted[i])));
    }
    if (day.raw_count > 0) {
      csv +=
          fmt::format(",{},{},{},{},{},{}", python_float(day.total_error()), day.counted_in_camps(),
                      day.total, day.raw_count, day.in_camps(), day.debt);
    } else {
      csv += fmt::format(",0.0,0,{},0,{},0", day.total, day.in_camps());
    }
    if (c.settings.show_idp_totals)
      csv += fmt::format(",{}", day.internally_displaced);
    csv += '\n';
  }
  return csv;
}

} // namespace cauce::flee
