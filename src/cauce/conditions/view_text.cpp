// A layout as XMILE <views>, put into the text of its file.
#include "cauce/conditions/layout.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <pugixml.hpp>

namespace cauce::conditions {

namespace {

// Names in a view may break lines; a break counts as a space (XMILE 1.0 section 3.2.2).
std::string broken(const std::string& name) {
  constexpr std::size_t wide = 16;
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const std::size_t next = std::min(name.find_first_of(" _", i + 1), name.size());
    if ((c == ' ' || c == '_') && column > 0 && column + (next - i) > wide) {
      out += "\\n";
      column = 0;
      continue;
    }
    out += c;
    ++column;
  }
  return out;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\n':
      out += "&#10;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

// A name as the content of <from>, <to> and <of>: an identifier, quoted where it must be.
std::string identifier(const std::string& name) {
  std::string out = name;
  std::replace(out.begin(), out.end(), ' ', '_');
  const bool plain = std::all_of(out.begin(), out.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c >= 0x80 || c == '\\';
  });
  if (plain || out.starts_with('"'))
    return escaped(out);
  return "&quot;" + escaped(out) + "&quot;";
}

const char* tag_of(ViewElement::Type type) {
  switch (type) {
  case ViewElement::Type::stock:
    return "stock";
  case ViewElement::Type::flow:
    return "flow";
  case ViewElement::Type::module:
    return "module";
  case ViewElement::Type::ghost:
    return "alias";
  default:
    return "aux";
  }
}

} // namespace

std::string views_text(const ViewLayout& layout, const std::string& indent) {
  const std::string in = indent + "\t\t", deeper = in + "\t";
  std::string out = fmt::format(
      "{0}<views>\n{0}\t<view type=\"stock_flow\" background=\"white\" page_width=\"{1:.0f}\" "
      "page_height=\"{2:.0f}\" show_pages=\"false\">\n",
      indent, layout.width, layout.height);
  for (const ViewSector& sector : layout.sectors) {
    if (!sector.name.empty()) {
      out += fmt::format("{}<group name=\"{}\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" "
                         "height=\"{:.0f}\"/>\n",
                         in, escaped(sector.name), sector.left, sector.top, sector.width,
                         sector.height);
    }
  }
  for (std::size_t e = 0; e < layout.elements.size(); ++e) {
    const ViewElement& element = layout.elements[e];
    if (element.type == ViewElement::Type::ghost) {
      out += fmt::format("{0}<alias x=\"{1:.0f}\" y=\"{2:.0f}\" uid=\"{3}\">\n{4}<of>{5}</of>\n"
                         "{0}</alias>\n",
                         in, element.x, element.y, e + 1, deeper, identifier(element.name));
      continue;
    }
    const std::string start =
        fmt::format("{}<{} x=\"{:.0f}\" y=\"{:.0f}\" name=\"{}\"", in, tag_of(element.type),
                    element.x, element.y, escaped(broken(element.name)));
    if (element.pipe.empty()) {
      out += start +
             (element.type == ViewElement::Type::stock ? " label_side=\"bottom\"/>\n" : "/>\n");
      continue;
    }
    out += start + fmt::format(">\n{}<pts>\n", deeper);
    for (const auto& [x, y] : element.pipe)
      out += fmt::format("{}\t<pt x=\"{:.0f}\" y=\"{:.0f}\"/>\n", deeper, x, y);
    out += fmt::format("{}</pts>\n{}</flow>\n", deeper, in);
  }
  for (std::size_t l = 0; l < layout.links.size(); ++l) {
    const ViewElement &from = layout.elements[layout.links[l].from],
                      &to = layout.elements[layout.links[l].to];
    // The direction of the straight line, counterclockwise from the right.
    double angle = std::atan2(from.y - to.y, to.x - from.x) * 57.29577951308232;
    angle = angle < 0 ? angle + 360 : angle;
    out += fmt::format("{}<connector uid=\"{}\" angle=\"{:.1f}\">\n{}<from>", in,
                       layout.elements.size() + l + 1, angle, deeper);
    if (from.type == ViewElement::Type::ghost)
      out += fmt::format("<alias uid=\"{}\"/>", layout.links[l].from + 1);
    else
      out += identifier(from.name);
    out += fmt::format("</from>\n{}<to>{}</to>\n{}</connector>\n", deeper, identifier(to.name), in);
  }
  return out + fmt::format("{0}\t</view>\n{0}</views>\n", indent);
}

std::string with_views(std::string_view xml, const std::string& file, Diagnostics& findings) {
  const Document document = parse_document(xml, file, findings);
  pugi::xml_document tree;
  tree.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  struct Edit {
    std::size_t from, until;
    std::string text;
  };
  std::vector<Edit> edits;
  std::size_t at = 0;
  for (const pugi::xml_node model : tree.child("xmile").children("model")) {
    if (at >= document.models.size())
      break;
    const ModelDefinition& definition = document.models[at++];
    if (definition.variables.empty() && definition.modules.empty())
      continue;
    const auto line_of = [&](std::size_t offset) { // begin of the line, and its white space
      const std::size_t begin = xml.rfind('\n', offset) + 1;
      return std::pair(begin, std::string(xml.substr(begin, offset - begin)));
    };
    const auto tag = [&](const pugi::xml_node& node) { // of the '<'
      return static_cast<std::size_t>(node.offset_debug()) - 1;
    };
    Edit edit{};
    std::string indent = "\t\t";
    if (const pugi::xml_node old = model.child("views")) {
      const auto [begin, space] = line_of(tag(old));
      const bool own_line = space.find_first_not_of(" \t") == std::string::npos;
      edit.from = own_line ? begin : tag(old);
      const std::size_t end = xml.find("</views>", tag(old));
      edit.until = end == std::string_view::npos ? xml.find('>', tag(old)) + 1 : end + 8;
      if (edit.until < xml.size() && xml[edit.until] == '\n')
        ++edit.until;
      if (own_line)
        indent = space;
    } else {
      const std::size_t end = xml.find("</model>", tag(model));
      if (end == std::string_view::npos)
        continue;
      const auto [begin, space] = line_of(end);
      const bool own_line = space.find_first_not_of(" \t") == std::string::npos;
      edit.from = edit.until = own_line ? begin : end;
      if (own_line)
        indent = space + "\t";
    }
    edit.text = views_text(lay_out(definition), indent);
    edits.push_back(std::move(edit));
  }
  std::string out(xml);
  for (std::size_t i = edits.size(); i-- > 0;)
    out.replace(edits[i].from, edits[i].until - edits[i].from, edits[i].text);
  return out;
}

} // namespace cauce::conditions
