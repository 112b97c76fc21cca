#include "cauce/people/plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace cauce::people {

namespace {
using journeys::LinkId;
using journeys::NodeId;
using journeys::NodeKind;

std::uint16_t index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? no_index : static_cast<std::uint16_t>(found - names.begin());
}

const std::vector<std::string>& names(const Setup& setup, Axis axis) {
  return setup.axes.elements[static_cast<std::size_t>(axis)];
}

NodeId origin_of(const Setup& setup, std::size_t department) {
  if (department < setup.origin_nodes.size())
    return setup.origin_nodes[department];
  return setup.network.find(names(setup, Axis::department)[department]);
}

bool in_mexico(const Setup& setup, LinkId link) {
  return setup.network.node(setup.network.link(link).from).country == "MX";
}

void check_sizes(const Setup& setup, Diagnostics& findings) {
  const auto wrong = [&](const char* what, std::size_t found, std::size_t needed) {
    if (found == needed)
      return;
    findings.error("J001", {},
                   fmt::format("{} has {} values, the axes need {}", what, found, needed),
                   "give one value for each cell");
  };
  const std::size_t departments = setup.axes.size(Axis::department);
  const std::size_t countries = setup.axes.size(Axis::country);
  wrong("country_of_department", setup.country_of_department.size(), departments);
  wrong("residents", setup.residents.size(), departments * stratum_count);
  wrong("abroad", setup.abroad.size(), countries * kind_count * status_count);
  wrong("diaspora_share", setup.diaspora_share.size(), departments);
  if (!setup.origin_nodes.empty())
    wrong("origin_nodes", setup.origin_nodes.size(), departments);
  if (departments > most_departments) {
    findings.error(
        "J002", {},
        fmt::format("{} departments are more than the {} that fit", departments, most_departments),
        "merge some");
  }
  for (const int country : setup.country_of_department) {
    if (country < 0 || static_cast<std::size_t>(country) >= countries) {
      findings.error(
          "J001", {},
          fmt::format("a department lies in country {}, there are {}", country, countries),
          "country_of_department counts from 0");
    }
  }
  const auto negative = [](std::int64_t n) { return n < 0; };
  if (std::any_of(setup.residents.begin(), setup.residents.end(), negative) ||
      std::any_of(setup.abroad.begin(), setup.abroad.end(), negative)) {
    findings.error("J003", {}, "a number of persons is negative", "persons are counted from 0 up");
  }
  const auto bad_share = [](double share) { return !(share >= 0.0 && std::isfinite(share)); };
  if (std::any_of(setup.diaspora_share.begin(), setup.diaspora_share.end(), bad_share)) {
    findings.error("J003", {}, "a share of the diaspora is negative or not finite",
                   "shares are 0 or above and add up to 1 in each country");
  }
  if (!(setup.scale >= 1.0) || !std::isfinite(setup.scale)) {
    findings.error("J004", {}, fmt::format("one simulated person cannot stand for {}", setup.scale),
                   "the scale is 1 (everyone) or more");
  }
}

void check_road(const Setup& setup, Diagnostics& findings) {
  const auto& network = setup.network;
  const std::size_t most_links = no_index - 1 - setup.axes.size(Axis::sector);
  if (network.link_count() > most_links || network.node_count() > no_index) {
    findings.error("J005", {},
                   fmt::format("{} links and {} nodes are more than the {} links and {} nodes that "
                               "fit",
                               network.link_count(), network.node_count(), most_links, no_index),
                   "merge some");
  }
  for (std::size_t d = 0; d < setup.axes.size(Axis::department); ++d) {
    if (origin_of(setup, d) >= network.node_count()) {
      findings.error("J006", {},
                     fmt::format("no node of the road is the origin of '{}'",
                                 names(setup, Axis::department)[d]),
                     "add a node of kind origin with the department's name");
    }
  }
  bool any_end = false;
  for (const auto& node : network.nodes()) {
    if (node.kind != NodeKind::sector)
      continue;
    any_end = true;
    if (index_of(names(setup, Axis::sector), node.sector) == no_index) {
      findings.error("J007", {},
                     fmt::format("node '{}' lies in sector '{}', which is not on the "
                                 "sector axis",
                                 node.name, node.sector),
                     did_you_mean(node.sector, names(setup, Axis::sector)));
    }
  }
  if (!any_end) {
    findings.error("J008", {}, "the road leads nowhere: no node is of kind sector",
                   "journeys end at nodes of kind sector");
  }
  for (LinkId id = 0; id < network.link_count(); ++id) {
    const auto& link = network.link(id);
    const std::string title = fmt::format("the link from '{}' to '{}'",
                                          network.node(link.from).name, network.node(link.to).name);
    if (!(link.danger >= 0.0) || !(link.enforcement >= 0.0) || !std::isfinite(link.danger) ||
        !std::isfinite(link.enforcement)) {
      findings.error("J003", {}, title + " has a negative danger or enforcement",
                     "both multiply hazards: 0 or above");
    }
    if (link.corridor.empty() && !in_mexico(setup, id))
      continue;
    if (index_of(names(setup, Axis::corridor), link.corridor) == no_index) {
      findings.error("J009", {},
                     fmt::format("{} names corridor '{}', which is not on the corridor "
                                 "axis",
                                 title, link.corridor),
                     did_you_mean(link.corridor, names(setup, Axis::corridor)));
    }
  }
}
} // namespace

void check(const Setup& setup, Diagnostics& findings) {
  if (setup.axes.elements.size() <= static_cast<std::size_t>(Axis::move)) {
    findings.error("J001", {}, "the setup has no axes", "fill Axes::elements for every axis");
    return;
  }
  check_sizes(setup, findings);
  check_road(setup, findings);
}

std::vector<std::int64_t> largest_remainder(std::span<const double> amounts, std::int64_t total) {
  std::vector<std::int64_t> whole(amounts.size());
  std::int64_t given = 0;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    whole[i] = static_cast<std::int64_t>(std::floor(amounts[i]));
    given += whole[i];
  }
  std::vector<std::size_t> order(amounts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return amounts[a] - std::floor(amounts[a]) > amounts[b] - std::floor(amounts[b]);
  });
  for (std::size_t i = 0; given < total && !order.empty(); i = (i + 1) % order.size(), ++given) {
    ++whole[order[i]];
  }
  return whole;
}

namespace {
// Amounts divided by the scale; their sum is kept to within half a simulated person.
std::vector<std::int64_t> scaled(std::span<const double> amounts) {
  const double sum = std::accumulate(amounts.begin(), amounts.end(), 0.0);
  return largest_remainder(amounts, static_cast<std::int64_t>(std::floor(sum + 0.5)));
}

std::vector<std::int64_t> scaled_residents(const Setup& setup) {
  std::vector<std::int64_t> residents;
  for (std::size_t d = 0; d < setup.country_of_department.size(); ++d) {
    std::vector<double> amounts(stratum_count);
    for (std::size_t s = 0; s < stratum_count; ++s) {
      amounts[s] = static_cast<double>(setup.residents[d * stratum_count + s]) / setup.scale;
    }
    const auto whole = scaled(amounts);
    residents.insert(residents.end(), whole.begin(), whole.end());
  }
  return residents;
}

// [department][kind][status]: each country's (kind, status) divided by the diaspora's shares.
std::vector<std::int64_t> scaled_abroad(const Setup& setup) {
  constexpr std::size_t classes = kind_count * status_count;
  const std::size_t departments = setup.country_of_department.size();
  std::vector<std::int64_t> abroad(departments * classes, 0);
  for (std::size_t country = 0; country < setup.axes.size(Axis::country); ++country) {
    std::vector<std::size_t> own;
    double shares = 0.0;
    for (std::size_t d = 0; d < departments; ++d) {
      if (static_cast<std::size_t>(setup.country_of_department[d]) != country)
        continue;
      own.push_back(d);
      shares += setup.diaspora_share[d];
    }
    if (own.empty())
      continue;
    for (std::size_t c = 0; c < classes; ++c) {
      const double persons = static_cast<double>(setup.abroad[country * classes + c]) / setup.scale;
      std::vector<double> amounts(own.size());
      for (std::size_t i = 0; i < own.size(); ++i) {
        amounts[i] = shares > 0.0 ? persons * setup.diaspora_share[own[i]] / shares
                                  : persons / static_cast<double>(own.size());
      }
      const auto whole = scaled(amounts);
      for (std::size_t i = 0; i < own.size(); ++i)
        abroad[own[i] * classes + c] = whole[i];
    }
  }
  return abroad;
}

// Those abroad are taken to come from the strata with a close relative in the US, whose relative
// they are; from all strata where there are none.
std::vector<double> strata_of_those_abroad(std::span<const std::int64_t> residents) {
  std::vector<double> shares(residents.size(), 0.0);
  for (std::size_t start = 0; start < residents.size(); start += stratum_count) {
    double with_kin = 0.0, all = 0.0;
    for (std::size_t s = 0; s < stratum_count; ++s) {
      const auto n = static_cast<double>(residents[start + s]);
      all += n;
      if ((s & 2) != 0)
        with_kin += n;
    }
    for (std::size_t s = 0; s < stratum_count; ++s) {
      const auto n = static_cast<double>(residents[start + s]);
      if (with_kin > 0.0)
        shares[start + s] = (s & 2) != 0 ? n / with_kin : 0.0;
      else
        shares[start + s] = all > 0.0 ? n / all : 1.0 / stratum_count;
    }
  }
  return shares;
}

std::vector<RoadLink> road_links(const Setup& setup, std::span<const RoadNode> nodes) {
  const auto& network = setup.network;
  std::vector<RoadLink> links(network.link_count());
  for (LinkId id = 0; id < links.size(); ++id) {
    const auto& link = network.link(id);
    RoadLink& road = links[id];
    road.length_km = link.length_km;
    road.danger = link.danger;
    road.enforcement = link.enforcement;
    road.to = link.to;
    road.corridor = index_of(names(setup, Axis::corridor), link.corridor);
    road.sector = nodes[link.to].sector;
    road.in_mexico = in_mexico(setup, id) && road.corridor != no_index;
    road.enters_corridor = road.corridor != no_index;
    for (const LinkId before : network.in_links(link.from)) {
      if (network.link(before).corridor == link.corridor)
        road.enters_corridor = false;
    }
  }
  return links;
}

Ways ways_of(const journeys::Network& network, std::span<const RoadNode> nodes,
             std::size_t sectors) {
  Ways ways;
  for (const RoadNode& node : nodes)
    ways.choices = std::max(ways.choices, std::size_t{node.count});
  ways.first_end = static_cast<std::uint16_t>(network.link_count());
  ways.nowhere = static_cast<std::uint16_t>(network.link_count() + sectors);
  for (const auto& link : network.links()) {
    ways.end.push_back(static_cast<std::uint16_t>(link.to));
    ways.length_km.push_back(static_cast<float>(link.length_km));
  }
  ways.length_km.resize(std::size_t{ways.nowhere} + 1, 0.0F);
  return ways;
}
} // namespace

Plan::Plan(std::shared_ptr<const Setup> given) : setup(std::move(given)), routes(setup->network) {
  Diagnostics findings;
  check(*setup, findings);
  findings.throw_if_errors();
  departments = setup->axes.size(Axis::department);
  countries = setup->axes.size(Axis::country);
  corridors = setup->axes.size(Axis::corridor);
  sectors = setup->axes.size(Axis::sector);
  nodes.resize(setup->network.node_count());
  sector_has_node.assign(sectors, 0);
  for (NodeId node = 0; node < setup->network.node_count(); ++node) {
    const auto out = setup->network.out_links(node);
    nodes[node].first = static_cast<std::uint32_t>(setup->network.out_begin(node));
    nodes[node].count = static_cast<std::uint16_t>(out.size());
    if (setup->network.node(node).kind != NodeKind::sector)
      continue;
    nodes[node].sector = index_of(names(*setup, Axis::sector), setup->network.node(node).sector);
    sector_has_node[nodes[node].sector] = 1;
    ends.push_back(node);
  }
  links = road_links(*setup, nodes);
  for (LinkId id = 0; id < links.size(); ++id) {
    if (links[id].enters_corridor)
      entering.push_back(id);
  }
  ways = ways_of(setup->network, nodes, sectors);
  for (std::size_t d = 0; d < departments; ++d) {
    country.push_back(static_cast<std::size_t>(setup->country_of_department[d]));
    origin_node.push_back(origin_of(*setup, d));
  }
  residents = scaled_residents(*setup);
  abroad = scaled_abroad(*setup);
  kin_share = strata_of_those_abroad(residents);
  const auto add = [this](std::uint64_t value) { fingerprint = random::mix(fingerprint ^ value); };
  for (const std::size_t size : {departments, countries, corridors, sectors, links.size()})
    add(size);
  for (const std::int64_t n : residents)
    add(static_cast<std::uint64_t>(n));
  for (const std::int64_t n : abroad)
    add(static_cast<std::uint64_t>(n));
  for (const RoadLink& link : links) {
    add(std::uint64_t{link.to} << 32 | std::uint64_t{link.corridor} << 16 | link.sector);
    for (const double value : {link.length_km, link.danger, link.enforcement}) {
      add(__builtin_bit_cast(std::uint64_t, value));
    }
  }
}

} // namespace cauce::people
