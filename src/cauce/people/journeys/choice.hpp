// How travellers choose their way through the network.
//
// Two models, both from weights to probabilities:
//
// 1. Recursive logit (Fosgerau, Frejinger and Karlstrom 2013, "A link based network route choice
//    model with unrestricted choice set", Transportation Research B 56). At each node the next link
//    is a logit choice between the utility of the link plus the expected maximum utility from its
//    end onward. Over whole routes this equals a multinomial logit on all of them, with none of
//    them listed. Cauce's own road uses it: one solution for each month and party kind.
//
// 2. Weighted routes: all routes up to some links ahead ("awareness") are listed and chosen with
//    probability in proportion to score of the end / distance, throttled by its free capacity: the
//    published rules of Flee (Suleimenova, Bell and Groen 2017, "A generalized simulation
//    development approach for predicting refugee destinations", Scientific Reports 7:13377).
#pragma once

#include "cauce/base/distributions.hpp"
#include "cauce/people/journeys/network.hpp"

#include <span>
#include <unordered_map>
#include <vector>

namespace cauce::people::journeys {

/// The solution of a recursive logit.
struct NextLink {
  /// By node: the expected maximum utility of going on from there; -infinity where no destination
  /// can be reached.
  std::vector<double> value;
  /// By link in the order of `Network::out_links` of node 0, 1, ...: the probability that it is
  /// next. Zero where closed; all zero where nothing can be reached and at destinations.
  std::vector<double> probability;
  /// The same as cumulative thresholds: of the links out of a node, the one is picked whose index
  /// is the number of its thresholds that `word >> 1` has reached (random::pick).
  std::vector<random::Threshold> thresholds;

  /// The link that `word` picks at `node`, or `none` where there is no way on.
  LinkId pick(const Network& network, NodeId node, std::uint32_t word) const;
};

/// Solves value(n) = ln sum over open links l out of n of exp(link_utility[l] + value(end of l)),
/// with value(d) = end_utility[d] at destinations, by Gauss-Seidel sweeps away from the
/// destinations (one sweep where the network has no cycles). `link_utility` is by link and in units
/// of the logit scale; `end_utility` is by node, -infinity for those that are no destination;
/// `open` is by link. Throws Error J204 when the sum over ever longer routes does not converge.
NextLink recursive_logit(const Network& network, std::span<const double> link_utility,
                         std::span<const double> end_utility, std::span<const std::uint8_t> open);

/// The same model where the network has no cycles: one pass of sums and products, as often as there
/// are months. Weights are exponentials of utilities.
class RouteSolver {
 public:
  explicit RouteSolver(const Network& network);

  /// False when the network has cycles: then `solve` always declines.
  bool acyclic() const { return order_.size() + 1 == first_out_.size(); }

  /// Fills `probability` (by link in the order of `Network::out_links`, as in NextLink) and
  /// `weight` (by node: the sum over all routes onward, 0 where no destination can be reached).
  /// `end_weight` is by node, 0 for those that are no destination. Declines (false) where weights
  /// could leave the range of doubles; `recursive_logit` takes any.
  bool solve(std::span<const double> link_weight, std::span<const double> end_weight,
             std::span<const std::uint8_t> open, std::span<double> weight,
             std::span<double> probability) const;

 private:
  std::vector<NodeId> order_;            // each after all that it leads to
  std::vector<std::uint32_t> first_out_; // by node, and one more
  std::vector<LinkId> out_;              // in the order of out_links
  std::vector<NodeId> end_;              // of each, in the same order
};

/// A way through the network as a chain: its first node and the rest. Equal ways have one id.
using PathId = std::uint32_t;

class PathTable {
 public:
  /// The way `head`, then `tail` (which may be `none`: nothing).
  PathId join(NodeId head, PathId tail);
  NodeId head(PathId path) const { return paths_[path].head; }
  PathId tail(PathId path) const { return paths_[path].tail; }
  NodeId end(PathId path) const { return paths_[path].end; }

 private:
  struct Path {
    NodeId head;
    PathId tail;
    NodeId end;
  };
  std::vector<Path> paths_;
  std::unordered_map<std::uint64_t, PathId> known_;
};

/// The routes that are known from a node: where each leads, by which way, and how far it is.
struct RouteSet {
  std::vector<PathId> path; ///< the nodes to pass, the end last; the node itself not among them
  std::vector<NodeId> end;
  std::vector<double> distance_km;
  std::size_t size() const { return path.size(); }
};

/// All routes of up to `awareness` open links that pass no node twice and end at none of `markers`
/// (by node: waypoints that are no places, so that a link to one does not count). One link is
/// always seen, whatever the awareness.
RouteSet routes_from(const Network& network, std::span<const std::uint8_t> open,
                     std::span<const std::uint8_t> markers, NodeId from, int awareness,
                     PathTable& paths);

/// weight = ((weight_softening + score of the end) / (distance_softening_km + distance) ^
/// distance_power x free capacity of the end) ^ weight_power.
struct RouteWeights {
  double distance_softening_km = 10.0;
  double weight_softening = 0.0;
  double distance_power = 1.0;
  double weight_power = 1.0;
  /// Routes lighter than the heaviest divided by this are not taken; 1 keeps all.
  double pruning_threshold = 1.0;
};

/// What of a place is still free, as a factor of its weight: 1 up to `buffer` x `capacity`, then
/// falling linearly to 0 at `capacity`. A capacity below 1 is without limit.
double free_capacity(double persons, double capacity, double buffer);

/// By route: its weight when its end has room, before `weight_power`. `score` is by route.
void base_weights(const RouteSet& routes, const RouteWeights& rules, std::span<const double> score,
                  std::vector<double>& base);

/// By route: its probability, given the base weights and the free capacity by node. When no route
/// has any weight, all are equally likely.
void route_probabilities(const RouteSet& routes, const RouteWeights& rules,
                         std::span<const double> base, std::span<const double> free,
                         std::vector<double>& probability);

} // namespace cauce::people::journeys
