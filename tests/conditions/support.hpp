// Shared by the tests of this room: models written in a few lines.
#pragma once

#include "cauce/conditions/run.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cauce::conditions::test {

/// A model file around the given variables.
inline std::string xmile(const std::string& variables,
                         const std::string& specs = "<start>0</start><stop>10</stop><dt>1</dt>",
                         const std::string& dimensions = "", const std::string& before = "",
                         const std::string& method = "Euler") {
  return "<xmile version=\"1.0\" "
         "xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><header><name>t</name></"
         "header><sim_specs method=\"" +
         method + "\">" + specs + "</sim_specs><dimensions>" + dimensions + "</dimensions>" +
         before + "<model><variables>" + variables + "</variables></model></xmile>";
}

inline std::string aux(const std::string& name, const std::string& equation,
                       const std::string& more = "") {
  return "<aux name=\"" + name + "\">" + more + "<eqn>" + equation + "</eqn></aux>";
}
inline std::string flow(const std::string& name, const std::string& equation,
                        const std::string& more = "") {
  return "<flow name=\"" + name + "\">" + more + "<eqn>" + equation + "</eqn></flow>";
}
inline std::string stock(const std::string& name, const std::string& initial,
                         const std::string& more = "") {
  return "<stock name=\"" + name + "\"><eqn>" + initial + "</eqn>" + more + "</stock>";
}
inline std::string dim(const std::string& name, const std::vector<std::string>& elements) {
  std::string out = "<dim name=\"" + name + "\">";
  for (const std::string& e : elements)
    out += "<elem name=\"" + e + "\"/>";
  return out + "</dim>";
}
inline std::string over(const std::vector<std::string>& dims) {
  std::string out = "<dimensions>";
  for (const std::string& d : dims)
    out += "<dim name=\"" + d + "\"/>";
  return out + "</dimensions>";
}

inline std::shared_ptr<const Model> compile(const std::string& text) {
  Diagnostics findings;
  return compile_model(text, "test.xmile", findings);
}

/// Errors of a model that cannot be compiled, or "".
inline std::string errors_of(const std::string& text) {
  Diagnostics findings;
  try {
    compile_model(text, "test.xmile", findings);
  } catch (const Errors& errors) {
    return errors.what();
  }
  return "";
}

/// Values of a variable at time `time` (all elements), integrated by `step`.
inline std::vector<double> value_at(const std::shared_ptr<const Model>& model,
                                    const std::string& name, double time, bool oracle = false) {
  Run run(model);
  run.use_oracle(oracle);
  run.initialise();
  while (run.time() < time - run.dt() / 2)
    run.step();
  run.evaluate();
  const auto id = model->find(name);
  EXPECT_TRUE(id) << name;
  if (!id)
    return {};
  const auto values = run.values(*id);
  return {values.begin(), values.end()};
}

} // namespace cauce::conditions::test
