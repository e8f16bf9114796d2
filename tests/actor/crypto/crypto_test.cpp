// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crypto/crypto_interface.hpp"

#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace troupe;
using namespace troupe::test;

namespace {

struct outcomes {
  std::map<ticket, bool> checks;
  std::map<ticket, bytes> signatures;
};

struct no_state {};

ticket_taker::behavior_type taker_actor(self_ptr<ticket_taker, no_state>, node_context, outcomes* out) {
  return {[](const persisted&) {},
          [out](const verified& done) { REQUIRE(out->checks.emplace(done.id, done.valid).second); },
          [out](const signed_off& done) { out->signatures.emplace(done.id, done.signed_by); }};
}

key_pair key_of(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed;
  seed.fill(fill);
  return key_pair::from_seed(seed);
}

struct scene {
  explicit scene(crypto::options how = {})
    : desk(crypto::spawn_crypto(on.system(), on.context("crypto"), me, how)) {}
  ~scene() {
    on.stop(desk);
    on.stop(taker);
  }

  void check(std::uint64_t id, bytes message, bool forge = false) {
    const auto made = me.sign(message);
    bytes signed_by{made.begin(), made.end()};
    if (forge)
      signed_by[10] ^= 1;
    post(desk, verify_order{{ticket{id}, me.id(), std::move(message), std::move(signed_by)}, taker});
  }

  stage on;
  key_pair me = key_of(7);
  outcomes heard;
  ticket_taker taker = spawn(on.system(), on.context("taker"), taker_actor, &heard);
  crypto_handle desk;
};

} // namespace

TEST_CASE("crypto: good signatures are valid and forged ones are not", "[actor][crypto]") {
  scene at;
  for (std::uint8_t i = 0; i < 100; ++i)
    at.check(i, bytes{i, 1, 2}, i % 3 == 0);
  at.on.run();
  REQUIRE(at.heard.checks.size() == 100);
  for (const auto& [id, good] : at.heard.checks)
    REQUIRE(good == (id.value() % 3 != 0));
}

TEST_CASE("crypto: a signature seen before is answered again and a forgery of it is still refused",
          "[actor][crypto]") {
  scene at;
  at.check(1, bytes{9});
  at.on.run();
  at.check(2, bytes{9});
  at.check(3, bytes{9}, true);
  at.on.run();
  REQUIRE(at.heard.checks ==
          std::map<ticket, bool>{{ticket{1}, true}, {ticket{2}, true}, {ticket{3}, false}});
}

TEST_CASE("crypto: signs with the node's key", "[actor][crypto]") {
  scene at;
  for (std::uint8_t i = 0; i < 5; ++i)
    post(at.desk, sign_order{{ticket{i}, bytes{i}}, at.taker});
  at.on.run();
  REQUIRE(at.heard.signatures.size() == 5);
  for (const auto& [id, made] : at.heard.signatures)
    REQUIRE(verify_ed25519(at.me.id(), bytes{static_cast<std::uint8_t>(id.value())}, made));
}

TEST_CASE("crypto: at the cap of waiting bytes every check is still answered", "[actor][crypto]") {
  scene at{{.workers = 1, .batch_max = 2, .waiting_bytes_max = 64, .seen_max = 4}};
  for (std::uint8_t i = 0; i < 50; ++i)
    at.check(i, bytes(20, i), i == 49);
  at.on.run();
  REQUIRE(at.heard.checks.size() == 50);
  REQUIRE_FALSE(at.heard.checks.at(ticket{49}));
  REQUIRE(at.heard.checks.at(ticket{48}));
}

TEST_CASE("crypto: garbage in every part is invalid and crashes nothing", "[actor][crypto]") {
  scene at;
  post(at.desk, verify_order{{ticket{1}, {}, {}, {}}, at.taker});
  post(at.desk, verify_order{{ticket{2}, at.me.id(), {}, bytes(1000, 3)}, at.taker});
  post(at.desk, verify_order{{ticket{3}, at.me.id(), bytes(100000, 1), bytes(63, 3)}, at.taker});
  at.on.run();
  REQUIRE(at.heard.checks.size() == 3);
  for (const auto& [id, good] : at.heard.checks)
    REQUIRE_FALSE(good);
  REQUIRE(at.on.log().lines.empty());
}
