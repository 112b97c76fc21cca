// What the files of the Python module share.
#pragma once

#include "cauce/base/month.hpp"
#include "cauce/system/system.hpp"

#include <functional>
#include <memory>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <string>
#include <vector>

namespace cauce::python {

void bind_errors(pybind11::module_& module);
void bind_xmile(pybind11::module_& module);
void bind_system(pybind11::module_& module);
void bind_studies(pybind11::class_<system::System, std::shared_ptr<system::System>>& type);

/// "2017-06" as a month, `otherwise` when empty. Throws Error U102.
Month month_of(const std::string& text, Month otherwise);

/// The numbers as an array of this shape, which keeps them alive: no copy.
pybind11::array_t<double> array_of(std::vector<double> numbers, std::vector<std::size_t> shape);

/// For FarmOptions::watch: lets Python handle its signals, so that KeyboardInterrupt ends the work,
/// and calls `tell(what, done, total)` unless it is None. To be destroyed with the GIL held.
std::function<void(const std::string&, std::size_t, std::size_t)> watched(pybind11::object tell);

/// Ends this process quietly (SystemExit): it is a helping rank of mpirun and has served.
[[noreturn]] void leave_rank();

} // namespace cauce::python
