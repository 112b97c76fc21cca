#include "cauce/results/arrays.hpp"

#include "cauce/base/files.hpp"
#include "cauce/results/netcdf_file.hpp"

#include <algorithm>
#include <stdexcept>

namespace cauce::results {

void write_arrays(const Arrays& arrays, const std::filesystem::path& path) {
  write_atomic(path, [&](const std::filesystem::path& temporary) {
    NetcdfFile file(temporary, path);
    file.attribute(NC_GLOBAL, "Conventions", "CF-1.8");
    file.attribute(NC_GLOBAL, "title", arrays.title);
    std::vector<int> dimensions;
    for (const ArrayAxis& axis : arrays.axes) {
      if (axis.length() == 0) { // to the library, 0 is a dimension without an end
        dimensions.push_back(-1);
        continue;
      }
      dimensions.push_back(axis.names.empty() ? file.dimension(axis.name, axis.size)
                                              : file.names(axis.name, axis.names));
    }
    for (const LabelledArray& array : arrays.arrays) {
      std::vector<int> over;
      std::size_t size = 1;
      for (const std::string& name : array.axes) {
        const auto axis = std::find_if(arrays.axes.begin(), arrays.axes.end(),
                                       [&](const ArrayAxis& a) { return a.name == name; });
        if (axis == arrays.axes.end())
          throw std::logic_error("array " + array.name + " has no axis " + name);
        over.push_back(dimensions[static_cast<std::size_t>(axis - arrays.axes.begin())]);
        size *= axis->length();
      }
      const bool words = array.values.empty();
      if (size != (words ? array.words.size() : array.values.size()))
        throw std::logic_error("array " + array.name + " does not fit its axes");
      if (size == 0)
        continue;
      const int variable = file.variable(array.name, words ? NC_STRING : NC_DOUBLE, over);
      if (!array.unit.empty())
        file.attribute(variable, "units", array.unit);
      file.attribute(variable, "long_name", array.title);
      if (words)
        file.put(variable, array.words);
      else
        file.call(nc_put_var_double(file.id(), variable, array.values.data()));
    }
    file.close();
  });
}

} // namespace cauce::results
