// Any bytes as an XMILE file: an error or a model that runs, never a crash, a hang or memory beyond
// the limits; and what runs gives the same by the vector programs and the scalar evaluator.
#include "cauce/conditions/layout.hpp"
#include "cauce/conditions/reference.hpp"
#include "cauce/conditions/run.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>

using namespace cauce;
using namespace cauce::conditions;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Diagnostics findings;
  CompileOptions options;
  options.max_elements = 20'000;
  options.max_variables = 500;
  options.max_expression_depth = 100;
  std::shared_ptr<const Model> model;
  try {
    model =
        compile_model({reinterpret_cast<const char*>(data), size}, "fuzz.xmile", findings, options);
  } catch (const Errors& errors) {
    if (errors.findings().ok())
      std::abort(); // refused without a reason
    return 0;
  }
  try {
    reference_text(*model);
    // A diagram is put in without harm to the model.
    Diagnostics again;
    const std::string drawn =
        with_views({reinterpret_cast<const char*>(data), size}, "fuzz.xmile", again);
    if (model->variables().size() < 100 && drawn.size() < 100'000)
      parse_document(drawn, "drawn.xmile", again);
    Run fast(model, 2), oracle(model, 2);
    oracle.use_oracle(true);
    fast.initialise();
    oracle.initialise();
    // Delays give out what they took in a few steps later.
    const int steps = model->variables().size() < 40 ? 8 : 2;
    for (int step = 0; step < steps; ++step) {
      for (std::uint32_t v = 0; v < model->variables().size(); ++v) {
        const auto a = fast.values({v}), b = oracle.values({v});
        for (std::size_t i = 0; i < a.size(); ++i) {
          if (std::memcmp(&a[i], &b[i], sizeof(double)) != 0 && !(a[i] != a[i] && b[i] != b[i]))
            std::abort();
        }
      }
      fast.step();
      oracle.step();
      fast.evaluate();
      oracle.evaluate();
    }
    Run resumed(model, 2);
    resumed.restore(fast.save());
    if (resumed.save() != fast.save())
      std::abort();
  } catch (const Error&) { // a limit met at run time
  }
  return 0;
}
