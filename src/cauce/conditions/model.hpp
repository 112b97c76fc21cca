// A compiled system-dynamics model: what an XMILE file becomes before it is run.
//
// `load_model` takes a file through the named stages parse, resolve, units, order and lower, and
// returns an immutable `Model` that any number of threads and runs share. `Run` (run.hpp) holds
// what changes. Names follow XMILE 1.0 section 3.2.2: letter case is ignored, and spaces,
// underscores, line breaks and non-breaking spaces are one and the same.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::conditions {

/// A variable of one model; ids count from 0 in the order of `Model::variables()`.
struct VariableId {
  std::uint32_t index = 0;
  friend auto operator<=>(const VariableId&, const VariableId&) = default;
};

enum class Kind : std::uint8_t {
  stock,
  flow,
  auxiliary,
  graphical, ///< a lookup table that is only called, without an input of its own
};
std::string_view kind_name(Kind kind); ///< "stock", "flow", "auxiliary", "graphical"

struct Dimension {
  std::string name;                  ///< as in the file
  std::vector<std::string> elements; ///< as in the file; "1".."n" where the file gives a size only
};

struct VariableInfo {
  std::string name; ///< as in the file; within modules "module.variable"
  std::string units;
  std::string doc;
  std::string group;    ///< name of its group (sector) or empty
  std::string equation; ///< as written (the first one where elements have their own)
  Kind kind = Kind::auxiliary;
  std::vector<std::string> dimensions; ///< names of the dimensions, outermost first
  std::size_t size = 1;                ///< number of elements: product of the dimensions' sizes
  bool constant = false;               ///< does not depend on time, stocks or chance
  bool hidden = false;                 ///< made by the compiler (a delay's stock, a macro's local)
  SourcePos where;
};

enum class Method : std::uint8_t { euler, rk2, rk4 };

struct SimSpecs {
  double start = 0;
  double stop = 100;
  double dt = 1;
  double save_step = 1; ///< time between saved rows, a multiple of dt
  Method method = Method::euler;
  std::string time_units;
};

struct CompileOptions {
  bool check_units = true;                ///< add warnings X4xx where units disagree
  std::size_t max_elements = 10'000'000;  ///< elements of all variables together
  std::size_t max_expression_depth = 200; ///< nesting of an equation
  std::size_t max_variables = 200'000;    ///< variables, with those of macros and modules
};

namespace detail {
struct Program; // the resolved and lowered model (program.hpp)
} // namespace detail

/// Immutable; share it between threads as `std::shared_ptr<const Model>`.
class Model {
 public:
  explicit Model(std::unique_ptr<const detail::Program> program);
  ~Model();

  /// The variable of this name, in any letter case, spaces or underscores.
  std::optional<VariableId> find(std::string_view name) const;
  /// Names of all variables that are not hidden, for near misses.
  std::vector<std::string> known_names() const;
  const VariableInfo& info(VariableId id) const;
  std::span<const VariableInfo> variables() const;
  /// Dimension by name, any letter case; nullptr when there is none.
  const Dimension* dimension(std::string_view name) const;
  std::span<const Dimension> dimensions() const;
  const SimSpecs& sim_specs() const;
  /// "element 1,element 2" of element `element` (row-major) of a variable; "" for scalars.
  std::string element_name(VariableId id, std::size_t element) const;
  /// Row-major index of the element so named ("element 1,element 2"), any letter case.
  std::optional<std::size_t> find_element(VariableId id, std::string_view elements) const;
  /// Variables that the equation of `id` reads at run time, and for stocks also its flows.
  std::span<const VariableId> uses(VariableId id) const;
  /// Variables whose equations read `id`.
  std::span<const VariableId> used_by(VariableId id) const;

  const detail::Program& program() const { return *program_; }

 private:
  std::unique_ptr<const detail::Program> program_;
};

/// Reads and compiles `.xmile`, `.stmx`, `.itmx` or `.xml`. All findings of the file are added to
/// `findings` (errors X1xx to X3xx, unit warnings X4xx). Throws `Errors` when it cannot be run.
std::shared_ptr<const Model> load_model(const std::filesystem::path& path, Diagnostics& findings,
                                        const CompileOptions& options = {});

/// The same from text; `file` is the name used in findings.
std::shared_ptr<const Model> compile_model(std::string_view xml, const std::string& file,
                                           Diagnostics& findings,
                                           const CompileOptions& options = {});

} // namespace cauce::conditions
