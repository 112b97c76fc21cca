// One member between two policies: what its measures would be if only some mechanisms followed the
// second policy, and all others what they showed under the first (freezing.hpp).
#pragma once

#include "cauce/study/freezing.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cauce::study {

/// Sectors that are frozen together, under one name.
struct Mechanism {
  std::string name;
  std::vector<std::string> sectors; ///< group names of the XMILE file
  std::string title_en{}, title_es{};
};

/// mechanisms.csv of a pack (mechanism,sector,title_en,title_es; one row a sector, titles on the
/// first): how analysts put sectors together. None when there is no such file.
std::vector<Mechanism> read_mechanisms(const std::filesystem::path& path, Diagnostics& findings);

/// All sectors of the model in mechanisms: those given, and what nobody named as "all else", or
/// each by itself when none are given. Throws Error S108 (unknown sector, one named twice, more
/// than 60).
std::vector<Mechanism> all_mechanisms(const system::System& system,
                                      std::vector<Mechanism> mechanisms);

/// The variables by which mechanisms are seen from outside.
std::vector<SeenVariable> seen_variables(const system::System& system,
                                         const std::vector<Mechanism>& mechanisms);

class Coalitions {
 public:
  /// Runs a simulation to the end of the study: the values of its measures.
  using Finish = std::function<std::vector<double>(system::Simulation&)>;

  /// `trunk` stands at `first_step`, before the policies part, and is under the first of them. Runs
  /// both.
  Coalitions(system::Simulation trunk, std::uint32_t first_step,
             std::shared_ptr<const system::LeverPaths> other, std::vector<SeenVariable> seen,
             std::size_t mechanisms, Finish finish);

  /// Another way to the same values (one that stops when its caller's job is cancelled).
  void finish_with(Finish finish) { finish_ = std::move(finish); }

  /// Mechanisms that anybody outside sees differ; the others have no part.
  const std::vector<std::size_t>& players() const { return players_; }
  /// The measures under the second policy less those under the first.
  const std::vector<double>& difference() const { return difference_; }
  /// The same with only the players whose bits are set live. Runs it when it is not known yet.
  const std::vector<double>& worth(std::size_t coalition);
  /// Of all 2^players coalitions, when every one of them is known.
  bool complete() const { return worths_.size() == std::size_t{1} << players_.size(); }

 private:
  system::Simulation trunk_;
  std::shared_ptr<const system::LeverPaths> other_;
  Finish finish_;
  PathRecorder record_; ///< of the first policy
  std::vector<std::size_t> players_;
  std::vector<double> base_, difference_;
  std::map<std::size_t, std::vector<double>> worths_;
};

/// What each player added, order by order, to one measure: [order][place].
std::vector<std::vector<double>> gains_of(Coalitions& coalitions,
                                          const std::vector<std::vector<std::size_t>>& orders,
                                          std::size_t measure);

} // namespace cauce::study
