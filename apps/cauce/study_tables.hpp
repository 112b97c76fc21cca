// The results of studies as tables for people on the terminal, and for programs as files in the
// folder `out` (none are written when it is empty): CSV, and beside it the arrays as NetCDF.
#pragma once

#include "cauce/study/arrays.hpp"
#include "cauce/study/attribution.hpp"
#include "cauce/study/dominance.hpp"
#include "cauce/study/effects.hpp"
#include "cauce/study/optimisation.hpp"
#include "cauce/study/robustness.hpp"
#include "cauce/study/sensitivity.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cauce::app {

/// "Border and courts=The border+Courts and the interior". Throws Error U120.
study::Mechanism mechanism_of(const std::string& text);

/// attribution.csv and .nc
void show_attribution(const study::AttributionResult& result,
                      const study::AttributionRequest& request, const std::filesystem::path& out);

/// The loops that dominate under a policy, and when.
void show_dominance(const study::Dominance& dominance, const std::string& policy);

/// sensitivity.csv and .nc; at most `most` inputs are printed, all are written.
void show_sensitivity(const study::SensitivityResult& result,
                      const study::SensitivityRequest& request, const std::filesystem::path& out,
                      std::size_t most = 20);

/// information.csv and .nc
void show_information(const study::InformationResult& result,
                      const study::InformationRequest& request, const std::filesystem::path& out,
                      std::size_t most = 20);

/// robustness.csv and .nc (policies x objectives), futures.csv (every future), scenarios.csv
void show_robustness(const study::RobustnessResult& result, const study::RobustnessRequest& request,
                     const std::filesystem::path& out);

/// front.csv and .nc
void show_optimisation(const study::OptimisationResult& result,
                       const study::OptimisationRequest& request, const std::filesystem::path& out);

/// Until when: the months in which the sign of each effect turns; effects.csv and .nc by month.
void show_effects(const std::vector<study::Measure>& measures,
                  const std::vector<std::vector<study::EffectPath>>& paths, Month from,
                  const std::string& first_policy, const std::filesystem::path& out);

} // namespace cauce::app
