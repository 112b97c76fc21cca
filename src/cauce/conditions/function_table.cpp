// Names of functions: which map straight onto an operation, and which mean the same.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>

namespace cauce::conditions::detail {

namespace {

const std::unordered_map<std::string, PlainFunction>& plain_functions() {
  static const std::unordered_map<std::string, PlainFunction> table = {
      {"abs", {Op::abs, 1, 1}},
      {"sqrt", {Op::sqrt, 1, 1}},
      {"exp", {Op::exp, 1, 1}},
      {"ln", {Op::ln, 1, 1}},
      {"log10", {Op::log10, 1, 1}},
      {"sin", {Op::sin, 1, 1}},
      {"cos", {Op::cos, 1, 1}},
      {"tan", {Op::tan, 1, 1}},
      {"arcsin", {Op::arcsin, 1, 1}},
      {"arccos", {Op::arccos, 1, 1}},
      {"arctan", {Op::arctan, 1, 1}},
      {"sinh", {Op::sinh, 1, 1}},
      {"cosh", {Op::cosh, 1, 1}},
      {"tanh", {Op::tanh, 1, 1}},
      {"int", {Op::truncate, 1, 1}},
      {"integer", {Op::truncate, 1, 1}},
      {"trunc", {Op::truncate, 1, 1}},
      {"floor", {Op::floor, 1, 1}},
      {"ceiling", {Op::ceiling, 1, 1}},
      {"ceil", {Op::ceiling, 1, 1}},
      {"round", {Op::round, 1, 1}},
      {"sign", {Op::sign, 1, 1}},
      {"gammaln", {Op::gamma_ln, 1, 1}},
      {"gamma_ln", {Op::gamma_ln, 1, 1}},
      {"asin", {Op::arcsin, 1, 1}},
      {"acos", {Op::arccos, 1, 1}},
      {"atan", {Op::arctan, 1, 1}},
      {"arctan2", {Op::arctan2, 2, 2}},
      {"atan2", {Op::arctan2, 2, 2}},
      {"modulo", {Op::modulo, 2, 2}},
      {"mod", {Op::modulo, 2, 2}},
      {"power", {Op::power, 2, 2}},
      {"pow", {Op::power, 2, 2}},
      {"quantum", {Op::quantum, 2, 2}},
      {"zidz", {Op::safe_divide, 2, 2}},
      {"xidz", {Op::safe_divide, 3, 3}},
      {"safediv", {Op::safe_divide, 2, 3}},
      {"if_then_else", {Op::choose, 3, 3}},
      {"step", {Op::step, 1, 2}},
      {"ramp", {Op::ramp, 1, 3}},
      {"pulse", {Op::pulse, 1, 3}},
      {"pulse_train", {Op::pulse_train, 4, 4}},
      {"and", {Op::logical_and, 2, 2}},
      {"or", {Op::logical_or, 2, 2}},
      {"not", {Op::logical_not, 1, 1}},
  };
  return table;
}

// Names that mean the same; those on the right are handled below or in the library.
const std::unordered_map<std::string, std::string>& aliases() {
  static const std::unordered_map<std::string, std::string> table = {
      {"smooth", "smth1"},
      {"smoothi", "smth1"},
      {"smooth_i", "smth1"},
      {"smooth3", "smth3"},
      {"smooth3i", "smth3"},
      {"smooth_3", "smth3"},
      {"smooth_3i", "smth3"},
      {"smthn", "smthn"},
      {"delay1i", "delay1"},
      {"delay_1", "delay1"},
      {"delay_1i", "delay1"},
      {"delay3i", "delay3"},
      {"delay_3", "delay3"},
      {"delay_3i", "delay3"},
      {"delayinf", "smth1"},
      {"forecast", "forcst"},
      {"delaymtr", "delay_fixed"},
      {"delay", "delay_fixed"},
      {"initial", "init"},
      {"initial_value", "init"},
      {"vmin", "min"},
      {"vmax", "max"},
      {"prod", "product"},
      {"stdev", "stddev"},
      {"uniform", "random"},
      {"random_uniform", "random_uniform"},
      {"log", "log"},
      {"elmcount", "size"},
      {"game", "game"},
      {"reinitial", "init"},
      {"lookupbackward", "lookup_backward"},
      {"lookupforward", "lookup_forward"},
      {"get_data_at_time", "lookup"},
      {"lookuparea", "lookup_area"},
      {"lookupmean", "lookup_mean"},
      {"cap", "capacity"},
      {"negative_binomial", "negbinomial"}};
  return table;
}

} // namespace

std::string function_key(const std::string& name) {
  std::string key = canonical_name(name);
  // Namespaces of XMILE 1.0 section 3.2.2.3.
  for (const std::string_view space :
       {"std.", "user.", "isee.", "vensim.", "simlin.", "anylogic.", "forio.", "insightmaker.",
        "powersim.", "simanticssd.", "simile.", "sysdea."}) {
    if (key.starts_with(space))
      key.erase(0, space.size());
  }
  const auto alias = aliases().find(key);
  return alias == aliases().end() ? key : alias->second;
}

const PlainFunction* plain_function(const std::string& name) {
  const auto found = plain_functions().find(function_key(name));
  return found == plain_functions().end() ? nullptr : &found->second;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names = {"min",
                                    "max",
                                    "sum",
                                    "prod",
                                    "mean",
                                    "stddev",
                                    "size",
                                    "rank",
                                    "init",
                                    "previous",
                                    "lookup",
                                    "lookupinv",
                                    "delay",
                                    "delay_fixed",
                                    "delay_material",
                                    "delay_information",
                                    "delay_conveyor",
                                    "shift_if_true",
                                    "smth1",
                                    "smth3",
                                    "smthn",
                                    "delay1",
                                    "delay3",
                                    "delayn",
                                    "trend",
                                    "forcst",
                                    "npv",
                                    "random",
                                    "normal",
                                    "lognormal",
                                    "exprnd",
                                    "poisson",
                                    "binomial",
                                    "gamma",
                                    "beta",
                                    "triangular",
                                    "weibull",
                                    "montecarlo",
                                    "random_normal",
                                    "random_uniform",
                                    "log",
                                    "pi",
                                    "time",
                                    "sample_if_true",
                                    "vector_select",
                                    "vector_sort_order",
                                    "vector_elm_map",
                                    "allocate_by_priority",
                                    "invert_matrix",
                                    "allocate_available",
                                    "vector_rank",
                                    "vector_reorder",
                                    "delay_profile",
                                    "lookup_area",
                                    "lookup_slope",
                                    "lookup_mean",
                                    "get_time_value",
                                    "get_data_between_times",
                                    "random_exponential",
                                    "random_poisson",
                                    "random_gamma",
                                    "random_beta",
                                    "random_binomial",
                                    "random_negative_binomial",
                                    "random_weibull",
                                    "random_triangular",
                                    "invnorm",
                                    "active_initial",
                                    "counter",
                                    "history",
                                    "qlen",
                                    "qelem",
                                    "proctime",
                                    "transtime",
                                    "capacity",
                                    "find_market_price",
                                    "demand_at_price",
                                    "supply_at_price",
                                    "game"};
  for (const auto& [name, function] : plain_functions())
    names.push_back(name);
  for (const auto& [name, meaning] : aliases())
    names.push_back(name);
  for (const std::string& name : library_names())
    names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace cauce::conditions::detail
