// What the files of the Python module share.
#pragma once

#include <pybind11/pybind11.h>

namespace cauce::python {

void bind_errors(pybind11::module_& module);
void bind_xmile(pybind11::module_& module);
void bind_system(pybind11::module_& module);

} // namespace cauce::python
