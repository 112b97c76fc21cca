// A laid-out diagram for a model: where each stock, flow and auxiliary stands, one box a sector.
//
// Method. Sectors (the file's groups) are laid out one by one on a grid of equal cells, one element
// a cell, so that nothing overlaps: stocks in the order of their flows, each flow beside the stock
// that it drains or fills (also where the file puts it in another group), then auxiliaries by
// exchanging cells while that shortens the links. What a sector reads from another one stands in it
// as a ghost (an <alias>), which keeps links short. Sectors fill shelves from left to right, in an
// order that shortens the links between them. Only names and equations count, so the same file
// always gives the same diagram.
#pragma once

#include "cauce/conditions/document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::conditions {

struct ViewElement {
  enum class Type : std::uint8_t { stock, flow, auxiliary, module, ghost };
  Type type = Type::auxiliary;
  std::string name;       ///< as in the file
  std::size_t sector = 0; ///< in ViewLayout::sectors
  double x = 0, y = 0;    ///< centre of the symbol
  /// A flow's pipe: its ends and bends. An end that is not on a stock is a cloud.
  std::vector<std::pair<double, double>> pipe{};
};

struct ViewSector {
  std::string name; ///< empty: variables that are in no group; no box is drawn
  double left = 0, top = 0, width = 0, height = 0;
};

struct ViewLink {
  std::size_t from = 0, to = 0; ///< in ViewLayout::elements
};

struct ViewLayout {
  std::vector<ViewElement> elements;
  std::vector<ViewSector> sectors;
  std::vector<ViewLink> links;
  double width = 0, height = 0;
};

/// The room that a symbol and its name take, around its centre.
inline constexpr double view_cell_width = 150, view_cell_height = 110;

ViewLayout lay_out(const ModelDefinition& model);

/// The <views> element of a layout (XMILE 1.0 section 5), indented by `indent`.
std::string views_text(const ViewLayout& layout, const std::string& indent);

/// The text of a file with the views of each of its models made anew; all else stays byte for byte.
/// Throws Error X101 or X102 when it is not XMILE.
std::string with_views(std::string_view xml, const std::string& file, Diagnostics& findings);

} // namespace cauce::conditions
