#include "cauce/study/model_page.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numbers>

namespace cauce::study {

namespace {
std::string sector_of(const conditions::VariableInfo& info) {
  return info.group.empty() ? "Others" : info.group;
}

std::size_t index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else
      safe += c;
  }
  return safe;
}
} // namespace

SectorLinks sector_links(const conditions::Model& model) {
  SectorLinks links;
  for (const conditions::VariableInfo& info : model.variables()) {
    if (info.hidden)
      continue;
    const std::string sector = sector_of(info);
    const std::size_t at = index_of(links.sectors, sector);
    if (at == links.sectors.size()) {
      links.sectors.push_back(sector);
      links.variables.push_back(0);
    }
    ++links.variables[at];
  }
  links.read.assign(links.sectors.size(), std::vector<std::size_t>(links.sectors.size(), 0));
  for (std::uint32_t i = 0; i < model.variables().size(); ++i) {
    const conditions::VariableInfo& reader = model.variables()[i];
    if (reader.hidden)
      continue;
    const std::size_t to = index_of(links.sectors, sector_of(reader));
    for (const conditions::VariableId used : model.uses({i})) {
      if (!model.info(used).hidden)
        ++links.read[to][index_of(links.sectors, sector_of(model.info(used)))];
    }
  }
  return links;
}

std::string sector_drawing(const SectorLinks& links) {
  constexpr double size = 760.0, centre = size / 2, radius = 240.0;
  const std::size_t n = links.sectors.size();
  const auto at = [&](std::size_t sector, double r) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(sector) /
                             static_cast<double>(std::max<std::size_t>(n, 1)) -
                         std::numbers::pi / 2;
    return std::pair(centre + r * std::cos(angle), centre + r * std::sin(angle));
  };
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {0} {0}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\n"
      "<title>Sectors and the links between them</title>\n"
      "<defs><marker id=\"arrow\" viewBox=\"0 0 6 6\" refX=\"5\" refY=\"3\" markerWidth=\"6\" "
      "markerHeight=\"6\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L6 3L0 "
      "6z\" fill=\"currentColor\"/></marker></defs>\n",
      size);
  for (std::size_t to = 0; to < n; ++to) {
    for (std::size_t from = 0; from < n; ++from) {
      if (to == from || links.read[to][from] == 0)
        continue;
      const auto [x1, y1] = at(from, radius - 8);
      const auto [x2, y2] = at(to, radius - 8);
      // Bent towards the centre, and to one side, so that both directions are seen.
      const double cx = centre + 0.25 * ((x1 + x2) / 2 - centre) + 0.06 * (y2 - y1);
      const double cy = centre + 0.25 * ((y1 + y2) / 2 - centre) - 0.06 * (x2 - x1);
      svg += fmt::format(
          "<path d=\"M{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}\" fill=\"none\" "
          "stroke=\"currentColor\" stroke-opacity=\".45\" stroke-width=\"{:.1f}\" "
          "marker-end=\"url(#arrow)\"><title>{} to {}: {} links</title></path>\n",
          x1, y1, cx, cy, x2, y2, 0.6 + 0.5 * std::log2(static_cast<double>(links.read[to][from])),
          escaped(links.sectors[from]), escaped(links.sectors[to]), links.read[to][from]);
    }
  }
  for (std::size_t sector = 0; sector < n; ++sector) {
    const auto [x, y] = at(sector, radius);
    const auto [lx, ly] = at(sector, radius + 14);
    const char* anchor = std::abs(lx - centre) < 20 ? "middle" : lx > centre ? "start" : "end";
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" fill=\"currentColor\"/>"
                       "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"13\" text-anchor=\"{}\" "
                       "dominant-baseline=\"middle\" fill=\"currentColor\">{}</text>\n",
                       x, y, lx, ly, anchor, escaped(links.sectors[sector]));
  }
  return svg + "</svg>\n";
}

namespace {
// The sectors on the other side of each one's links, the strongest first.
std::string neighbours(const SectorLinks& links, std::size_t sector, bool reads) {
  std::vector<std::pair<std::size_t, std::size_t>> found; // links, other sector
  for (std::size_t other = 0; other < links.sectors.size(); ++other) {
    const std::size_t count = reads ? links.read[sector][other] : links.read[other][sector];
    if (other != sector && count > 0)
      found.emplace_back(count, other);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> words;
  for (const auto& [count, other] : found)
    words.push_back(fmt::format("{} ({})", links.sectors[other], count));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string coupling_tables(const system::System& system) {
  std::string page = "\n## What the equations tell the people\n\n| rate | variable |\n|---|---|\n";
  for (const system::RateSpec& spec : system.manifest().rates) {
    std::string at;
    for (const auto& [axis, element] : spec.at)
      at += fmt::format(", {} {}", axis, element);
    page += fmt::format("| {}{} | {} |\n", spec.rate, at, spec.variable);
  }
  page += "\n## What the people tell the equations\n\n| count | variable |\n|---|---|\n";
  for (const system::CountSpec& spec : system.manifest().counts) {
    std::string at;
    for (const auto& [axis, element] : spec.at)
      at += fmt::format(", {} {}", axis, element);
    page += fmt::format("| {}{} | {} |\n", spec.count, at, spec.variable);
  }
  return page;
}
} // namespace

std::string model_page(const system::System& system) {
  const SectorLinks links = sector_links(*system.model());
  std::string page = fmt::format(
      "# The model: {}\n\nMade by `cauce model` from the pack itself: nothing here is written by "
      "hand. Why each form was chosen stands in `model-notes.md`; the priors of the numbers in the "
      "evidence ledger (`cauce evidence`).\n\n## Sectors\n\nAn arrow leads from a sector to one "
      "whose equations read it; the wider, the more variables do.\n\n",
      system.manifest().title.en);
  page += sector_drawing(links);
  page += "\n| sector | variables | reads (links) | is read by (links) |\n|---|---|---|---|\n";
  for (std::size_t sector = 0; sector < links.sectors.size(); ++sector) {
    page += fmt::format("| {} | {} | {} | {} |\n", links.sectors[sector], links.variables[sector],
                        neighbours(links, sector, true), neighbours(links, sector, false));
  }
  page += coupling_tables(system);
  return page;
}

} // namespace cauce::study
