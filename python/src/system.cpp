// Systems, ensembles and comparisons for Python. The values of a cube are seen by NumPy in place.
#include "bindings.hpp"

#include "cauce/study/compare.hpp"
#include "cauce/study/ensemble.hpp"
#include "cauce/system/find_pack.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

namespace py = pybind11;

namespace cauce::python {

using system::System;

namespace {

py::dict bilingual(const Bilingual& text) {
  py::dict out;
  out["en"] = text.en;
  out["es"] = text.es;
  return out;
}

py::list outcomes_of(const results::CubeShape& shape) {
  py::list out;
  for (const results::OutcomeInfo& info : shape.outcomes) {
    py::dict o;
    o["name"] = info.name;
    o["unit"] = info.unit;
    o["kind"] = info.kind;
    o["section"] = info.section;
    o["place_axis"] = info.place_axis;
    o["places"] = info.places;
    o["group_axis"] = info.group_axis;
    o["groups"] = info.groups;
    o["title_en"] = info.title_en;
    o["title_es"] = info.title_es;
    o["doc_en"] = info.doc_en;
    o["doc_es"] = info.doc_es;
    o["offset"] = info.offset;
    out.append(std::move(o));
  }
  return out;
}

py::dict spread_dict(const results::Spread& s) {
  py::dict out;
  for (const auto& [name, value] : results::named(s))
    out[py::str(name.data(), name.size())] = value;
  return out;
}

// [policy][theory][member][month][cell], in place; `owner` keeps the cube alive.
py::array_t<float> values_of(const results::Cube& cube, const py::object& owner) {
  const results::CubeShape& shape = cube.shape();
  const std::vector<std::size_t> sizes = {shape.policies.size(), shape.theories.size(),
                                          shape.members, shape.months, shape.cells()};
  const float* data = cube.block(0, 0, 0).data();
  py::array_t<float> view(sizes, data, owner);
  view.attr("setflags")(false);
  return view;
}

std::shared_ptr<results::Cube>
run_cube(const std::shared_ptr<System>& system, std::vector<std::string> policies,
         std::vector<std::string> theories, std::size_t members, std::uint64_t seed,
         std::size_t threads, const std::string& from, const std::string& until,
         const std::string& draws, const std::string& store, py::object tell) {
  const system::Clock& clock = system->manifest().clock;
  study::EnsembleRequest request;
  request.policies = std::move(policies);
  request.theories = std::move(theories);
  request.members = members;
  request.seed = seed;
  request.threads = threads;
  request.from = month_of(from, clock.from);
  request.until = month_of(until, clock.data_until);
  request.draws = draws == "prior" ? study::Draws::prior : study::Draws::posterior;
  request.store = store;
  request.watch = watched(std::move(tell));
  if (draws == "posterior")
    study::require_posteriors(*system, request);
  std::shared_ptr<results::Cube> cube;
  {
    const py::gil_scoped_release release;
    study::EnsembleResult result = study::run_ensemble(system, request);
    if (!result.served)
      cube = std::make_shared<results::Cube>(std::move(result.cube));
  }
  if (cube == nullptr)
    leave_rank();
  return cube;
}

py::list compare_cube(const results::Cube& cube, const std::string& from, const std::string& until,
                      std::vector<std::string> outcomes, bool by_place, bool by_group) {
  study::ComparisonRequest request;
  const results::CubeShape& shape = cube.shape();
  request.from = month_of(from, shape.from);
  request.until = month_of(until, shape.from + static_cast<int>(shape.months) - 1);
  request.outcomes = std::move(outcomes);
  request.by_place = by_place;
  request.by_group = by_group;
  py::list out;
  for (const study::Comparison& row : study::compare(cube, request)) {
    py::dict line;
    line["policy"] = row.policy;
    line["theory"] = row.theory;
    line["outcome"] = row.outcome;
    line["place"] = row.place;
    line["group"] = row.group;
    line["level"] = spread_dict(row.level);
    line["difference"] = spread_dict(row.difference);
    line["share_lower"] = row.share_lower;
    line["share_higher"] = row.share_higher;
    out.append(std::move(line));
  }
  return out;
}

py::list parameters_of(const System& system) {
  py::list out;
  for (const evidence::Parameter& parameter : system.parameters()) {
    py::dict p;
    p["name"] = parameter.name;
    p["element"] = parameter.element;
    p["value"] = parameter.prior.value;
    p["distribution"] = evidence::shape_name(parameter.prior.shape);
    p["low"] = parameter.prior.low;
    p["high"] = parameter.prior.high;
    p["unit"] = parameter.unit;
    p["sector"] = parameter.sector;
    p["source_id"] = parameter.source_id;
    p["status"] = parameter.status;
    out.append(std::move(p));
  }
  return out;
}

template <typename Item> py::list named(const std::vector<Item>& items) {
  py::list out;
  for (const Item& item : items) {
    py::dict d;
    d["name"] = item.name;
    d["title"] = bilingual(item.title);
    d["summary"] = bilingual(item.summary);
    out.append(std::move(d));
  }
  return out;
}

py::list levers_of(const System& system) {
  py::list out;
  for (const policy::Lever& lever : system.levers()) {
    py::dict d;
    d["name"] = lever.name;
    d["variable"] = lever.variable;
    d["unit"] = lever.unit;
    d["low"] = lever.low;
    d["high"] = lever.high;
    d["default"] = lever.standing ? py::cast(*lever.standing) : py::none();
    out.append(std::move(d));
  }
  return out;
}

} // namespace

void bind_system(py::module_& module) {
  using namespace py::literals;
  py::class_<results::Cube, std::shared_ptr<results::Cube>>(module, "Cube")
      .def_property_readonly(
          "values",
          [](const py::object& self) { return values_of(self.cast<results::Cube&>(), self); },
          "float32, read-only, [policy, theory, member, month, cell]")
      .def_property_readonly("policies", [](const results::Cube& c) { return c.shape().policies; })
      .def_property_readonly("theories", [](const results::Cube& c) { return c.shape().theories; })
      .def_property_readonly("first_month",
                             [](const results::Cube& c) { return c.shape().from.text(); })
      .def_property_readonly("outcomes",
                             [](const results::Cube& c) { return outcomes_of(c.shape()); })
      .def("compare", &compare_cube, "start"_a, "until"_a, "outcomes"_a, "by_place"_a,
           "by_group"_a);

  py::class_<System, std::shared_ptr<System>> type(module, "System");
  type.def_property_readonly("name", [](const System& s) { return s.manifest().name; })
      .def_property_readonly("folder", [](const System& s) { return s.folder().generic_string(); })
      .def_property_readonly("title", [](const System& s) { return bilingual(s.manifest().title); })
      .def_property_readonly("clock",
                             [](const System& s) {
                               const system::Clock& clock = s.manifest().clock;
                               py::dict d;
                               d["from"] = clock.from.text();
                               d["until"] = clock.until.text();
                               d["data_until"] = clock.data_until.text();
                               d["decision"] = clock.decision.text();
                               d["steps_per_month"] = clock.steps_per_month;
                               return d;
                             })
      .def_property_readonly("policies", [](const System& s) { return named(s.policies()); })
      .def_property_readonly("theories", [](const System& s) { return named(s.theories()); })
      .def_property_readonly("levers", &levers_of)
      .def_property_readonly("parameters", &parameters_of)
      .def_property_readonly(
          "model",
          [](const System& s) { return std::const_pointer_cast<conditions::Model>(s.model()); })
      .def("run", &run_cube, "policies"_a, "theories"_a, "members"_a, "seed"_a, "threads"_a,
           "start"_a, "until"_a, "draws"_a, "store"_a, "tell"_a);
  bind_studies(type);

  module.def("find_system", &system::find_pack, "name"_a, "besides"_a);
  module.def(
      "load_system",
      [](const std::filesystem::path& folder, double scale) {
        const py::gil_scoped_release release;
        Diagnostics findings;
        return std::const_pointer_cast<System>(System::load(folder, scale, findings));
      },
      "folder"_a, "scale"_a = 1.0);
}

} // namespace cauce::python
