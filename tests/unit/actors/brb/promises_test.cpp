// SPDX-License-Identifier: BSD-3-Clause
// What a restarted receiver finds again of its source: every delivery in order, then the open locks.
#include "actors/brb/promises.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::brb;

namespace {

operation_header slot(std::uint64_t sequence) {
  return {{}, actor_number(0), sequence, generation{0}, {}, 1};
}
promise lock(std::uint64_t sequence) {
  return lock_promise{send_message{generation{0}, slot(sequence), {}, {1}}};
}
promise delivery(std::uint64_t sequence) {
  return delivered_promise{
    std::make_shared<const certificate>(certificate{generation{0}, slot(sequence), {}, {}, {}, {1}})};
}

/// "d1 d2 l3": deliveries and locks with their slots.
std::string found(const source_memory& memory) {
  std::string all;
  for (const auto& one : memory.promises()) {
    const auto* done = std::get_if<delivered_promise>(&one);
    const auto sequence =
      done ? done->what->header.sequence : std::get<lock_promise>(one).what.header.sequence;
    all += (all.empty() ? "" : " ") + std::string{done ? "d" : "l"} + std::to_string(sequence);
  }
  return all;
}

} // namespace

TEST_CASE("source memory: deliveries come first and locks stay until theirs", "[unit][brb]") {
  source_memory memory;
  for (const auto& one : {lock(2), lock(1), delivery(1), lock(3), delivery(2)})
    memory.remember(one);
  REQUIRE(found(memory) == "d1 d2 l3");
}

TEST_CASE("source memory: a lock behind its certificate and a delivery told twice change nothing",
          "[unit][brb]") {
  source_memory memory;
  for (const auto& one : {delivery(1), lock(1), delivery(1), delivery(3)})
    memory.remember(one);
  REQUIRE(found(memory) == "d1");
}

TEST_CASE("source memory: a lock under way is known until the log has it, refuses it or it is delivered",
          "[unit][brb]") {
  source_memory memory;
  const auto begin = [&](std::uint64_t sequence) {
    memory.begin_lock(
      std::make_shared<const send_message>(send_message{generation{0}, slot(sequence), {}, {1}}));
  };
  for (const std::uint64_t sequence : {1u, 2u, 3u})
    begin(sequence);
  REQUIRE(found(memory).empty());
  REQUIRE(memory.recall().uncertain_locks.size() == 3);
  REQUIRE(memory.open() == 3);

  memory.end_lock(2, true);
  memory.end_lock(3, false);
  REQUIRE(found(memory) == "l2");
  REQUIRE(memory.recall().uncertain_locks.size() == 1);
  memory.remember(delivery(1));
  memory.end_lock(1, true);
  begin(1);
  REQUIRE(found(memory) == "d1 l2");
  REQUIRE(memory.recall().uncertain_locks.empty());
}

TEST_CASE("source memory: the last words of joining stay when what is covered is forgotten", "[unit][brb]") {
  source_memory memory;
  for (const std::uint64_t gen : {1u, 4u}) {
    memory.remember(imported_promise{{{}, actor_number(0), generation{gen}, 0, {}, {}, {}}});
    memory.remember(answered_promise{{{}, actor_number(0), generation{gen}}});
  }
  memory.forget(9);
  const auto kept = memory.promises();
  REQUIRE(kept.size() == 2);
  CHECK(std::get<imported_promise>(kept[0]).what.gen == generation{4});
  CHECK(std::get<answered_promise>(kept[1]).what.gen == generation{4});
}

TEST_CASE("receiver lease: is counted for its life", "[unit][brb]") {
  const auto memory = std::make_shared<agreement_memory>();
  {
    const receiver_lease one{memory};
    const receiver_lease other{memory};
    REQUIRE(memory->receivers == 2);
  }
  REQUIRE(memory->receivers == 0);
}
