#include "cauce/study/posterior.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"
#include "cauce/study/observations.hpp"
#include "cauce/study/probe.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

namespace cauce::study {

namespace fs = std::filesystem;

std::size_t shock_width(const system::System& system) {
  std::size_t width = 0;
  for (const system::Shock& shock : system.shocks())
    width += shock.size;
  return width;
}

std::vector<std::uint32_t> shock_blocks(const system::System& system, Month fine, Month until) {
  const system::Clock& clock = system.manifest().clock;
  const auto steps = static_cast<std::uint32_t>(clock.steps_per_month);
  std::vector<std::uint32_t> first;
  Month month = until + 1;
  // From the end: twelve months one by one, then quarters, then half years.
  while (clock.from < month) {
    first.push_back(static_cast<std::uint32_t>(month - clock.from) * steps);
    const int length = until + 1 - month < 12 ? 1 : fine < month ? 3 : 6;
    month = std::max(clock.from, month - length);
  }
  first.push_back(0);
  std::reverse(first.begin(), first.end());
  return first;
}

std::string posterior_inputs(const system::System& system, const std::string& theory, Month until) {
  std::string text;
  for (const auto& [file, hash] : system.files()) {
    const bool apart = file.starts_with("policies") || file.starts_with("theories") ||
                       file.starts_with("data/") || file == "claims.csv" || file == "events.csv" ||
                       file == "arms.csv" || file == "claim_tests.csv" ||
                       file == "predictions.csv" || file == "parameters.csv" ||
                       file == "levers.csv";
    if (!apart)
      text += file + hash;
  }
  for (const auto& p : policy::under_theory(system.parameters(), system.theory(theory))) {
    text += fmt::format("{} {} {} {} {}\n", p.key(), static_cast<int>(p.prior.shape), p.prior.value,
                        p.prior.low, p.prior.high);
  }
  const int months = until - system.manifest().clock.from + 1;
  const auto add = [&](const system::MonthlyValues& values) {
    for (int month = 0; month < months; ++month) {
      for (const double value : values.at(month))
        text += number_text(value) + ' ';
      text += ';';
    }
  };
  const auto levers = system.lever_paths("as-enacted");
  for (const system::LeverPaths::Path& path : levers->paths)
    add(path);
  const auto drivers = system.drivers_known(until);
  for (const system::Driver& driver : *drivers)
    add(driver);
  const Observations observations(system, until);
  for (const Datum& datum : observations.data()) {
    const DataSeries& series = observations.series()[datum.series];
    text += fmt::format("{} {} {} {} {} {} {}\n", series.target, series.place, series.group,
                        series.log_sd, datum.from.index(), datum.months, datum.observed);
  }
  return hash_text(text);
}

fs::path posterior_folder(const system::System& system) { return system.folder() / "posterior"; }

namespace {
double at_digits(double value, int digits) {
  return parse_number(fmt::format("{:.{}g}", value, digits)).value_or(value);
}
} // namespace

PosteriorDraw rounded(const PosteriorDraw& draw) {
  PosteriorDraw shorter = draw;
  for (double& value : shorter.parameters)
    value = at_digits(value, 6);
  auto path = std::make_shared<system::ShockPath>(*draw.shocks);
  for (double& score : path->scores)
    score = at_digits(score, 3);
  shorter.shocks = std::move(path);
  return shorter;
}

void write_draws(const fs::path& folder, const system::System& system, const Posterior& posterior) {
  const auto believed = policy::under_theory(system.parameters(), system.theory(posterior.theory));
  std::string text = "kind,name,element,first_step,end_step";
  for (std::size_t m = 0; m < posterior.draws.size(); ++m)
    text += fmt::format(",{}", m);
  text += '\n';
  for (std::size_t p = 0; p < believed.size(); ++p) {
    if (believed[p].prior.shape == evidence::Shape::fixed)
      continue;
    text +=
        fmt::format("parameter,{},{},,", csv_cell(believed[p].name), csv_cell(believed[p].element));
    for (const PosteriorDraw& draw : posterior.draws)
      text += ',' + number_text(draw.parameters[p]);
    text += '\n';
  }
  const system::ShockPath& first = *posterior.draws.front().shocks;
  for (std::size_t b = 0; b + 1 < first.first_step.size(); ++b) {
    std::size_t cell = 0;
    for (const system::Shock& shock : system.shocks()) {
      for (std::size_t i = 0; i < shock.size; ++i, ++cell) {
        text +=
            fmt::format("shock,{},{},{},{}", csv_cell(system.model()->info(shock.variable).name),
                        csv_cell(system.model()->element_name(shock.variable, i)),
                        first.first_step[b], first.first_step[b + 1]);
        for (const PosteriorDraw& draw : posterior.draws)
          text += ',' + number_text(draw.shocks->scores[b * first.width + cell]);
        text += '\n';
      }
    }
  }
  write_text_atomic(folder / (posterior.theory + ".draws.csv"), text);
}

namespace {
// Rows of the table put into draws; shocks that the model no longer has are left out, and new ones
// get scores of 0 until the end of the path.
void fill(Posterior& posterior, const Table& table, const system::System& system,
          Diagnostics& findings) {
  const auto believed = policy::under_theory(system.parameters(), system.theory(posterior.theory));
  std::map<std::string, std::size_t> parameters, shocks;
  for (std::size_t p = 0; p < believed.size(); ++p)
    parameters[believed[p].name + "\n" + believed[p].element] = p;
  std::size_t width = 0;
  for (const system::Shock& shock : system.shocks()) {
    for (std::size_t i = 0; i < shock.size; ++i)
      shocks[system.model()->info(shock.variable).name + "\n" +
             system.model()->element_name(shock.variable, i)] = width++;
  }
  std::vector<std::uint32_t> first_step = {0};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto end = table.number(row, "end_step", findings, 0.0);
    if (table.cell(row, "kind") != "parameter" && end && *end > first_step.back() &&
        *end <= std::numeric_limits<std::uint32_t>::max())
      first_step.push_back(static_cast<std::uint32_t>(*end));
  }
  std::vector<double> centre;
  for (const auto& parameter : believed)
    centre.push_back(evidence::quantile(parameter.prior, 0.5));
  constexpr int first_member = 5; // columns before it say what the row is
  const std::size_t members = table.columns().size() - first_member;
  std::vector<std::shared_ptr<system::ShockPath>> paths;
  for (std::size_t m = 0; m < members; ++m) {
    auto path = std::make_shared<system::ShockPath>();
    path->first_step = first_step;
    path->width = width;
    path->scores.assign((first_step.size() - 1) * width, 0.0);
    paths.push_back(path);
    posterior.draws.push_back({centre, path});
  }
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string key = table.cell(row, "name") + "\n" + table.cell(row, "element");
    const bool is_parameter = table.cell(row, "kind") == "parameter";
    const auto& known = is_parameter ? parameters : shocks;
    const auto found = known.find(key);
    std::size_t cell = found != known.end() ? found->second : 0;
    if (!is_parameter) {
      const double end = table.number(row, "end_step", findings).value_or(0.0);
      if (!(end > 0.0))
        return posterior.draws.clear();
      const auto block = std::lower_bound(first_step.begin() + 1, first_step.end(), end);
      if (block == first_step.end())
        return posterior.draws.clear();
      cell += static_cast<std::size_t>(block - first_step.begin() - 1) * width;
    }
    for (std::size_t m = 0; m < members; ++m) {
      const auto value = table.number(row, first_member + static_cast<int>(m), findings);
      if (!value)
        return posterior.draws.clear();
      if (found != known.end())
        (is_parameter ? posterior.draws[m].parameters : paths[m]->scores)[cell] = *value;
    }
  }
}

std::nullopt_t damaged(const fs::path& notes, Diagnostics& findings) {
  findings.error("S121", {notes.generic_string()}, "the posterior is damaged",
                 "run cauce calibrate again, or use --draws prior");
  return std::nullopt;
}

// All but the draws.
std::optional<Posterior> read_notes(const system::System& system, const std::string& theory,
                                    Diagnostics& findings, const fs::path& folder) {
  const fs::path notes = folder / (theory + ".json");
  if (!fs::exists(notes) || !fs::exists(folder / (theory + ".draws.csv")))
    return std::nullopt;
  Posterior posterior;
  posterior.theory = theory;
  const auto json = nlohmann::json::parse(read_text(notes), nullptr, false);
  const auto until = json.is_object() ? Month::parse(json.value("until", "")) : std::nullopt;
  if (!until)
    return damaged(notes, findings);
  posterior.until = *until;
  posterior.inputs = json.value("inputs", "");
  posterior.people = json.value("people", "");
  posterior.stale = posterior.inputs != posterior_inputs(system, theory, *until);
  if (posterior.stale) {
    findings.warning("S120", {notes.generic_string()},
                     fmt::format("the posterior of theory {} was made with other equations, "
                                 "priors or data than the pack now has",
                                 theory),
                     "run cauce calibrate again");
  }
  return posterior;
}
} // namespace

std::optional<Posterior> read_posterior(const system::System& system, const std::string& theory,
                                        Diagnostics& findings, const fs::path& folder) {
  const fs::path where = folder.empty() ? posterior_folder(system) : folder;
  auto posterior = read_notes(system, theory, findings, where);
  if (!posterior)
    return std::nullopt;
  const std::vector<std::string> required = {"kind", "name", "element", "first_step", "end_step"};
  const Table table = Table::read(where / (theory + ".draws.csv"), required, findings);
  if (table.columns().size() > required.size() && table.rows() > 0)
    fill(*posterior, table, system, findings);
  if (posterior->draws.empty())
    return damaged(where / (theory + ".json"), findings);
  return posterior;
}

bool has_posterior(const system::System& system, const std::string& theory) {
  return fs::exists(posterior_folder(system) / (theory + ".json"));
}

std::vector<std::pair<std::string, std::string>>
posterior_files(const system::System& system, const std::vector<std::string>& theories,
                Draws draws) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const std::string& theory : theories) {
    if (draws != Draws::posterior || !has_posterior(system, theory))
      continue;
    const fs::path path = posterior_folder(system) / (theory + ".draws.csv");
    files.emplace_back("posterior/" + theory + ".draws.csv", hash_text(read_text(path)));
  }
  return files;
}

std::vector<PosteriorDraw> member_draws(const system::System& system, const std::string& theory,
                                        std::size_t members, std::uint64_t seed, Draws draws) {
  std::vector<PosteriorDraw> all;
  if (draws == Draws::posterior && has_posterior(system, theory)) {
    Diagnostics findings;
    const auto posterior = read_posterior(system, theory, findings);
    findings.throw_if_errors();
    for (std::size_t m = 0; m < members; ++m)
      all.push_back(posterior->of_member(m));
    return all;
  }
  const auto believed = policy::under_theory(system.parameters(), system.theory(theory));
  for (auto& values : evidence::draw_parameters(believed, members, seed))
    all.push_back({std::move(values), nullptr});
  return all;
}

std::string draws_sentence(const system::System& system, const std::vector<std::string>& theories,
                           Draws draws, Diagnostics& findings) {
  std::vector<std::string> calibrated;
  std::string known;
  for (const std::string& theory : theories) {
    if (draws == Draws::prior || !has_posterior(system, theory))
      continue;
    calibrated.push_back(theory);
    if (const auto posterior = read_notes(system, theory, findings, posterior_folder(system)))
      known = posterior->until.text();
  }
  if (calibrated.empty())
    return "Parameters are drawn from their priors.";
  if (calibrated.size() == theories.size())
    return fmt::format("Parameters are calibrated draws (data until {}).", known);
  return fmt::format(
      "Parameters are calibrated draws (data until {}) for {}, draws from the priors "
      "for the other theories.",
      known, fmt::join(calibrated, ", "));
}

void check_posteriors(const system::System& system, Diagnostics& findings) {
  std::map<Month, std::string> probes;
  for (const policy::Theory& theory : system.theories()) {
    const auto posterior = read_posterior(system, theory.name, findings);
    if (!posterior || posterior->stale)
      continue;
    std::string& probe = probes[posterior->until];
    if (probe.empty())
      probe = people_probe(system, posterior->until);
    if (probe != posterior->people) {
      findings.warning(
          "S120", {(posterior_folder(system) / (theory.name + ".json")).generic_string()},
          fmt::format(
              "the posterior of theory {} was made by a program whose people draw otherwise",
              theory.name),
          "run cauce calibrate again");
    }
  }
}

} // namespace cauce::study
