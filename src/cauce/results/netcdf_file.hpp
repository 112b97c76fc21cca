// A NetCDF-4 file that is being written: for the writers of this room.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <netcdf.h>
#include <string>
#include <utility>
#include <vector>

namespace cauce::results {

// One open NetCDF file; every call that fails ends the writing with the library's words.
class NetcdfFile {
 public:
  NetcdfFile(const std::filesystem::path& temporary, std::filesystem::path shown)
      : shown_(std::move(shown)) {
    call(nc_create(temporary.c_str(), NC_NETCDF4 | NC_CLOBBER, &id_));
    open_ = true;
  }
  ~NetcdfFile() {
    if (open_)
      nc_abort(id_);
  }
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;

  void call(int status) const {
    if (status == NC_NOERR)
      return;
    throw Error("R101", {shown_.generic_string()},
                fmt::format("cannot be written: {}", nc_strerror(status)),
                "check the space on the disk and the folder's permissions");
  }
  int id() const { return id_; }
  int dimension(const std::string& name, std::size_t size) const {
    int dimension = 0;
    call(nc_def_dim(id_, name.c_str(), size, &dimension));
    return dimension;
  }
  int variable(const std::string& name, nc_type type, const std::vector<int>& dimensions) const {
    int variable = 0;
    call(nc_def_var(id_, name.c_str(), type, static_cast<int>(dimensions.size()), dimensions.data(),
                    &variable));
    return variable;
  }
  void attribute(int variable, const char* name, const std::string& text) const {
    call(nc_put_att_text(id_, variable, name, text.size(), text.c_str()));
  }
  /// A dimension whose coordinate variable holds names.
  int names(const std::string& name, const std::vector<std::string>& elements) const {
    const int d = dimension(name, elements.size());
    const int v = variable(name, NC_STRING, {d});
    put(v, elements);
    return d;
  }
  /// All values of a variable of words.
  void put(int variable, const std::vector<std::string>& words) const {
    std::vector<const char*> pointers;
    for (const std::string& word : words)
      pointers.push_back(word.c_str());
    call(nc_put_var_string(id_, variable, pointers.data()));
  }
  void close() {
    open_ = false;
    call(nc_close(id_));
  }

 private:
  std::filesystem::path shown_;
  int id_ = 0;
  bool open_ = false;
};

} // namespace cauce::results
