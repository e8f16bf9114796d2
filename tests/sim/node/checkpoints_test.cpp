// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints in whole nodes: what they cover is forgotten in memory and on disk, and whoever lacks it gets
// the state instead.
#include "tests/support/sim_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t every = 8;

class group {
public:
  group(std::uint64_t seed, std::size_t nodes, std::size_t voters) : cluster(seed, nodes), voters_(voters) {
    cluster.checkpoint_every = every;
    for (std::size_t i = 0; i < voters; ++i)
      cluster.start(i);
    for (std::size_t i = 0; i < voters; ++i)
      for (std::size_t whom = 0; whom < voters; ++whom)
        cluster.trust(i, whom);
    pass(2s);
  }
  ~group() {
    if (cluster.stop_all(30s))
      cluster.tear_down();
  }

  void pass(duration span) { cluster.scheduler().run_for(span); }
  /// Adds of new values, on the voters that are up in turn.
  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto on = i % voters_;
      if (!cluster.up(on))
        continue;
      const auto value = ++last_;
      cluster.execute(on, "add", value, [this, value](const std::string& error) {
        if (error.empty())
          added.insert(value);
      });
      pass(20ms);
    }
    pass(3s);
  }
  std::set<std::uint64_t> values(std::size_t on) {
    const auto told = cluster.ask(on);
    pass(1s);
    return told->values.value_or(std::set<std::uint64_t>{});
  }

  sim_cluster cluster;
  std::set<std::uint64_t> added;

private:
  std::size_t voters_;
  std::uint64_t last_ = 0;
};

std::uint64_t total(const brb::delivered_vector& of) {
  std::uint64_t sum = 0;
  for (const auto& [source, sequence] : of)
    sum += sequence;
  return sum;
}

} // namespace

TEST_CASE("node checkpoints: what they cover leaves memory and disk", "[sim][brb]") {
  group at{1, 4, 4};
  at.add(100);
  REQUIRE(at.added.size() == 100);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(at.values(i) == at.added);
    CHECK(total(at.cluster.base(i)) >= 100 - 2 * every);
    CHECK(at.cluster.delivered(i).size() <= 2 * every);
    CHECK(at.cluster.stored(i).size() <= 2 * every);
  }
}

TEST_CASE("node checkpoints: a node that lives again goes on from its own", "[sim][brb]") {
  group at{2, 4, 4};
  at.add(60);
  for (std::size_t i = 0; i < 4; ++i)
    at.cluster.crash(i);
  for (std::size_t i = 0; i < 4; ++i)
    at.cluster.start(i);
  at.pass(5s);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(at.values(i) == at.added);
    CHECK(total(at.cluster.base(i)) > 0);
  }
  at.add(20);
  CHECK(at.added.size() == 80);
  CHECK(at.values(3) == at.added);
}

TEST_CASE("node checkpoints: a member that was away catches up by a state", "[sim][brb]") {
  group at{3, 4, 4};
  at.add(20);
  at.cluster.crash(3);
  at.add(600); // more than the others keep behind a checkpoint
  at.cluster.start(3);
  at.pass(60s);
  CHECK(at.values(3) == at.added);
  CHECK(at.cluster.delivered(3).size() < 100);
  at.add(20);
  CHECK(at.values(3) == at.added);
  CHECK(at.values(0) == at.added);
}

TEST_CASE("node checkpoints: a joiner starts from a state", "[sim][brb]") {
  group at{4, 5, 4};
  at.add(400);
  at.cluster.start(4);
  for (std::size_t voter = 0; voter < 4; ++voter)
    at.cluster.trust(4, voter); // the group it means to join
  at.pass(5s);
  std::string answer = "none";
  at.cluster.join(0, 4, [&](const std::string& error) { answer = error; });
  at.pass(60s);
  REQUIRE(answer.empty());
  CHECK(at.values(4) == at.added);
  CHECK(total(at.cluster.base(4)) > 0);
  CHECK(at.cluster.delivered(4).size() < 100);
}

namespace {

/// One bit of every part of the node's checkpoint turns while it is away.
void damage_checkpoint(group& at, std::size_t on) {
  auto& records = at.cluster.records(on);
  for (const auto& key : records.durable_keys())
    if (as_text(key).starts_with("checkpoint/"))
      REQUIRE(records.flip(key, 11, 3));
}

} // namespace

TEST_CASE("node checkpoints: a damaged one is fetched from the others before anything is promised",
          "[sim][brb]") {
  group at{5, 4, 4};
  at.add(60);
  for (std::size_t i = 0; i < 4; ++i)
    at.cluster.crash(i);
  damage_checkpoint(at, 3);
  at.cluster.start(3);
  at.pass(90s);
  CHECK_FALSE(at.cluster.whole(3));
  CHECK(at.values(3).empty());
  std::string refused = "none";
  at.cluster.execute(3, "add", 999, [&](const std::string& error) { refused = error; });
  at.pass(2s);
  CHECK(refused == "CheckpointDamaged");
  CHECK(at.cluster.delivered(3).size() < 60);
  at.cluster.start(0); // one that is whole is enough to fetch from
  at.pass(60s);
  CHECK(at.cluster.whole(3));
  CHECK(at.values(3) == at.added);
  at.cluster.start(1);
  at.pass(5s);
  at.add(20); // three of four are a quorum only with the mended one
  CHECK(at.values(3) == at.added);
  CHECK(at.values(0) == at.added);
  CHECK(at.added.size() == 60 + 15);
  at.cluster.start(2);
  at.pass(30s);
  CHECK(at.values(2) == at.added);
}

TEST_CASE("node checkpoints: a mended node goes on behind its last own slot", "[sim][brb]") {
  for (const std::uint64_t seed : {11u, 12u, 13u}) {
    group at{seed, 4, 4};
    at.add(40);
    at.cluster.crash(3);
    damage_checkpoint(at, 3);
    at.add(3); // fewer than a checkpoint takes
    at.cluster.start(3);
    at.pass(60s);
    CHECK(at.cluster.whole(3));
    at.add(40);
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(at.values(i) == at.added);
    CHECK(at.added.size() > 75);
  }
}

TEST_CASE("node checkpoints: two damaged ones at once are mended one by the other two", "[sim][brb]") {
  group at{6, 4, 4};
  at.add(40);
  at.cluster.crash(2);
  at.cluster.crash(3);
  damage_checkpoint(at, 2);
  damage_checkpoint(at, 3);
  at.cluster.start(2);
  at.cluster.start(3);
  at.pass(90s);
  CHECK(at.cluster.whole(2));
  CHECK(at.cluster.whole(3));
  at.add(20);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(at.values(i) == at.added);
}
