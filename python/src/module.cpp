// cauce._core: the compiled part of the Python module. python/cauce/*.py is what people use.
#include "bindings.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled part of cauce; use the package cauce itself.";
  module.attr("version") = CAUCE_VERSION;
  cauce::python::bind_errors(module);
  cauce::python::bind_xmile(module);
  cauce::python::bind_system(module);
}
