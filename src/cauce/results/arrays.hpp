// Tables with axes: what studies yield, for programs that read arrays by name (NetCDF-4).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cauce::results {

/// An axis and the name of each of its places; numbered from 0 where it has none.
struct ArrayAxis {
  std::string name;
  std::vector<std::string> names;
  std::size_t size = 0; ///< where `names` is empty
  std::size_t length() const { return names.empty() ? size : names.size(); }
};

/// Numbers, or words, over some of the axes; row-major in their order. What is not known is NaN.
struct LabelledArray {
  std::string name, unit, title;
  std::vector<std::string> axes; ///< none: one number
  std::vector<double> values;
  std::vector<std::string> words = {}; ///< in place of values
};

struct Arrays {
  std::string title;
  std::vector<ArrayAxis> axes;
  std::vector<LabelledArray> arrays;
};

/// One variable an array, one coordinate a named axis; an axis of no length and its arrays are left
/// out. Content depends on nothing but the arrays.
/// Throws Error R101 (the library's words), std::logic_error for an array that does not fit its
/// axes.
void write_arrays(const Arrays& arrays, const std::filesystem::path& path);

} // namespace cauce::results
