// The route network: places, the links between them, and which links are open.
//
// `Network` is built once and shared. It keeps two directed links for a two-way one and lists the
// links out of (and into) each node in the order in which they were given. `Access` is what changes
// with time: which links are open and which are forced redirections. Both serve
// Cauce's own road and Flee's cases.
#pragma once

#include "cauce/base/error_codes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::people::journeys {

using NodeId = std::uint32_t;
using LinkId = std::uint32_t;
inline constexpr std::uint32_t none = 0xffffffff;

enum class NodeKind : std::uint8_t {
  origin,
  crossing,
  town,
  checkpoint,
  sector,
  port,
  camp,
  conflict_zone,
  forwarding_hub,
  marker
};

enum class Mode : std::uint8_t { road, rail, foot, river };

/// "checkpoint" and so on; empty when there is no such kind or mode.
std::optional<NodeKind> node_kind(std::string_view name);
std::optional<Mode> mode(std::string_view name);
std::span<const std::string> node_kind_names();
std::span<const std::string> mode_names();

struct Node {
  std::string name;
  NodeKind kind = NodeKind::town;
  double latitude = 0.0;  ///< degrees north
  double longitude = 0.0; ///< degrees east
  std::string country;
  std::string corridor;
  std::string sector;
  double population = 0.0;
  double capacity = -1.0; ///< persons; below 1 means without limit
};

/// A directed link. `opens` <= time < `closes` are the times at which it is open by itself (months,
/// days or steps: the clock of whoever uses the network).
struct Link {
  NodeId from = none;
  NodeId to = none;
  double length_km = 0.0;
  Mode mode = Mode::road;
  double danger = 1.0;      ///< multiplier of hazards, 1 = mean of the road
  double enforcement = 1.0; ///< multiplier of interdiction, 1 = mean of the road
  std::string corridor;
  bool redirection = false; ///< everyone at `from` is sent along this link
  std::int64_t opens = INT64_MIN;
  std::int64_t closes = INT64_MAX;
};

class Network {
 public:
  Network() = default;
  /// Throws Error J201 (a link to or from a node that does not exist), J202 (two nodes of one name)
  /// or J203 (a length that is negative or not finite).
  Network(std::vector<Node> nodes, std::vector<Link> links);

  std::size_t node_count() const { return nodes_.size(); }
  std::size_t link_count() const { return links_.size(); }
  const Node& node(NodeId id) const { return nodes_[id]; }
  const Link& link(LinkId id) const { return links_[id]; }
  std::span<const Node> nodes() const { return nodes_; }
  std::span<const Link> links() const { return links_; }
  /// The links that leave (enter) a node, in the order given.
  std::span<const LinkId> out_links(NodeId id) const { return slice(out_, out_start_, id); }
  std::span<const LinkId> in_links(NodeId id) const { return slice(in_, in_start_, id); }
  /// Where the links out of `id` begin in arrays that hold one value for each link in the order of
  /// `out_links` of node 0, 1, ... (such as NextLink::thresholds).
  std::size_t out_begin(NodeId id) const { return out_start_[id]; }
  /// The node of this name, or `none`.
  NodeId find(std::string_view name) const;

 private:
  static std::span<const LinkId> slice(const std::vector<LinkId>& links,
                                       const std::vector<std::size_t>& start, NodeId id) {
    return std::span(links).subspan(start[id], start[id + 1] - start[id]);
  }

  std::vector<Node> nodes_;
  std::vector<Link> links_;
  std::vector<LinkId> out_, in_;
  std::vector<std::size_t> out_start_, in_start_;
  std::vector<NodeId> by_name_; // node ids sorted by name
};

/// The words behind the codes J201 to J299.
std::span<const ErrorCode> network_error_codes();

/// The reverse of a link, for two-way roads: the same, without the redirection.
Link reversed(const Link& link);

/// Which links of a network are open, and which redirect. Each closing call closes what is open and
/// each reopening call opens what is closed, whatever closed it: the last call counts.
class Access {
 public:
  explicit Access(const Network& network);

  bool open(LinkId link) const { return open_[link] != 0; }
  std::span<const std::uint8_t> open() const { return open_; }
  bool redirects(LinkId link) const { return redirects_[link] != 0; }
  /// Rises with every change.
  std::uint64_t version() const { return version_; }

  void close(LinkId link);
  void reopen(LinkId link);
  void redirect(LinkId link, bool on);
  /// Opens and closes every link by its own dates.
  void apply_dates(std::int64_t time);

  /// All links from one node to another. Return how many changed.
  int close_between(NodeId from, NodeId to) { return set_between(from, to, false); }
  int reopen_between(NodeId from, NodeId to) { return set_between(from, to, true); }
  /// All links between two countries, both ways.
  int close_border(std::string_view a, std::string_view b) { return set_border(a, b, false); }
  int reopen_border(std::string_view a, std::string_view b) { return set_border(a, b, true); }
  /// All links into and out of a node.
  int close_node(NodeId node) { return set_node(node, false); }
  int reopen_node(NodeId node) { return set_node(node, true); }

 private:
  bool set(LinkId link, bool open);
  int set_between(NodeId from, NodeId to, bool open);
  int set_border(std::string_view a, std::string_view b, bool open);
  int set_node(NodeId node, bool open);

  const Network* network_;
  std::vector<std::uint8_t> open_;
  std::vector<std::uint8_t> redirects_;
  std::uint64_t version_ = 0;
};

} // namespace cauce::people::journeys
