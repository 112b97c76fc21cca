// theories/*.toml: a theory is an overlay on the one model: other priors, links cut.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/toml.hpp"
#include "cauce/evidence/parameters.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cauce::policy {

struct Belief {
  std::string name, element; ///< a parameter of parameters.csv
  evidence::Prior prior;
  Bilingual why;
  SourcePos where;
};

struct Theory {
  std::string name;
  Bilingual title, summary;
  std::vector<Belief> beliefs;
  SourcePos where;
};

/// Reads all `*.toml` of a folder in order of their names. A `[[cut]]` of a parameter fixes it at
/// 0. Findings: B110 to B113, E106, E107, Y107 (name differs from the file's), Y109 (unknown
/// parameter, near miss).
std::vector<Theory> read_theories(const std::filesystem::path& folder,
                                  std::span<const evidence::Parameter> parameters,
                                  Diagnostics& findings);

/// The parameters as the theory believes them, in the same order.
std::vector<evidence::Parameter> under_theory(std::span<const evidence::Parameter> parameters,
                                              const Theory& theory);

} // namespace cauce::policy
