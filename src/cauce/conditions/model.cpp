// From file to model: the stages in their order.
#include "cauce/conditions/model.hpp"

#include "cauce/base/files.hpp"
#include "cauce/conditions/lower.hpp"
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/program.hpp"

#include <fmt/format.h>

namespace cauce::conditions {

std::string_view kind_name(Kind kind) {
  static constexpr std::string_view names[] = {"stock", "flow", "auxiliary", "graphical"};
  return names[static_cast<std::size_t>(kind)];
}

Model::Model(std::unique_ptr<const detail::Program> program) : program_(std::move(program)) {}
Model::~Model() = default;

std::optional<VariableId> Model::find(std::string_view name) const {
  const auto found = program_->by_name.find(canonical_name(name));
  if (found == program_->by_name.end())
    return std::nullopt;
  return VariableId{found->second};
}

std::vector<std::string> Model::known_names() const {
  std::vector<std::string> names;
  for (const VariableInfo& info : program_->infos) {
    if (!info.hidden)
      names.push_back(info.name);
  }
  return names;
}

const VariableInfo& Model::info(VariableId id) const { return program_->infos.at(id.index); }
std::span<const VariableInfo> Model::variables() const { return program_->infos; }
std::span<const Dimension> Model::dimensions() const { return program_->dimensions; }
const SimSpecs& Model::sim_specs() const { return program_->specs; }

const Dimension* Model::dimension(std::string_view name) const {
  const std::string key = canonical_name(name);
  for (const Dimension& dimension : program_->dimensions) {
    if (canonical_name(dimension.name) == key)
      return &dimension;
  }
  return nullptr;
}

std::string Model::element_name(VariableId id, std::size_t element) const {
  const std::vector<detail::Axis>& axes = program_->variables.at(id.index).axes;
  std::string name;
  for (std::size_t k = axes.size(); k-- > 0;) {
    const std::size_t at = axes[k].elements[element % axes[k].size()];
    element /= axes[k].size();
    name.insert(0, name.empty() ? "" : ",");
    name.insert(0, program_->dimensions[axes[k].dimension].elements[at]);
  }
  return name;
}

std::optional<std::size_t> Model::find_element(VariableId id, std::string_view elements) const {
  const std::vector<detail::Axis>& axes = program_->variables.at(id.index).axes;
  std::size_t index = 0;
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const std::size_t comma = elements.find(',');
    if ((comma == std::string_view::npos) != (k + 1 == axes.size()))
      return std::nullopt;
    const std::string key = canonical_name(elements.substr(0, comma));
    std::size_t at = axes[k].size();
    for (std::size_t i = 0; i < axes[k].size(); ++i) {
      if (canonical_name(program_->dimensions[axes[k].dimension].elements[axes[k].elements[i]]) ==
          key)
        at = i;
    }
    if (at == axes[k].size())
      return std::nullopt;
    index = index * axes[k].size() + at;
    if (comma != std::string_view::npos)
      elements.remove_prefix(comma + 1);
  }
  return index;
}

std::span<const VariableId> Model::uses(VariableId id) const {
  return program_->dependencies.uses.at(id.index);
}
std::span<const VariableId> Model::used_by(VariableId id) const {
  return program_->dependencies.used_by.at(id.index);
}

namespace {

// `folder`: where the files that it includes are sought; empty: they are not read.
std::shared_ptr<const Model> compile(std::string_view xml, const std::string& file,
                                     const std::filesystem::path& folder, Diagnostics& findings,
                                     const CompileOptions& options) {
  try {
    const Document document = parse_document(xml, file, folder, findings);
    auto program = std::make_unique<detail::Program>();
    detail::resolve(document, options, *program, findings);
    if (findings.ok())
      detail::order(*program, findings);
    if (findings.ok() && options.check_units)
      detail::check_units(*program, findings);
    findings.throw_if_errors();
    program->vectors = detail::lower(*program);
    return std::make_shared<const Model>(std::move(program));
  } catch (const Error& problem) {
    findings.add(problem.diagnostic());
    throw Errors(findings);
  }
}

} // namespace

std::shared_ptr<const Model> compile_model(std::string_view xml, const std::string& file,
                                           Diagnostics& findings, const CompileOptions& options) {
  return compile(xml, file, {}, findings, options);
}

std::shared_ptr<const Model> load_model(const std::filesystem::path& path, Diagnostics& findings,
                                        const CompileOptions& options) {
  constexpr std::uintmax_t most_bytes = 256u << 20;
  std::error_code ignored;
  if (std::filesystem::file_size(path, ignored) > most_bytes && !ignored) {
    throw Error("X109", {path.string(), 0, 0}, "the file is larger than 256 MB");
  }
  const std::filesystem::path folder = path.parent_path();
  return compile(read_text(path), path.string(), folder.empty() ? "." : folder, findings, options);
}

} // namespace cauce::conditions
