// SPDX-License-Identifier: BSD-3-Clause
// Large payloads on the cluster of bare machines: delivered under loss, with liars among those who hand
// fragments on, and for fewer bytes at the source than full copies take.
#include "messages/codec/brb_codec.hpp"
#include "tests/support/agreement_cluster.hpp"
#include "tests/support/blob_type.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace troupe;
using namespace troupe::test;

namespace {

struct frame_bytes {
  std::size_t operator()(const brb::send_ptr& what) const { return brb::encode(*what).view().size(); }
  std::size_t operator()(const brb::fragment_ptr& what) const { return brb::encode(*what).view().size(); }
  std::size_t operator()(const brb::checkpoint_ptr& what) const { return brb::encode(*what).view().size(); }
  std::size_t operator()(const brb::lock_answer_ptr& what) const { return brb::encode(*what).view().size(); }
  std::size_t operator()(const brb::certificate_out& what) const {
    return brb::encode(*what.what, what.with_payload).view().size();
  }
  template <class Message>
  std::size_t operator()(const Message& what) const {
    return brb::encode(what).view().size();
  }
};

using traffic = std::map<peer_id, std::size_t>; ///< payloads of frames, by who sends them

void count(agreement_cluster& in, traffic& to) {
  in.lose = [&to](const peer_id& from, const peer_id&, const cluster_message& what) {
    if (const auto* packet = std::get_if<brb::packet>(&what))
      to[from] += std::visit(frame_bytes{}, *packet);
    return false;
  };
}

command put(std::size_t size, std::uint64_t mark) {
  return {"put", {std::to_string(size), std::to_string(mark)}};
}

/// What one broadcast of `size` bytes by member 0 of `members` takes.
traffic traffic_of(std::size_t members, std::size_t size, brb::coding_rules rules) {
  agreement_cluster cluster(members, members, 1, blob_type);
  cluster.coding = rules;
  traffic sent;
  count(cluster, sent);
  cluster[0].execute(put(size, 1));
  cluster.run();
  REQUIRE(cluster.all_read(fmt::format("{{1: {}}}", size)));
  return sent;
}

std::size_t busiest(const traffic& of) {
  std::size_t most = 0;
  for (const auto& [who, sent] : of)
    if (who != actor_number(0))
      most = std::max(most, sent);
  return most;
}

constexpr brb::coding_rules never{0, 7};
constexpr brb::coding_rules always{1, 4};

std::ptrdiff_t reported(const agreement_node& by, const std::string& what) {
  return std::count(by.reports.begin(), by.reports.end(), what);
}

void play_to_the_end(agreement_cluster& cluster) {
  for (int round = 0; round < 12; ++round) {
    cluster.expire_all();
    while (cluster.deliver_random())
      continue;
  }
  cluster.lose = nullptr;
  for (int round = 0; round < 4; ++round) {
    cluster.expire_all();
    cluster.run();
  }
}

} // namespace

TEST_CASE("large payloads: of seven members the source sends less than half of the full copies",
          "[sim][brb]") {
  const std::size_t size = 100'000;
  const auto full = traffic_of(7, size, never);
  const auto coded = traffic_of(7, size, {});
  REQUIRE(full.at(actor_number(0)) >= 6 * size);
  REQUIRE(coded.at(actor_number(0)) < full.at(actor_number(0)) / 2);
  REQUIRE(coded.at(actor_number(0)) < 2 * size + 10'000);
  REQUIRE(busiest(coded) < 2 * size);
}

TEST_CASE("large payloads: below the threshold and in small groups full copies go out", "[sim][brb]") {
  const auto small = traffic_of(7, 65'535, {});
  REQUIRE(small == traffic_of(7, 65'535, never));
  REQUIRE(traffic_of(6, 100'000, {}) == traffic_of(6, 100'000, never));
  REQUIRE(traffic_of(7, 65'536, {}) != traffic_of(7, 65'536, never));
}

TEST_CASE("large payloads: every group size from four on delivers by fragments alone", "[sim][brb]") {
  for (std::size_t n = 4; n <= 16; ++n) {
    agreement_cluster cluster(n, n, 1, blob_type);
    cluster.coding = always;
    bool full = false;
    cluster.lose = [&](const auto&, const auto&, const cluster_message& what) {
      const auto* packet = std::get_if<brb::packet>(&what);
      full = full || (packet && std::holds_alternative<brb::send_ptr>(*packet));
      return false;
    };
    cluster[n - 1].execute(put(1001, 1));
    cluster.run();
    INFO("n " << n);
    REQUIRE(cluster.all_read("{1: 1001}"));
    REQUIRE_FALSE(full);
  }
}

TEST_CASE("large payloads: a third of the members that hand nothing on stop nothing", "[sim][brb]") {
  agreement_cluster cluster(7, 7, 1, blob_type);
  cluster.coding = always;
  cluster.lose = [](const peer_id& from, const peer_id&, const cluster_message& what) {
    const auto* packet = std::get_if<brb::packet>(&what);
    return packet && std::holds_alternative<brb::fragment_ptr>(*packet) &&
           (from == actor_number(2) || from == actor_number(5));
  };
  cluster[0].execute(put(100'000, 1));
  cluster.run();
  REQUIRE(cluster.all_read("{1: 100000}"));
}

TEST_CASE("large payloads: prop seven members under loss deliver all of it and the same", "[sim][brb]") {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    agreement_cluster cluster(7, 7, seed, blob_type);
    cluster.lose = [&](const auto&, const auto&, const auto&) { return cluster.rng.chance(150'000); };
    for (std::uint64_t mark = 1; mark <= 8; ++mark) {
      cluster[static_cast<std::size_t>(cluster.rng.below(7))].execute(put(100'000 + mark, mark));
      for (auto steps = cluster.rng.below(60); steps > 0; --steps)
        cluster.deliver_random();
    }
    play_to_the_end(cluster);
    INFO("seed " << seed);
    REQUIRE(cluster.all_read("{1: 100001, 2: 100002, 3: 100003, 4: 100004, 5: 100005, 6: 100006, "
                             "7: 100007, 8: 100008}"));
    for (auto& node : cluster.nodes) {
      REQUIRE(node->quiet());
      REQUIRE(reported(*node, "BadFragment") == 0);
      REQUIRE(reported(*node, "BadEncoding") == 0);
      for (const auto& [source, window] : node->windows)
        REQUIRE(window->fragment_bytes() == 0);
    }
  }
}

TEST_CASE("large payloads: prop members that spoil what they hand on are reported and the sources are not",
          "[sim][brb]") {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    agreement_cluster cluster(7, 7, seed, blob_type);
    cluster.coding = always;
    bool spoilt = false;
    bool spoiling = false;
    // Members 5 and 6 flip a bit of half of what they hand on.
    cluster.lose = [&](const peer_id& from, const peer_id& to, const cluster_message& what) {
      const auto* packet = std::get_if<brb::packet>(&what);
      const auto* fragment = packet ? std::get_if<brb::fragment_ptr>(packet) : nullptr;
      if (spoiling)
        return false;
      if (!fragment || from < actor_number(5) || !cluster.rng.chance(500'000))
        return cluster.rng.chance(50'000);
      auto bad = **fragment;
      bad.fragment[bad.fragment.size() / 2] ^= 1;
      spoilt = spoiling = true;
      cluster.send(from, to, brb::packet{std::make_shared<const brb::fragment_message>(std::move(bad))});
      spoiling = false;
      return true;
    };
    for (std::uint64_t mark = 1; mark <= 6; ++mark) {
      cluster[static_cast<std::size_t>(cluster.rng.below(5))].execute(put(500 * mark, mark));
      for (auto steps = cluster.rng.below(60); steps > 0; --steps)
        cluster.deliver_random();
    }
    play_to_the_end(cluster);
    INFO("seed " << seed);
    REQUIRE(spoilt);
    REQUIRE(cluster.all_read("{1: 500, 2: 1000, 3: 1500, 4: 2000, 5: 2500, 6: 3000}"));
    std::ptrdiff_t caught = 0;
    for (auto& node : cluster.nodes) {
      caught += reported(*node, "BadFragment");
      REQUIRE(reported(*node, "BadEncoding") == 0);
      REQUIRE(reported(*node, "Signature") == 0);
    }
    REQUIRE(caught > 0);
  }
}

TEST_CASE("large payloads: a source that dies with its fragments out goes on in its next life",
          "[sim][brb]") {
  agreement_cluster cluster(7, 7, 1, blob_type);
  cluster[0].execute(put(100'000, 1));
  for (std::size_t i = 1; i < 4; ++i)
    cluster.deliver_one(actor_number(0), actor_number(i));
  cluster.restart(0);
  cluster.run();
  cluster.expire_all();
  cluster.run();
  REQUIRE(cluster.all_read("{1: 100000}"));
  REQUIRE(cluster[0].quiet());
}

// The table in docs/benchmarks.md: `sim_tests -s "large payloads: the source saves*"` prints its figures.
TEST_CASE("large payloads: the source saves at least twice what anybody else sends in its place",
          "[sim][brb]") {
  for (const std::size_t n : {7u, 16u})
    for (const std::size_t size : {16u << 10, 64u << 10, 256u << 10}) {
      const auto full = traffic_of(n, size, never);
      const auto coded = traffic_of(n, size, always);
      const auto before = full.at(actor_number(0));
      const auto after = coded.at(actor_number(0));
      INFO(fmt::format("n {} size {} KiB: source {} -> {}, busiest member {} -> {} KiB", n, size >> 10,
                       before >> 10, after >> 10, busiest(full) >> 10, busiest(coded) >> 10));
      CHECK(before - after >= 2 * busiest(coded));
      CHECK(busiest(full) < 1024);
    }
}
