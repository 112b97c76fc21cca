#include "cauce/people/journeys/network.hpp"

#include "cauce/base/diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cauce::people::journeys {

namespace {
// Links sorted by one end, stable in the order given: `start[n]` is where those of node n begin.
template <typename End>
void list_by(std::span<const Link> links, std::size_t nodes, End end, std::vector<LinkId>& list,
             std::vector<std::size_t>& start) {
  start.assign(nodes + 1, 0);
  for (const Link& link : links)
    ++start[end(link) + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  list.resize(links.size());
  std::vector<std::size_t> next(start.begin(), start.end() - 1);
  for (LinkId id = 0; id < links.size(); ++id)
    list[next[end(links[id])]++] = id;
}

std::optional<std::size_t> index_of(std::span<const std::string> names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}
} // namespace

std::span<const std::string> node_kind_names() {
  static const std::string names[] = {"origin",         "crossing", "town", "checkpoint",
                                      "sector",         "port",     "camp", "conflict_zone",
                                      "forwarding_hub", "marker"};
  return names;
}

std::span<const std::string> mode_names() {
  static const std::string names[] = {"road", "rail", "foot", "river"};
  return names;
}

std::optional<NodeKind> node_kind(std::string_view name) {
  const auto index = index_of(node_kind_names(), name);
  return index ? std::optional(static_cast<NodeKind>(*index)) : std::nullopt;
}

std::optional<Mode> mode(std::string_view name) {
  const auto index = index_of(mode_names(), name);
  return index ? std::optional(static_cast<Mode>(*index)) : std::nullopt;
}

Network::Network(std::vector<Node> nodes, std::vector<Link> links)
    : nodes_(std::move(nodes)), links_(std::move(links)) {
  by_name_.resize(nodes_.size());
  std::iota(by_name_.begin(), by_name_.end(), NodeId{0});
  std::sort(by_name_.begin(), by_name_.end(),
            [&](NodeId a, NodeId b) { return nodes_[a].name < nodes_[b].name; });
  for (std::size_t i = 1; i < by_name_.size(); ++i) {
    const std::string& name = nodes_[by_name_[i]].name;
    if (name == nodes_[by_name_[i - 1]].name) {
      throw Error("J202", {}, fmt::format("two nodes of the network are called '{}'", name),
                  "give each node its own name");
    }
  }
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const Link& link = links_[i];
    if (link.from >= nodes_.size() || link.to >= nodes_.size()) {
      throw Error("J201", {},
                  fmt::format("link {} of the network ends at a node that is not there", i),
                  "every link needs two nodes of the network");
    }
    if (!(link.length_km >= 0.0) || !std::isfinite(link.length_km)) {
      throw Error("J203", {},
                  fmt::format("the link from '{}' to '{}' is {} km long", nodes_[link.from].name,
                              nodes_[link.to].name, link.length_km),
                  "a length is a finite number, 0 or above");
    }
  }
  list_by(
      links_, nodes_.size(), [](const Link& link) { return link.from; }, out_, out_start_);
  list_by(
      links_, nodes_.size(), [](const Link& link) { return link.to; }, in_, in_start_);
}

NodeId Network::find(std::string_view name) const {
  const auto found =
      std::lower_bound(by_name_.begin(), by_name_.end(), name,
                       [&](NodeId id, std::string_view text) { return nodes_[id].name < text; });
  return found != by_name_.end() && nodes_[*found].name == name ? *found : none;
}

std::span<const ErrorCode> network_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"J201", "A link without a node",
       "Every link of the network begins and ends at a node. The message counts the links from 0 "
       "in "
       "the order in which they were given; mend its ends or add the node."},
      {"J202", "Two nodes of one name",
       "Links, closures and results name nodes, so that each name may stand once only."},
      {"J203", "An impossible length",
       "The length of a link is in km: a finite number, 0 or above."},
      {"J204", "A round trip that pays",
       "Route choice values each place by the best that can be reached from it. When going round a "
       "cycle of links adds to that value, nobody would ever arrive and the values grow without "
       "end. Make the utilities of the links of the cycle lower (cost grows with distance), or "
       "take "
       "a link out of it."},
  };
  return codes;
}

Link reversed(const Link& link) {
  Link back = link;
  std::swap(back.from, back.to);
  back.redirection = false;
  return back;
}

Access::Access(const Network& network)
    : network_(&network), open_(network.link_count(), 1), redirects_(network.link_count(), 0) {
  for (LinkId id = 0; id < network.link_count(); ++id) {
    redirects_[id] = network.link(id).redirection ? 1 : 0;
  }
}

bool Access::set(LinkId link, bool open) {
  if ((open_[link] != 0) == open)
    return false;
  open_[link] = open ? 1 : 0;
  ++version_;
  return true;
}

void Access::close(LinkId link) { set(link, false); }
void Access::reopen(LinkId link) { set(link, true); }

void Access::redirect(LinkId link, bool on) {
  if ((redirects_[link] != 0) == on)
    return;
  redirects_[link] = on ? 1 : 0;
  ++version_;
}

void Access::apply_dates(std::int64_t time) {
  for (LinkId id = 0; id < open_.size(); ++id) {
    const Link& link = network_->link(id);
    set(id, link.opens <= time && time < link.closes);
  }
}

int Access::set_between(NodeId from, NodeId to, bool open) {
  int changed = 0;
  for (const LinkId link : network_->out_links(from)) {
    if (network_->link(link).to == to && set(link, open))
      ++changed;
  }
  return changed;
}

int Access::set_border(std::string_view a, std::string_view b, bool open) {
  int changed = 0;
  for (LinkId id = 0; id < open_.size(); ++id) {
    const std::string& from = network_->node(network_->link(id).from).country;
    const std::string& to = network_->node(network_->link(id).to).country;
    const bool crosses = (from == a && to == b) || (from == b && to == a);
    if (crosses && set(id, open))
      ++changed;
  }
  return changed;
}

int Access::set_node(NodeId node, bool open) {
  int changed = 0;
  for (const LinkId link : network_->out_links(node))
    changed += set(link, open) ? 1 : 0;
  for (const LinkId link : network_->in_links(node))
    changed += set(link, open) ? 1 : 0;
  return changed;
}

} // namespace cauce::people::journeys
