// SPDX-License-Identifier: BSD-3-Clause
// Certificates at one receiver: which are refused, and in which order the others are delivered.
#include "actors/brb/source_window.hpp"

#include "tests/support/window_receiver.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr auto now = window_receiver::now;

} // namespace

TEST_CASE("window: a certificate with our name and not our signature is refused", "[unit][brb]") {
  window_receiver at;
  at.window->handle(at.request(1, 1), now);
  at.settle(); // our echo is known here
  auto forged = at.proof(1, 1, {0, 1, 2});
  forged.seals[1][0] ^= 1;
  at.certificate(forged);
  at.settle();
  REQUIRE(at.dropped("ProofContainsInvalidSignatures"));
  REQUIRE(at.delivered.empty());
  at.certificate(at.proof(1, 1, {0, 1, 2}));
  REQUIRE(at.take<verify>().size() == 2); // ours is recognised
}

TEST_CASE("window: a certificate with one signature under three names is refused", "[unit][brb]") {
  window_receiver at;
  auto forged = at.proof(1, 1, {0, 2, 3});
  forged.seals[1] = forged.seals[2] = forged.seals[0];
  at.certificate(forged);
  at.settle();
  REQUIRE(at.dropped("ProofContainsInvalidSignatures"));
  forged = at.proof(1, 1, {0});
  forged.seals.assign(3, forged.seals[0]);
  at.certificate(forged);
  at.settle();
  REQUIRE(at.dropped("NotEnoughSignaturesToFormQuorum"));
  REQUIRE(at.delivered.empty());
}

TEST_CASE("window: a certificate of another group is refused", "[unit][brb]") {
  window_receiver at;
  window_receiver other(3);
  at.certificate(other.proof(1, 1, {0, 1, 2}));
  at.settle();
  REQUIRE(at.dropped("ForeignGroup"));
  REQUIRE(at.delivered.empty());
}

TEST_CASE("window: certificates are refused by name", "[unit][brb]") {
  window_receiver at;
  at.certificate(at.proof(1, 1, {0, 2}));
  at.settle();
  REQUIRE(at.dropped("NotEnoughSignaturesToFormQuorum"));
  at.certificate(at.proof(1, 1, {0, 2, 5}));
  at.settle();
  REQUIRE(at.dropped("ProofContainsSignaturesFromNonMembers"));
  auto forged = at.proof(1, 1, {0, 2, 3});
  forged.seals[1][0] ^= 1;
  at.certificate(forged);
  at.settle();
  REQUIRE(at.dropped("ProofContainsInvalidSignatures"));
  at.certificate(at.proof(brb::window_size + 1, 1, {0, 2, 3}));
  at.settle();
  REQUIRE(at.dropped("MsgDotNotNextDotToBeDelivered"));
  auto bare = at.proof(1, 1, {0, 2, 3});
  bare.payload.clear();
  at.certificate(bare);
  at.settle();
  REQUIRE(at.dropped("PayloadMissing"));
  for (std::size_t i = 0; i <= brb::parked_max; ++i) {
    auto future = at.proof(i + 1, i + 1, {0, 2, 3});
    future.gen = generation{9};
    at.certificate(future);
  }
  at.settle();
  REQUIRE(at.dropped("InvalidGeneration"));
  REQUIRE(at.delivered.empty());
  REQUIRE(at.records.empty());
}

TEST_CASE("window: checking a certificate stops at the quorum", "[unit][brb]") {
  window_receiver at;
  auto proof = at.proof(1, 1, {0, 1, 2, 3});
  proof.seals[3][0] ^= 1; // beyond the quorum
  at.certificate(proof);
  const auto checks = at.take<verify>();
  REQUIRE(checks.size() == 3);
  for (const auto& one : checks)
    at.window->handle(verified{one.id, window_receiver::genuine(one)}, now);
  at.settle();
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
}

TEST_CASE("window: certificates out of order are buffered and delivered in order", "[unit][brb]") {
  window_receiver at;
  for (std::uint64_t sequence = brb::window_size; sequence > 1; --sequence)
    at.certificate(at.proof(sequence, sequence, {0, 2, 3}));
  at.settle();
  REQUIRE(at.delivered.empty());
  REQUIRE(at.window->snapshot().buffered.size() == brb::window_size - 1);
  at.certificate(at.proof(1, 1, {0, 2, 3}), 3); // whoever relays it
  at.settle();
  REQUIRE(at.delivered.size() == brb::window_size);
  REQUIRE(std::is_sorted(at.delivered.begin(), at.delivered.end()));
  at.window->expire(at.woken.back(), now);
  const auto sent = at.settle();
  REQUIRE(sent.size() == 1);
  const auto acknowledged = std::get<brb::delivered_message>(sent.back().what);
  REQUIRE(acknowledged.delivered.at(actor_number(0)) == brb::window_size);
}

TEST_CASE("window: a page longer than the window is delivered whole", "[unit][brb]") {
  window_receiver at;
  std::vector<brb::certificate_ptr> page;
  for (std::uint64_t sequence = 1; sequence <= 30; ++sequence)
    page.push_back(std::make_shared<brb::certificate>(at.proof(sequence, sequence, {0, 2, 3})));
  at.window->handle(brb::backlog_received{actor_number(2), page}, now);
  at.settle();
  REQUIRE(at.delivered.size() == 30);
  REQUIRE(at.window->snapshot().backlog == 0);
}
