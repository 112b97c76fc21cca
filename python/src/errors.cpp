// Errors of the library as Python exceptions, with the same messages and codes.
#include "bindings.hpp"

#include "cauce/base/diagnostics.hpp"

#include <pybind11/stl.h>

namespace py = pybind11;

namespace cauce::python {

namespace {
py::dict as_dict(const Diagnostic& finding) {
  py::dict out;
  out["severity"] = severity_name(finding.severity);
  out["code"] = finding.code;
  out["file"] = finding.where.file;
  out["line"] = finding.where.line;
  out["message"] = finding.message;
  out["hint"] = finding.hint;
  return out;
}

void raise(const py::object& type, const char* text, const py::list& findings) {
  py::object error = type(text);
  error.attr("findings") = findings;
  error.attr("code") = findings.empty() ? py::str("") : py::str(findings[0]["code"]);
  PyErr_SetObject(type.ptr(), error.ptr());
}
} // namespace

void bind_errors(py::module_& module) {
  static py::exception<Error> type(module, "CauceError", PyExc_ValueError);
  type.doc() = "What is wrong, where, and what to do. `code` is the first finding's code "
               "(`cauce explain CODE` says more); `findings` lists all, as dictionaries.";
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer)
        std::rethrow_exception(pointer);
    } catch (const Error& error) {
      py::list findings;
      findings.append(as_dict(error.diagnostic()));
      raise(type, error.what(), findings);
    } catch (const Errors& errors) {
      py::list findings;
      for (const Diagnostic& finding : errors.findings().items())
        findings.append(as_dict(finding));
      raise(type, errors.what(), findings);
    }
  });
}

} // namespace cauce::python
