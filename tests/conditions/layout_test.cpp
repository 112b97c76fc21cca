// Diagrams: complete, without overlaps, and the model behind them untouched.
#include "support.hpp"

#include "cauce/base/files.hpp"
#include "cauce/conditions/layout.hpp"
#include "cauce/conditions/names.hpp"

#include <cmath>
#include <pugixml.hpp>
#include <set>

namespace cauce::conditions {
namespace {

using namespace test;

std::string pack() {
  return read_text(std::string(CAUCE_SOURCE_DIR) + "/systems/northern-triangle/conditions.xmile");
}

// Everything that is drawn, with the place that it takes.
void expect_no_overlaps(const ViewLayout& layout) {
  std::set<std::pair<long, long>> taken;
  for (const ViewElement& e : layout.elements) {
    // Cells are of one size and their grids begin at whole numbers: two in one cell would share
    // its corner.
    EXPECT_TRUE(taken.emplace(std::lround(e.x), std::lround(e.y)).second) << e.name;
    const ViewSector& sector = layout.sectors.at(e.sector);
    EXPECT_GE(e.x - view_cell_width / 2, sector.left) << e.name;
    EXPECT_LE(e.x + view_cell_width / 2, sector.left + sector.width) << e.name;
    EXPECT_GE(e.y, sector.top) << e.name;
    EXPECT_LE(e.y + view_cell_height / 2, sector.top + sector.height) << e.name;
  }
  for (std::size_t i = 0; i < layout.elements.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const ViewElement &a = layout.elements[i], &b = layout.elements[j];
      EXPECT_TRUE(std::abs(a.x - b.x) >= view_cell_width - 1 ||
                  std::abs(a.y - b.y) >= view_cell_height - 1)
          << a.name << " and " << b.name;
    }
  }
  for (std::size_t i = 0; i < layout.sectors.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const ViewSector &a = layout.sectors[i], &b = layout.sectors[j];
      EXPECT_TRUE(a.left + a.width <= b.left || b.left + b.width <= a.left ||
                  a.top + a.height <= b.top || b.top + b.height <= a.top)
          << a.name << " and " << b.name;
    }
  }
}

TEST(Layout, ThePackIsDrawnWholeAndWithoutOverlaps) {
  const std::string text = pack();
  Diagnostics findings;
  const Document document = parse_document(text, "conditions.xmile", findings);
  const ViewLayout layout = lay_out(document.models.front());
  expect_no_overlaps(layout);
  std::set<std::string> drawn;
  for (const ViewElement& e : layout.elements) {
    if (e.type != ViewElement::Type::ghost) {
      EXPECT_TRUE(drawn.insert(canonical_name(e.name)).second) << e.name;
    }
  }
  for (const VariableDefinition& v : document.models.front().variables)
    EXPECT_TRUE(drawn.contains(canonical_name(v.name))) << v.name;
  EXPECT_EQ(drawn.size(), document.models.front().variables.size());
  EXPECT_GE(layout.sectors.size(), document.models.front().groups.size());
}

// The file with views is valid, every reference in them resolves, and the model is the same.
TEST(Layout, ViewsReferToWhatThereIsAndChangeNothingElse) {
  const std::string text = pack();
  Diagnostics findings;
  const std::string with = with_views(text, "conditions.xmile", findings);
  pugi::xml_document tree;
  ASSERT_TRUE(tree.load_string(with.c_str()));
  const pugi::xml_node model = tree.child("xmile").child("model");
  std::set<std::string> variables, uids;
  for (const pugi::xml_node v : model.child("variables"))
    variables.insert(canonical_name(v.attribute("name").value()));
  const pugi::xml_node view = model.child("views").child("view");
  for (const pugi::xml_node e : view) {
    const std::string tag = e.name();
    if (e.attribute("uid")) {
      EXPECT_TRUE(uids.insert(e.attribute("uid").value()).second);
    }
    if (tag == "stock" || tag == "flow" || tag == "aux") {
      EXPECT_TRUE(variables.contains(canonical_name(e.attribute("name").value())));
    }
    if (tag == "flow") {
      EXPECT_GE(std::distance(e.child("pts").begin(), e.child("pts").end()), 2);
    }
    if (tag == "alias") {
      EXPECT_TRUE(variables.contains(canonical_name(e.child_value("of")))) << e.child_value("of");
    }
  }
  for (const pugi::xml_node e : view.children("connector")) {
    EXPECT_TRUE(variables.contains(canonical_name(e.child_value("to"))));
    const pugi::xml_node from = e.child("from");
    if (from.child("alias")) {
      EXPECT_TRUE(uids.contains(from.child("alias").attribute("uid").value()));
    } else {
      EXPECT_TRUE(variables.contains(canonical_name(from.child_value())));
    }
  }
  // Made again it is the same, and without its views it is the file as it was.
  EXPECT_EQ(with_views(with, "conditions.xmile", findings), with);
  const std::size_t begin = with.find("\t\t<views>"), end = with.find("</views>\n") + 9;
  if (text.find("<views>") == std::string::npos) {
    EXPECT_EQ(with.substr(0, begin) + with.substr(end), text);
  }
}

TEST(Layout, PipesRunFromStockToStockAtRightAnglesThroughTheirValve) {
  Diagnostics findings;
  const Document document =
      parse_document(xmile(stock("a", "1", "<outflow>move</outflow><outflow>loss</outflow>") +
                           stock("b", "0", "<inflow>move</inflow>") + flow("move", "a * rate") +
                           flow("loss", "a") + aux("rate", "0.1") + flow("lonely flow", "rate")),
                     "t.xmile", findings);
  const ViewLayout layout = lay_out(document.models.front());
  expect_no_overlaps(layout);
  for (const ViewElement& flow : layout.elements) {
    if (flow.type != ViewElement::Type::flow)
      continue;
    bool through = false;
    for (std::size_t i = 1; i < flow.pipe.size(); ++i) {
      const auto [x0, y0] = flow.pipe[i - 1];
      const auto [x1, y1] = flow.pipe[i];
      EXPECT_TRUE(x0 == x1 || y0 == y1);
      through = through || (y0 == flow.y && y1 == flow.y && std::min(x0, x1) <= flow.x &&
                            flow.x <= std::max(x0, x1));
    }
    EXPECT_TRUE(through) << flow.name;
  }
  const std::string with =
      with_views(xmile(aux("&quot;a &amp; b&quot;", "1")), "t.xmile", findings);
  EXPECT_NE(with.find("<views>"), std::string::npos);
  EXPECT_EQ(errors_of(with), "");
}

} // namespace
} // namespace cauce::conditions
