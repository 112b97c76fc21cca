// A folder of results as `cauce compare` leaves it: manifest.json and results.nc, read one outcome
// at a time so that a report needs the memory of one outcome and not of the whole cube.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"
#include "cauce/results/cube.hpp"
#include "cauce/results/writers.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cauce::report {

/// All values of one outcome under one theory, laid out [policy][member][month][place][group].
class OutcomeValues {
 public:
  OutcomeValues(std::size_t policies, std::size_t members, std::size_t months, std::size_t places,
                std::size_t groups);
  /// One member's month: [place][group].
  std::span<float> cells(std::size_t policy, std::size_t member, std::size_t month);
  std::span<const float> cells(std::size_t policy, std::size_t member, std::size_t month) const;
  float value(std::size_t policy, std::size_t member, std::size_t month, std::size_t place,
              std::size_t group) const {
    return cells(policy, member, month)[place * groups_ + group];
  }
  std::size_t policies() const { return policies_; }
  std::size_t members() const { return members_; }
  std::size_t months() const { return months_; }
  std::size_t places() const { return places_; }
  std::size_t groups() const { return groups_; }

 private:
  std::size_t policies_, members_, months_, places_, groups_;
  std::vector<float> values_;
};

class ResultsFile {
 public:
  /// Opens the folder. Throws Error B101 (no such file), H101 (manifest.json is not what `cauce`
  /// writes) or H102 (results.nc cannot be read).
  explicit ResultsFile(std::filesystem::path folder);
  ~ResultsFile();
  ResultsFile(ResultsFile&&) noexcept;
  ResultsFile(const ResultsFile&) = delete;
  ResultsFile& operator=(const ResultsFile&) = delete;

  const results::Manifest& manifest() const { return manifest_; }
  Month from() const { return from_; }
  std::size_t months() const { return months_; }
  /// Month index from which policies may differ; 0 when the manifest does not say.
  std::size_t decision() const { return decision_; }
  /// Names, units, places and groups; titles and sections are the pack's.
  const std::vector<results::OutcomeInfo>& outcomes() const { return outcomes_; }
  /// Index of a policy or theory. Throws Error H103 (not in these results, near miss).
  std::size_t policy(std::string_view name) const;
  std::size_t theory(std::string_view name) const;
  OutcomeValues read(const results::OutcomeInfo& outcome, std::size_t theory) const;
  /// Hash of summary.csv, 16 hex digits: equal for equal results on any machine.
  std::string hash() const;

 private:
  struct Handle;
  std::filesystem::path folder_;
  results::Manifest manifest_;
  Month from_;
  std::size_t months_ = 0, members_ = 0, decision_ = 0;
  std::vector<results::OutcomeInfo> outcomes_;
  std::unique_ptr<Handle> file_;
};

} // namespace cauce::report
