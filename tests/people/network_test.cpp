// The route network and what opens and closes in it.
#include "cauce/people/journeys/network.hpp"

#include "cauce/base/diagnostics.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace cauce::people::journeys {
namespace {

// a - b - c in one country, c - d over a border; two ways; two parallel links b - c.
Network line() {
  std::vector<Node> nodes(4);
  for (std::size_t i = 0; i < 4; ++i) {
    nodes[i].name = std::string(1, static_cast<char>('a' + i));
    nodes[i].country = i < 3 ? "home" : "abroad";
  }
  std::vector<Link> links;
  for (const auto& [from, to, km] :
       {std::tuple{0U, 1U, 10.0}, {1U, 2U, 20.0}, {1U, 2U, 25.0}, {2U, 3U, 30.0}}) {
    Link link;
    link.from = from;
    link.to = to;
    link.length_km = km;
    links.push_back(link);
    links.push_back(reversed(link));
  }
  return Network(std::move(nodes), std::move(links));
}

TEST(Network, ListsLinksByTheirEndsInOrder) {
  const Network network = line();
  ASSERT_EQ(network.out_links(1).size(), 3U);
  EXPECT_EQ(network.link(network.out_links(1)[0]).to, 0U);
  EXPECT_EQ(network.link(network.out_links(1)[1]).length_km, 20.0);
  EXPECT_EQ(network.link(network.out_links(1)[2]).length_km, 25.0);
  EXPECT_EQ(network.in_links(3).size(), 1U);
  EXPECT_EQ(network.find("c"), 2U);
  EXPECT_EQ(network.find("e"), none);
  std::size_t total = 0;
  for (NodeId node = 0; node < 4; ++node) {
    EXPECT_EQ(network.out_begin(node), total);
    total += network.out_links(node).size();
  }
  EXPECT_EQ(total, network.link_count());
}

TEST(Network, RefusesWhatIsNoNetwork) {
  Node a, b;
  a.name = b.name = "a";
  Link link;
  link.from = 0;
  link.to = 1;
  const auto code = [](auto make) {
    try {
      make();
    } catch (const Error& problem) {
      return problem.diagnostic().code;
    }
    return std::string("none");
  };
  EXPECT_EQ(code([&] { Network({a, b}, {}); }), "J202");
  EXPECT_EQ(code([&] { Network({a}, {link}); }), "J201");
  b.name = "b";
  link.length_km = -1;
  EXPECT_EQ(code([&] { Network({a, b}, {link}); }), "J203");
}

TEST(Access, BordersCloseBothWaysAndOnlyThere) {
  const Network network = line();
  Access access(network);
  EXPECT_EQ(access.close_border("abroad", "home"), 2);
  for (LinkId link = 0; link < network.link_count(); ++link) {
    EXPECT_EQ(access.open(link), network.link(link).length_km != 30.0);
  }
  EXPECT_EQ(access.close_border("home", "abroad"), 0); // closed already
  EXPECT_EQ(access.reopen_border("home", "abroad"), 2);
  EXPECT_TRUE(access.open(6) && access.open(7));
}

TEST(Access, NodesCloseWithAllTheirLinksAndPairsWithAllParallelOnes) {
  const Network network = line();
  Access access(network);
  EXPECT_EQ(access.close_node(2), 6);
  EXPECT_EQ(access.reopen_between(1, 2), 2);
  EXPECT_EQ(access.reopen_node(2), 4);
}

TEST(Access, DatesOpenAndCloseHalfOpenIntervals) {
  std::vector<Node> nodes(2);
  nodes[0].name = "a";
  nodes[1].name = "b";
  Link link;
  link.from = 0;
  link.to = 1;
  link.opens = 3;
  link.closes = 5;
  const Network network(nodes, {link});
  Access access(network);
  for (std::int64_t time = 0; time < 8; ++time) {
    access.apply_dates(time);
    EXPECT_EQ(access.open(0), time == 3 || time == 4) << time;
  }
}

TEST(Access, VersionRisesExactlyWithChanges) {
  EXPECT_TRUE(rc::check([](std::vector<std::uint8_t> calls) {
    const Network network = line();
    Access access(network);
    for (const std::uint8_t call : calls) {
      const auto link = static_cast<LinkId>(call % network.link_count());
      const bool was = access.open(link), want = call > 127;
      const auto version = access.version();
      want ? access.reopen(link) : access.close(link);
      RC_ASSERT(access.open(link) == want);
      RC_ASSERT((access.version() != version) == (was != want));
    }
  }));
}

} // namespace
} // namespace cauce::people::journeys
