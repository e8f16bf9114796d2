// SPDX-License-Identifier: BSD-3-Clause
// The flow of brb 1.0.10 (spec: brb 2.3, 5) and each of its defects (spec: brb 6) on a table without faults
// but those that a test makes.
#include "tests/unit/tools/lab/algorithm/machine_net.hpp"
#include "tools/lab/algorithm/original_packet.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using lines = std::vector<std::string>;

namespace {

machine_net originals(std::size_t count, std::size_t members) {
  return {count, members,
          [](std::size_t, broadcast_options options) { return make_original(std::move(options)); }};
}
machine_net originals(std::size_t count) {
  return originals(count, count);
}

bytes sealed(const peer_id& source, const peer_id& dest, const original::payload& content) {
  const auto signed_part = original::encode(content);
  return original::encode(source, dest, stub_seal(source, signed_part), signed_part);
}

bytes vouch(const peer_id& signer, const peer_id& dest, const original::message& what) {
  return sealed(signer, dest, original::signed_validated{what, stub_seal(signer, original::encode(what))});
}

original::message message_of(const machine_net& net, std::size_t source, std::uint64_t counter,
                             std::string_view op, std::uint64_t generation = 0) {
  return {generation, net.nodes[source].id, counter, to_bytes(as_bytes(op))};
}

} // namespace

TEST_CASE("brb 1.0.10: an operation costs 4n-2 packets and is delivered by all", "[unit][lab][original]") {
  for (const std::size_t n : {2U, 4U, 7U, 16U}) {
    auto net = originals(n);
    REQUIRE(net.execute(0, "a") == 1);
    REQUIRE(net.run());
    CHECK(net.packets() == 4 * n - 2);
    CHECK(net.sent["RequestValidation"] == n - 1);
    CHECK(net.sent["SignedValidated"] == n - 1);
    CHECK(net.sent["ProofOfAgreement"] == n);
    CHECK(net.sent["Delivered"] == n);
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(net.history(i) == lines{"0.1 a"});
      CHECK(net.nodes[i].echoes.size() == 1);
      CHECK(net.state(i).kept == 1);
      CHECK(net.state(i).foreign == 0);
    }
  }
}

TEST_CASE("brb 1.0.10: the proof leaves with the signature that makes the quorum", "[unit][lab][original]") {
  auto net = originals(6);
  REQUIRE(net.execute(0, "a"));
  const auto requests = std::exchange(net.wire, {});
  for (std::size_t i = 1; i < 6; ++i) {
    net.give(0, i, requests[i - 1].data);
    const auto signature = std::exchange(net.wire, {});
    net.give(i, 0, signature[0].data);
    // Five of six, its own included.
    CHECK(std::exchange(net.wire, {}).size() == (i == 4 ? 6 : 0));
  }
}

TEST_CASE("brb 1.0.10: one alone agrees with itself at once", "[unit][lab][original]") {
  auto net = originals(1);
  REQUIRE(net.execute(0, "a") == 1);
  CHECK(net.wire.empty());
  CHECK(net.history(0) == lines{"0.1 a"});
  CHECK(net.state(0).unconfirmed == 0);
  CHECK(net.execute(0, "b") == 2);
}

TEST_CASE("brb 1.0.10: sources do not wait for each other", "[unit][lab][original]") {
  auto net = originals(3);
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < 3; ++i)
      REQUIRE(net.execute(i, "x"));
    REQUIRE(net.run());
  }
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(net.nodes[i].delivered.size() == 15);
    CHECK(net.nodes[i].refused.empty());
    CHECK(net.state(i).pending == 0);
    CHECK(net.state(i).unconfirmed == 0);
  }
}

TEST_CASE("brb 1.0.10: a second operation before the first is delivered fails", "[unit][lab][original]") {
  auto net = originals(3);
  REQUIRE(net.execute(0, "a"));
  const auto second = net.execute(0, "b");
  REQUIRE_FALSE(second);
  CHECK(second.error() == "SourceAlreadyHasPendingMsg");
  CHECK(net.wire.size() == 2);
  REQUIRE(net.run());
  CHECK(net.execute(0, "b") == 2);
}

TEST_CASE("brb 1.0.10: an operation is at most 64 KiB", "[unit][lab][original]") {
  auto net = originals(2);
  CHECK_FALSE(net.execute(0, std::string(operation_size_max + 1, 'x')));
  REQUIRE(net.execute(0, std::string(operation_size_max, 'x')));
  REQUIRE(net.run());
  CHECK(net.nodes[1].delivered.size() == 1);
}

TEST_CASE("brb 1.0.10: test_resend_msgs of the original", "[unit][lab][original]") {
  auto net = originals(3);
  const auto resent = [&net](const std::string& name) {
    net.resend(0);
    const auto count = std::ranges::count_if(net.wire, [&](const auto& each) { return each.name == name; });
    net.wire.clear();
    return count;
  };
  REQUIRE(net.execute(0, "32"));
  auto requests = std::exchange(net.wire, {});
  REQUIRE(requests.size() == 2);
  CHECK(resent("RequestValidation") == 2);

  net.give(0, 1, requests[0].data);
  auto signature = std::exchange(net.wire, {});
  net.give(1, 0, signature[0].data);
  CHECK(net.wire.empty());
  CHECK(resent("RequestValidation") == 1);

  net.give(0, 2, requests[1].data);
  signature = std::exchange(net.wire, {});
  net.give(2, 0, signature[0].data);
  auto proofs = std::exchange(net.wire, {});
  REQUIRE(proofs.size() == 3);
  CHECK(resent("RequestValidation") == 0);
  CHECK(resent("ProofOfAgreement") == 3);

  for (std::size_t i = 0; i < 3; ++i) {
    net.give(0, i, proofs[i].data);
    auto confirmation = std::exchange(net.wire, {});
    REQUIRE(confirmation.size() == 1);
    CHECK(confirmation[0].name == "Delivered");
    net.give(i, 0, confirmation[0].data);
    CHECK(resent("ProofOfAgreement") == static_cast<long>(2 - i));
  }
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(net.history(i) == lines{"0.1 32"});
}

TEST_CASE("brb 1.0.10: anti-entropy brings a stranger up to date", "[unit][lab][original]") {
  auto net = originals(4, 3);
  for (const auto* operation : {"a", "b"}) {
    REQUIRE(net.execute(0, operation));
    REQUIRE(net.run());
  }
  CHECK(net.history(3).empty());
  net.catch_up(3, 1);
  REQUIRE(net.run());
  CHECK(net.history(3) == lines{"0.1 a", "0.2 b"});
  // The author is told again of what it no longer waits for (spec: brb 2.5).
  CHECK(net.nodes[0].refused == lines(2, "DeliveredForPacketWeAreNotWaitingOn"));
}

TEST_CASE("brb 1.0.10: a proof formed before members left is applied after", "[unit][lab][original]") {
  auto net = originals(3);
  REQUIRE(net.execute(0, "a"));
  for (int i = 0; i < 4; ++i)
    net.step();
  REQUIRE(net.wire.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    net.install(i, net.group(1, 1));
  REQUIRE(net.run());
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(net.history(i) == lines{"0.1 a"});
}

TEST_CASE("brb 1.0.10: B1 a lost reply wedges the source", "[unit][lab][original]") {
  auto net = originals(4);
  // n - q replies may be lost, here one; two are.
  net.lose = [lost = 0](const machine_net::packet& each) mutable {
    return each.name == "SignedValidated" && lost++ < 2;
  };
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  for (int round = 0; round < 10; ++round) {
    net.resend(0);
    REQUIRE(net.run());
  }
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.history(i).empty());
  CHECK(net.nodes[1].refused == lines(10, "MsgDotNotTheNextDot"));
  CHECK(net.state(0).pending == 1);
  CHECK(net.execute(0, "b").error() == "SourceAlreadyHasPendingMsg");
}

TEST_CASE("brb 1.0.10: a lost request is only late", "[unit][lab][original]") {
  auto net = originals(4);
  net.lose = [lost = 0](const machine_net::packet& each) mutable {
    return each.name == "RequestValidation" && lost++ < 3;
  };
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  CHECK(net.history(0).empty());
  net.resend(0);
  REQUIRE(net.run());
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.history(i) == lines{"0.1 a"});
}

TEST_CASE("brb 1.0.10: B2 a late signature is kept for ever", "[unit][lab][original]") {
  auto net = originals(4);
  bytes late;
  net.lose = [&late](const machine_net::packet& each) {
    if (each.name == "SignedValidated" && each.from == 3)
      late = each.data;
    return each.name == "SignedValidated" && each.from == 3;
  };
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  REQUIRE(net.state(0).pending == 0);
  net.give(3, 0, late);
  CHECK(net.state(0).pending == 1);
  for (int round = 0; round < 5; ++round) {
    net.resend(0);
    CHECK(net.wire.size() == 3);
    REQUIRE(net.run());
    CHECK(net.state(0).pending == 1);
  }
  // Everything else goes on, so the leak grows unseen.
  net.lose = [](const auto&) { return false; };
  REQUIRE(net.execute(0, "b"));
  REQUIRE(net.run());
  CHECK(net.history(2) == lines{"0.1 a", "0.2 b"});
}

TEST_CASE("brb 1.0.10: B3 a change of generation strands a half signed operation", "[unit][lab][original]") {
  auto net = originals(4);
  REQUIRE(net.execute(0, "a"));
  for (std::size_t i = 0; i < 4; ++i)
    net.install(i, net.group(1, 4));
  REQUIRE(net.run());
  CHECK(net.nodes[1].refused == lines{"MessageFromDifferentGeneration"});
  for (int round = 0; round < 5; ++round) {
    net.resend(0);
    REQUIRE(net.run());
  }
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.history(i).empty());
  CHECK(net.execute(0, "b").error() == "SourceAlreadyHasPendingMsg");
}

TEST_CASE("brb 1.0.10: B4 an outsider's signature spoils the proof", "[unit][lab][original]") {
  auto net = originals(5, 4);
  REQUIRE(net.execute(0, "a"));
  net.give(4, 0, vouch(net.nodes[4].id, net.nodes[0].id, message_of(net, 0, 1, "a")));
  REQUIRE(net.run());
  for (int round = 0; round < 3; ++round) {
    net.resend(0);
    REQUIRE(net.run());
  }
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(net.history(i).empty());
    CHECK(net.nodes[i].refused.back() == "ProofContainsSignaturesFromNonMembers");
  }
  CHECK(net.state(0).unconfirmed == 1);
  CHECK(net.execute(0, "b").error() == "SourceAlreadyHasPendingMsg");
}

TEST_CASE("brb 1.0.10: B4 an outsider mints operations and confirmations", "[unit][lab][original]") {
  auto net = originals(5, 4);
  const auto& outsider = net.nodes[4].id;
  for (std::uint64_t i = 1; i <= 1000; ++i)
    net.give(4, 0, vouch(outsider, net.nodes[0].id, message_of(net, 0, i, "never issued")));
  net.give(4, 0, vouch(outsider, net.nodes[0].id, message_of(net, 0, 1, "never issued", 9)));
  CHECK(net.nodes[0].refused == lines{"InvalidGeneration"});
  CHECK(net.state(0).pending == 1001);
  net.resend(0);
  CHECK(net.wire.size() == 4000);
  net.wire.clear();

  net.lose = [](const auto& each) { return each.name == "ProofOfAgreement" && each.to != 1; };
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  REQUIRE(net.state(0).unconfirmed == 1);
  const auto confirm = original::delivered{message_of(net, 0, 1, "a")};
  for (const auto stranger : {std::uint8_t{77}, std::uint8_t{78}})
    net.give(4, 0, sealed(machine_id(stranger), net.nodes[0].id, confirm));
  CHECK(net.state(0).unconfirmed == 0);
}

TEST_CASE("brb 1.0.10: B5 a source that stops leaves others behind", "[unit][lab][original]") {
  auto net = originals(4);
  net.lose = [](const auto& each) { return each.name == "ProofOfAgreement" && each.to != 1; };
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  net.lose = [](const auto&) { return false; };
  for (std::size_t i = 1; i < 4; ++i)
    net.resend(i);
  REQUIRE(net.run());
  CHECK(net.history(1) == lines{"0.1 a"});
  CHECK(net.history(2).empty());
  CHECK(net.history(3).empty());
  CHECK(net.state(2).foreign == 1);
}

TEST_CASE("brb 1.0.10: B5 the slowest are forgotten once a quorum has confirmed", "[unit][lab][original]") {
  auto net = originals(4);
  net.lose = [](const auto& each) { return each.name == "ProofOfAgreement" && each.to == 3; };
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  net.lose = [](const auto&) { return false; };
  net.wire.clear();
  REQUIRE(net.state(0).unconfirmed == 0);
  net.resend(0);
  const auto to_last = std::ranges::count_if(
    net.wire, [](const auto& each) { return each.name == "ProofOfAgreement" && each.to == 3; });
  CHECK(to_last == 0);
  REQUIRE(net.run());
  CHECK(net.history(3).empty());
}

TEST_CASE("brb 1.0.10: B6 a slot used twice blocks its source", "[unit][lab][original]") {
  auto net = originals(4);
  REQUIRE(net.execute(0, "a"));
  // The source forgets that it issued the slot: a restart without its memory.
  net.step();
  net.step();
  net.wire.clear();
  net.nodes[0].machine = make_original({net.nodes[0].id, stub_signing(net.nodes[0].id), net.group(0, 4)});
  REQUIRE(net.execute(0, "b") == 1);
  for (int round = 0; round < 5; ++round) {
    REQUIRE(net.run());
    net.resend(0);
  }
  CHECK(net.nodes[1].refused == lines(5, "MsgDotNotTheNextDot"));
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.history(i).empty());
}

TEST_CASE("brb 1.0.10: B7 a packet is good for any destination", "[unit][lab][original]") {
  auto net = originals(3);
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.wire[0].to == 1);
  net.give(1, 2, net.wire[0].data);
  CHECK(net.nodes[2].refused.empty());
  CHECK(net.nodes[2].echoes.size() == 1);
}

TEST_CASE("brb 1.0.10: B8 every operation is kept with its proof", "[unit][lab][original]") {
  auto net = originals(3);
  for (std::size_t i = 1; i <= 100; ++i) {
    REQUIRE(net.execute(0, "a") == i);
    REQUIRE(net.run());
    CHECK(net.state(2).kept == i);
  }
}

TEST_CASE("brb 1.0.10: B9 one question is answered with a packet for each operation there ever was",
          "[unit][lab][original]") {
  auto net = originals(4, 3);
  for (std::size_t i = 1; i <= 30; ++i) {
    REQUIRE(net.execute(0, "a") == i);
    REQUIRE(net.run());
  }
  for (int question = 0; question < 2; ++question) {
    net.catch_up(3, 1); // no member asks
    REQUIRE(net.wire.size() == 1);
    const auto asked = net.wire.front();
    net.step();
    CHECK(net.wire.size() == 30);
    std::size_t bytes = 0;
    for (const auto& answer : net.wire)
      bytes += answer.data.size();
    CHECK(bytes > 30 * asked.data.size());
    net.wire.clear();
  }
}

TEST_CASE("brb 1.0.10: B13 its router makes 8n-8 connections for an operation", "[unit][lab][original]") {
  for (const std::size_t n : {1U, 4U, 7U, 16U}) {
    auto net = originals(n);
    REQUIRE(net.execute(0, "a") == 1);
    REQUIRE(net.run());
    std::uint64_t made = 0;
    for (std::size_t i = 0; i < n; ++i)
      made += net.state(i).handshakes;
    CHECK(made == 8 * n - 8); // four packets for each other member, each acknowledged
  }
}
