// Inside the stage *parse*: the walk over the XML tree of one file (document.cpp has its head,
// document_variables.cpp its variables).
#pragma once

#include "cauce/conditions/document.hpp"

#include <algorithm>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::conditions::detail {

/// The text without space around it.
std::string trimmed(std::string_view text);
/// The number that the text is, or nothing.
std::optional<double> number(std::string_view text);
inline std::string_view local_name(const pugi::xml_node& node) { return node.name(); }

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, Diagnostics& findings)
      : text_(text), findings_(findings) {
    document_.file = file;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n')
        line_starts_.push_back(i + 1);
    }
  }

  Document read();

 private:
  SourcePos where(const pugi::xml_node& node) const {
    const std::ptrdiff_t offset = node.offset_debug();
    if (offset < 0)
      return {document_.file, 0, 0};
    return position(static_cast<std::size_t>(offset));
  }
  SourcePos position(std::size_t offset) const {
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    return {document_.file, static_cast<int>(after - line_starts_.begin()), 0};
  }
  std::string text(const pugi::xml_node& parent, const char* child) const {
    std::string all;
    for (const pugi::xml_node& part : parent.child(child).children())
      all += part.value();
    return trimmed(all);
  }
  EquationText equation(const pugi::xml_node& parent, const char* child) const {
    const pugi::xml_node node = parent.child(child);
    EquationText result{text(parent, child), where(node ? node : parent)};
    return result;
  }
  void header(const pugi::xml_node& node);
  void include(const pugi::xml_node& node);
  SpecsDefinition sim_specs(const pugi::xml_node& node);
  void dimensions(const pugi::xml_node& node);
  void units(const pugi::xml_node& node);
  void behavior(const pugi::xml_node& node);
  void model(const pugi::xml_node& node);
  void macro(const pugi::xml_node& node);
  void variables(const pugi::xml_node& node, std::vector<VariableDefinition>& into,
                 ModelDefinition* model);
  VariableDefinition variable(const pugi::xml_node& node, Kind kind);
  void tables_by_name(std::vector<VariableDefinition>& variables);
  ModuleDefinition module(const pugi::xml_node& node);
  std::optional<GraphicalFunction> graphical(const pugi::xml_node& node, const std::string& owner);
  static void zone(LeakDefinition& leak, const char* from, const char* to);
  std::vector<double> numbers(const pugi::xml_node& node, const std::string& owner);
  std::string required_name(const pugi::xml_node& node);

  std::string_view text_;
  Diagnostics& findings_;
  Document document_;
  std::vector<std::size_t> line_starts_{0};
  std::map<std::string, SourcePos>
      vendors_; ///< vendors' elements inside variables, and where first
};

/// One file by itself: what it includes is not read.
Document read_document(std::string_view xml, const std::string& file, Diagnostics& findings);

} // namespace cauce::conditions::detail
