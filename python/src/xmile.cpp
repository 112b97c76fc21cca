// Any XMILE model from Python: load, look at its variables, run.
#include "bindings.hpp"

#include "cauce/conditions/saved_steps.hpp"

#include <pybind11/stl.h>

namespace py = pybind11;

namespace cauce::python {

using conditions::Model;
using conditions::Run;
using conditions::VariableId;
using conditions::VariableInfo;

namespace {

VariableId find(const Model& model, const std::string& name) {
  if (const auto id = model.find(name))
    return *id;
  throw Error("X801", {}, "the model has no variable '" + name + "'",
              did_you_mean(name, model.known_names()));
}

py::dict describe(const Model& model, const std::string& name) {
  const VariableInfo& info = model.info(find(model, name));
  py::dict out;
  out["name"] = info.name;
  out["kind"] = conditions::kind_name(info.kind);
  out["units"] = info.units;
  out["doc"] = info.doc;
  out["group"] = info.group;
  out["equation"] = info.equation;
  out["dimensions"] = info.dimensions;
  const auto names = [&](std::span<const VariableId> ids) {
    std::vector<std::string> all;
    for (const VariableId id : ids)
      all.push_back(model.info(id).name);
    return all;
  };
  out["uses"] = names(model.uses(find(model, name)));
  out["used_by"] = names(model.used_by(find(model, name)));
  return out;
}

// What a variable is set to: one number, one a member, or one an element.
using Settings = std::map<std::string, std::vector<double>>;

// Values by name: arrays of shape (times, elements, members).
py::dict run_model(const std::shared_ptr<const Model>& model, const std::vector<std::string>& names,
                   const Settings& set, const Settings& set_by_member, std::size_t members,
                   std::uint64_t seed) {
  std::vector<VariableId> ids;
  for (const std::string& name : names)
    ids.push_back(find(*model, name));
  Run run(model, members, seed);
  for (const auto& [name, values] : set) {
    const VariableId id = find(*model, name);
    const std::size_t size = model->info(id).size;
    if (values.size() != 1 && values.size() != size)
      throw Error("X801", {},
                  "'" + name + "' has " + std::to_string(size) + " elements, not " +
                      std::to_string(values.size()));
    const std::vector<double> all = values.size() == size ? values : std::vector(size, values[0]);
    for (std::size_t m = 0; m < members; ++m)
      run.set(id, m, all);
  }
  for (const auto& [name, values] : set_by_member) {
    const VariableId id = find(*model, name);
    if (values.size() != members)
      throw Error("X801", {},
                  "'" + name + "' is given " + std::to_string(values.size()) + " values for " +
                      std::to_string(members) + " members");
    for (std::size_t m = 0; m < members; ++m)
      run.set(id, m, std::vector(model->info(id).size, values[m]));
  }
  std::vector<double> times;
  std::vector<std::vector<double>> recorded(ids.size());
  {
    const py::gil_scoped_release release;
    conditions::run_saved_steps(run, ids, [&](double time, std::span<const double> row) {
      times.push_back(time);
      auto from = row.begin();
      for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto n = static_cast<std::ptrdiff_t>(model->info(ids[i]).size * members);
        recorded[i].insert(recorded[i].end(), from, from + n);
        from += n;
      }
    });
  }
  py::dict out;
  out["Time"] = py::array_t<double>(static_cast<py::ssize_t>(times.size()), times.data());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    out[py::str(names[i])] =
        array_of(std::move(recorded[i]), {times.size(), model->info(ids[i]).size, members});
  }
  return out;
}

} // namespace

void bind_xmile(py::module_& module) {
  py::class_<Model, std::shared_ptr<Model>>(module, "Model")
      .def("names", &Model::known_names, "Names of all variables, as in the file")
      .def("describe", &describe, py::arg("name"))
      .def(
          "elements",
          [](const Model& model, const std::string& dimension) {
            const conditions::Dimension* found = model.dimension(dimension);
            if (found == nullptr)
              throw Error("X801", {}, "the model has no dimension '" + dimension + "'");
            return found->elements;
          },
          py::arg("dimension"), "Elements of a dimension")
      .def("run", [](const std::shared_ptr<Model>& model, const std::vector<std::string>& names,
                     const Settings& set, const Settings& set_by_member, std::size_t members,
                     std::uint64_t seed) {
        return run_model(model, names, set, set_by_member, members, seed);
      });
  module.def(
      "load_model",
      [](const std::string& path) {
        Diagnostics findings;
        return std::const_pointer_cast<Model>(conditions::load_model(path, findings));
      },
      py::arg("path"));
}

} // namespace cauce::python
