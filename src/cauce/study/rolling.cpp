#include "cauce/study/rolling.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"
#include "cauce/study/probe.hpp"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace cauce::study {

namespace {
// Whether the folder has the calibration asked for, of today's model, data and program.
bool have_calibration(const system::System& system, const CalibrationRequest& request) {
  const std::filesystem::path notes = request.folder / (request.theory + ".json");
  if (!std::filesystem::exists(notes))
    return false;
  const auto json = nlohmann::json::parse(read_text(notes), nullptr, false);
  return json.is_object() && json.value("members", std::size_t{0}) == request.members &&
         json.value("iterations", 0) == request.iterations &&
         json.value("seed", std::uint64_t{0}) == request.seed &&
         json.value("scale", 0.0) == system.people()->scale &&
         json.value("inputs", "") == posterior_inputs(system, request.theory, request.until) &&
         json.value("people", "") == people_probe(system, request.until);
}
} // namespace

std::vector<Month> rolled_origins(const system::System& system, const RollingRequest& request) {
  if (!request.origins.empty())
    return request.origins;
  const Month decision = system.manifest().clock.decision;
  std::vector<Month> origins;
  for (Month origin = decision - 36; origin <= decision + 6; origin = origin + 6)
    origins.push_back(origin);
  return origins;
}

std::optional<std::vector<OriginSkill>>
rolling_origins(const std::shared_ptr<const system::System>& system,
                const RollingRequest& request) {
  std::vector<OriginSkill> all;
  for (const Month origin : rolled_origins(*system, request)) {
    const std::filesystem::path folder = request.folder / origin.text();
    bool helping = false;
    for (const std::string& theory : request.theories) {
      const CalibrationRequest calibration{
          theory,       origin - 1,   request.members, request.iterations,
          request.seed, request.farm, folder};
      if (!have_calibration(*system, calibration))
        helping = !calibrate(system, calibration) || helping;
    }
    const auto made = hindcast(system, {request.theories, origin, origin + (request.months - 1),
                                        request.seed, request.farm, folder});
    if (helping || !made)
      continue;
    const auto forecasters = all_forecasters(*made, *system, request.months);
    for (const Skill& skill : judge(*made, forecasters, request.months, request.seed).skills)
      all.push_back({origin, skill});
  }
  if (all.empty())
    return std::nullopt;
  return all;
}

std::vector<Skill> mean_over_origins(const std::vector<OriginSkill>& skills) {
  using Key = std::tuple<std::string, Knowledge, std::string>;
  std::map<Key, std::vector<const Skill*>> by_key;
  std::set<Month> origins;
  for (const OriginSkill& one : skills) {
    by_key[{one.skill.forecaster, one.skill.knowledge, one.skill.series}].push_back(&one.skill);
    origins.insert(one.origin);
  }
  std::vector<Skill> means;
  for (const auto& [key, members] : by_key) {
    if (members.size() != origins.size())
      continue;
    Skill mean = *members.front();
    mean.months = 0;
    mean.crps = mean.crps_log = mean.log_score = mean.inside_50 = mean.inside_90 = mean.first_year =
        0.0;
    const auto n = static_cast<double>(members.size());
    for (const Skill* one : members) {
      mean.months += one->months;
      mean.crps += one->crps / n;
      mean.crps_log += one->crps_log / n;
      mean.log_score += one->log_score / n;
      mean.inside_50 += one->inside_50 / n;
      mean.inside_90 += one->inside_90 / n;
      mean.first_year += one->first_year / n;
    }
    means.push_back(std::move(mean));
  }
  return means;
}

void write_rolling(const std::filesystem::path& folder, const std::vector<OriginSkill>& skills) {
  prepare_output_folder(folder);
  std::string text = "origin,forecaster,kind,knowledge,series,months,crps,crps_log,log_score,"
                     "inside_50,inside_90,first_year_ratio\n";
  for (const OriginSkill& one : skills) {
    const Skill& s = one.skill;
    text += fmt::format("{},{},{},{},{},{},{:.5g},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f}\n",
                        one.origin.text(), csv_cell(s.forecaster), s.kind,
                        s.kind == "baseline" ? "" : knowledge_name(s.knowledge), s.series, s.months,
                        s.crps, s.crps_log, s.log_score, s.inside_50, s.inside_90, s.first_year);
  }
  write_text_atomic(folder / "rolling.csv", text);
}

} // namespace cauce::study
