// Two Towns, the small teaching system, for the tests of studies; and folders of their own.
#pragma once

#include "cauce/study/ensemble.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

namespace cauce::study {

inline std::shared_ptr<const system::System> two_towns(double scale = 10.0) {
  Diagnostics findings;
  return system::System::load(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns",
                              scale, findings);
}

/// A folder of its own for each test, removed at its end.
class Folder {
 public:
  Folder() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            ("cauce-study-" + std::string(info->test_suite_name()) + "-" + info->name());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline EnsembleRequest small_request() {
  EnsembleRequest request;
  request.policies = {"as-enacted", "jobs", "guarded-bridge"};
  request.theories = {"open", "jobs-pay"};
  request.members = 3;
  request.threads = 2;
  request.from = Month::of(2004, 1);
  request.until = Month::of(2006, 12);
  return request;
}

inline std::vector<float> all_values(const results::Cube& cube) {
  std::vector<float> values;
  for (std::size_t p = 0; p < cube.shape().policies.size(); ++p) {
    for (std::size_t t = 0; t < cube.shape().theories.size(); ++t) {
      for (std::size_t m = 0; m < cube.shape().members; ++m) {
        const auto block = cube.block(p, t, m);
        values.insert(values.end(), block.begin(), block.end());
      }
    }
  }
  return values;
}

} // namespace cauce::study
