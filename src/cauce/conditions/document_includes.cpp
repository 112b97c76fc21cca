// Files that a file includes, and models of modules that stand in files of their own (XMILE 1.0
// sections 2.11, 4 and 4.7). What the including file says holds against what it includes.
#include "cauce/base/files.hpp"
#include "cauce/conditions/document_reader.hpp"
#include "cauce/conditions/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace cauce::conditions {

using namespace detail;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 200;
constexpr std::uintmax_t most_bytes = 64u << 20;

// Does `name` match `pattern`, in which '*' stands for any text?
bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos)
    return pattern == name;
  if (!name.starts_with(pattern.substr(0, star)))
    return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= name.size(); ++at) {
    if (matches(rest, name.substr(at)))
      return true;
  }
  return false;
}

class Includer {
 public:
  Includer(Document& document, Diagnostics& findings) : into_(document), findings_(findings) {}

  // What `from` (the document itself, or one that it includes) asks for, sought from `folder`.
  void follow(Document& from, const fs::path& folder) {
    const auto includes = from.includes;
    for (const auto& [resource, where] : includes) {
      for (const fs::path& path : find(resource, folder, where)) {
        if (!seen_.insert(fs::weakly_canonical(path)).second)
          continue;
        if (auto included = read(path, where))
          merge(std::move(*included), path.parent_path());
      }
    }
    for (ModelDefinition& model : from.models) {
      if (!model.resource.empty())
        fill(model, folder);
      for (ModuleDefinition& module : model.modules)
        connect(module, folder);
    }
  }
  // Models of modules' files, found on the way.
  void add_models() {
    for (ModelDefinition& model : more_)
      into_.models.push_back(std::move(model));
  }

 private:
  static bool remote(const std::string& resource) {
    return resource.starts_with("http:") || resource.starts_with("https:");
  }

  std::vector<fs::path> find(std::string resource, const fs::path& folder, const SourcePos& where) {
    if (remote(resource) || folder.empty()) {
      findings_.warning("X110", where,
                        fmt::format("'{}' is not read: only files beside this one are", resource),
                        "save it beside the model and include it by its name");
      return {};
    }
    if (resource.starts_with("file://"))
      resource.erase(0, 7);
    std::replace(resource.begin(), resource.end(), '\\', '/');
    fs::path path(resource);
    std::error_code ignored;
    if (path.is_absolute() && !fs::exists(path, ignored) &&
        path.string().find('*') == std::string::npos)
      path = path.filename(); // then sought beside the model
    if (path.is_relative())
      path = folder / path;
    std::vector<fs::path> found;
    if (path.filename().string().find('*') == std::string::npos) {
      if (fs::is_regular_file(path, ignored))
        found.push_back(path);
    } else if (fs::is_directory(path.parent_path(), ignored)) {
      for (const auto& entry : fs::directory_iterator(path.parent_path(), ignored)) {
        if (entry.is_regular_file(ignored) &&
            matches(path.filename().string(), entry.path().filename().string()))
          found.push_back(entry.path());
      }
      std::sort(found.begin(), found.end());
    }
    if (found.empty())
      findings_.error("X111", where, fmt::format("there is no file '{}'", resource),
                      fmt::format("it is sought in {}", folder.string()));
    return found;
  }

  std::optional<Document> read(const fs::path& path, const SourcePos& where) {
    std::error_code ignored;
    if (++files_ > most_files || fs::file_size(path, ignored) > most_bytes) {
      findings_.error("X111", where,
                      fmt::format("'{}' is too large, or more than {} files are included",
                                  path.string(), most_files));
      return std::nullopt;
    }
    return read_document(read_text(path), path.string(), findings_);
  }

  void merge(Document included, const fs::path& folder) {
    follow(included, folder);
    if (included.models.empty() && included.macros.empty()) {
      into_.non_negative_stocks = into_.non_negative_stocks || included.non_negative_stocks;
      into_.non_negative_flows = into_.non_negative_flows || included.non_negative_flows;
    }
    add_shared(included);
    for (ModelDefinition& model : included.models) {
      const std::string key = canonical_name(model.name);
      const bool known =
          std::any_of(into_.models.begin(), into_.models.end(),
                      [&](const auto& own) { return canonical_name(own.name) == key; });
      if (!known)
        more_.push_back(std::move(model));
    }
  }

  // What is one for the whole model: macros, dimensions and units.
  void add_shared(Document& included) {
    for (MacroDefinition& macro : included.macros) {
      const bool known =
          std::any_of(into_.macros.begin(), into_.macros.end(), [&](const auto& own) {
            return canonical_name(own.name) == canonical_name(macro.name) &&
                   own.parameters.size() == macro.parameters.size();
          });
      if (!known)
        into_.macros.push_back(std::move(macro));
    }
    for (Dimension& dimension : included.dimensions) {
      const auto own =
          std::find_if(into_.dimensions.begin(), into_.dimensions.end(), [&](const Dimension& d) {
            return canonical_name(d.name) == canonical_name(dimension.name);
          });
      if (own == into_.dimensions.end())
        into_.dimensions.push_back(std::move(dimension));
      else if (own->elements != dimension.elements)
        findings_.warning(
            "X108", {included.file, 0, 0},
            fmt::format("the dimension '{}' of this file differs from that of the file "
                        "that includes it, which holds",
                        dimension.name));
    }
    for (UnitDefinition& unit : included.units) {
      const bool known = std::any_of(into_.units.begin(), into_.units.end(), [&](const auto& own) {
        return canonical_name(own.name) == canonical_name(unit.name);
      });
      if (!known)
        into_.units.push_back(std::move(unit));
    }
  }

  // <model name="..." resource="..."/>: its contents stand in the other file.
  void fill(ModelDefinition& model, const fs::path& folder) {
    for (const fs::path& path : find(model.resource, folder, model.where)) {
      auto other = read(path, model.where);
      if (!other)
        continue;
      follow(*other, path.parent_path());
      add_shared(*other);
      if (ModelDefinition* const contents = meant(*other, model.name)) {
        const std::string name = model.name;
        model = std::move(*contents);
        model.name = name;
        model.resource.clear();
      }
    }
  }

  // <module name="..." resource="..."/>: the model of that name, or the unnamed one, of the file.
  // Modules of one file share its models, which go by the file's path.
  void connect(ModuleDefinition& module, const fs::path& folder) {
    if (module.resource.empty())
      return;
    for (const fs::path& path : find(module.resource, folder, module.where)) {
      const std::string key = fs::weakly_canonical(path).string();
      const auto name_of = [&](const std::string& name) { return fmt::format("{}#{}", key, name); };
      if (!loaded_.contains(key)) {
        auto other = read(path, module.where);
        if (!other)
          continue;
        loaded_.emplace(key, std::set<std::string>{});
        follow(*other, path.parent_path());
        add_shared(*other);
        for (ModelDefinition& model : other->models) {
          loaded_[key].insert(canonical_name(model.name));
          for (ModuleDefinition& inner : model.modules) {
            if (inner.resource.empty())
              inner.model = name_of(canonical_name(inner.model.empty() ? inner.name : inner.model));
          }
          model.name = name_of(canonical_name(model.name));
          more_.push_back(std::move(model));
        }
      }
      const std::string own = canonical_name(module.name);
      module.model = name_of(loaded_[key].contains(own) ? own : std::string());
    }
  }

  static ModelDefinition* meant(Document& document, const std::string& name) {
    ModelDefinition* found = nullptr;
    for (ModelDefinition& model : document.models) {
      if (canonical_name(model.name) == canonical_name(name) || (model.name.empty() && !found))
        found = &model;
    }
    return found;
  }

  Document& into_;
  Diagnostics& findings_;
  std::vector<ModelDefinition> more_;
  std::set<fs::path> seen_;
  std::map<std::string, std::set<std::string>> loaded_; ///< files of modules: names of their models
  std::size_t files_ = 0;
};

} // namespace

Document parse_document(std::string_view xml, const std::string& file, const fs::path& folder,
                        Diagnostics& findings) {
  Document document = read_document(xml, file, findings);
  Includer includer(document, findings);
  includer.follow(document, folder);
  includer.add_models();
  if (document.models.empty())
    throw Error("X102", {file, 1, 0}, "there is no <model> in this file");
  return document;
}

Document parse_document(std::string_view xml, const std::string& file, Diagnostics& findings) {
  return parse_document(xml, file, {}, findings);
}

} // namespace cauce::conditions
