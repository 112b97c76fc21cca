// Calibrated draws of a theory: kept in the pack's folder `posterior/`, read by every study.
//
//   <theory>.draws.csv   one row a parameter or shock, one column a draw
//   <theory>.json        how it was made, misfit by iteration, hash of what it rests on
// A posterior rests on equations, priors, structure, levers and data until its last month; when
// one of them changes, it is stale, and `cauce check` says so. It says too when the program's people
// draw otherwise than those that it was made with.
#pragma once

#include "cauce/system/simulation.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cauce::study {

/// Where members' parameters come from: the priors, or calibrated draws of those theories that have
/// them.
enum class Draws { prior, posterior };

/// Consecutive blocks of steps whose shocks have one score each, until the end of `until`: half a
/// year before `fine`, a quarter after it, a month in the last year (coarse where data are yearly).
std::vector<std::uint32_t> shock_blocks(const system::System& system, Month fine, Month until);

/// Cells of all shocks.
std::size_t shock_width(const system::System& system);

struct PosteriorDraw {
  std::vector<double> parameters; ///< one for each of `System::parameters()`
  std::shared_ptr<const system::ShockPath> shocks;
};

struct Posterior {
  std::string theory;
  Month until;        ///< last month of data used
  std::string inputs; ///< hash of what it rests on, when it was made
  bool stale = false; ///< that hash differs from today's
  std::string people; ///< the people's probe (probe.hpp) of the program that made it
  std::vector<PosteriorDraw> draws;

  /// Draw `member`, counted round when there are fewer.
  const PosteriorDraw& of_member(std::size_t member) const { return draws[member % draws.size()]; }
};

/// The hash of what a calibration of this theory until `until` rests on: not on later data.
std::string posterior_inputs(const system::System& system, const std::string& theory, Month until);

std::filesystem::path posterior_folder(const system::System& system);

/// Writes `<theory>.draws.csv` into `folder`; numbers are kept to 6 and 3 significant digits, which
/// `rounded` gives beforehand so that runs and file agree.
void write_draws(const std::filesystem::path& folder, const system::System& system,
                 const Posterior& posterior);
PosteriorDraw rounded(const PosteriorDraw& draw);

/// Reads the posterior of a theory; nothing when there is none. Parameters that the file does not
/// name take the median of their prior. Findings: S120 (stale, a warning), S121 (damaged).
std::optional<Posterior> read_posterior(const system::System& system, const std::string& theory,
                                        Diagnostics& findings,
                                        const std::filesystem::path& folder = {});

bool has_posterior(const system::System& system, const std::string& theory);

/// The files that `member_draws` reads of these theories, named from the pack's folder, with the
/// hash of their bytes: inputs of a run like the files of the pack.
std::vector<std::pair<std::string, std::string>>
posterior_files(const system::System& system, const std::vector<std::string>& theories,
                Draws draws);

/// What each of the first `members` members believes under a theory: calibrated draws where they
/// are asked for and the theory has them, else draws from its priors (without shocks: all noise is
/// drawn). Throws what `read_posterior` finds wrong.
std::vector<PosteriorDraw> member_draws(const system::System& system, const std::string& theory,
                                        std::size_t members, std::uint64_t seed, Draws draws);

/// For people: where the parameters of members come from under these theories.
std::string draws_sentence(const system::System& system, const std::vector<std::string>& theories,
                           Draws draws, Diagnostics& findings);

/// Adds a warning S120 for each posterior of the pack that is stale, or that a program made whose
/// people draw otherwise than this one's.
void check_posteriors(const system::System& system, Diagnostics& findings);

} // namespace cauce::study
