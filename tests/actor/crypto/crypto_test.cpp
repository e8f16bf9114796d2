// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crypto/crypto_interface.hpp"

#include "actors/runtime/shell/supervisor_interface.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace troupe;
using namespace troupe::test;

namespace {

struct ask {
  std::vector<verify> orders;
};

} // namespace

template <>
inline constexpr std::string_view troupe::signal_name<ask> = "test.ask";
template <>
inline constexpr std::string_view troupe::signal_name<sign> = "test.sign";

namespace {

struct outcomes {
  std::map<ticket, bool> checks;
  std::map<ticket, bytes> signatures;
};

struct no_state {};

// Asks the desk as a machine's shell does.
using asker = ticket_taker::extend<takes<ask>, takes<sign>>;

asker::behavior_type asker_actor(self_ptr<asker, no_state> self, node_context, crypto_desk desk,
                                 outcomes* out) {
  return {[](const persisted&) {},
          [out](const verified& done) { REQUIRE(out->checks.emplace(done.id, done.valid).second); },
          [out](const signed_off& done) { out->signatures.emplace(done.id, done.signed_by); },
          [self, desk](const ask& all) {
            for (const auto& one : all.orders)
              desk.check(self, one);
          },
          [self, desk](const sign& what) { desk.sign(self, what); }};
}

key_pair key_of(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed;
  seed.fill(fill);
  return key_pair::from_seed(seed);
}

struct scene {
  explicit scene(crypto::options how = {})
    : desk(crypto::open_desk(on.system(), on.context("node"), how)),
      crew(spawn_supervisor(on.system(), on.context("node"), {}, crypto::workers(desk, me, how))),
      user(spawn(on.system(), on.context("user"), asker_actor, desk, &heard)) {
    on.run();
  }
  ~scene() { on.stop(crew, user); }

  verify order(std::uint64_t id, bytes message, bool forge = false) {
    const auto made = me.sign(message);
    bytes signed_by{made.begin(), made.end()};
    if (forge)
      signed_by[10] ^= 1;
    return {ticket{id}, me.id(), std::move(message), std::move(signed_by)};
  }
  void check(std::vector<verify> orders) {
    post(user, ask{std::move(orders)});
    on.run();
  }
  std::size_t waiting() const {
    std::size_t all = 0;
    for (const auto& each : desk.workers())
      all += each.load->waiting();
    return all;
  }

  stage on;
  key_pair me = key_of(7);
  outcomes heard;
  crypto_desk desk;
  supervisor_handle crew;
  asker user;
};

} // namespace

TEST_CASE("crypto: good signatures are valid and forged ones are not", "[actor][crypto]") {
  scene at;
  std::vector<verify> orders;
  for (std::uint8_t i = 0; i < 100; ++i)
    orders.push_back(at.order(i, bytes{i, 1, 2}, i % 3 == 0));
  at.check(orders);
  REQUIRE(at.heard.checks.size() == 100);
  for (const auto& [id, good] : at.heard.checks)
    REQUIRE(good == (id.value() % 3 != 0));
  REQUIRE(at.waiting() == 0);
}

TEST_CASE("crypto: a signature seen before is answered again and a forgery of it is still refused",
          "[actor][crypto]") {
  scene at;
  at.check({at.order(1, bytes{9})});
  at.check({at.order(2, bytes{9}), at.order(3, bytes{9}, true)});
  REQUIRE(at.heard.checks ==
          std::map<ticket, bool>{{ticket{1}, true}, {ticket{2}, true}, {ticket{3}, false}});
}

TEST_CASE("crypto: a signature is checked once however often it comes", "[actor][crypto]") {
  static int checked = 0;
  checked = 0;
  crypto::options how;
  how.workers = 3;
  how.signatures.verify = [](const peer_id&, byte_view, byte_view) { return ++checked > 0; };
  scene at{how};
  std::vector<verify> orders;
  for (std::uint64_t i = 0; i < 90; ++i)
    orders.push_back(at.order(i, bytes{static_cast<std::uint8_t>(i % 30)}));
  at.check(orders);
  REQUIRE(at.heard.checks.size() == 90);
  REQUIRE(checked == 30);
}

TEST_CASE("crypto: signs with the node's key", "[actor][crypto]") {
  scene at;
  for (std::uint8_t i = 0; i < 5; ++i)
    post(at.user, sign{ticket{i}, bytes{i}});
  at.on.run();
  REQUIRE(at.heard.signatures.size() == 5);
  for (const auto& [id, made] : at.heard.signatures)
    REQUIRE(verify_ed25519(at.me.id(), bytes{static_cast<std::uint8_t>(id.value())}, made));
}

TEST_CASE("crypto: at the cap of waiting bytes the asker checks by itself", "[actor][crypto]") {
  scene at{{.workers = 1, .waiting_bytes_max = 64, .seen_max = 4}};
  std::vector<verify> orders;
  for (std::uint8_t i = 0; i < 50; ++i)
    orders.push_back(at.order(i, bytes(20, i), i == 49));
  std::size_t most = 0;
  post(at.user, ask{orders});
  while (!at.on.idle()) {
    at.on.run_one();
    most = std::max(most, at.waiting());
  }
  REQUIRE(most == 60); // three of them: a fourth would be too much
  REQUIRE(at.heard.checks.size() == 50);
  REQUIRE_FALSE(at.heard.checks.at(ticket{49}));
  REQUIRE(at.heard.checks.at(ticket{48}));
}

TEST_CASE("crypto: what waited for a worker that ended does not count against the next", "[actor][crypto]") {
  check_load load{100};
  REQUIRE(load.take(100));
  REQUIRE_FALSE(load.take(1));
  load.reset();
  REQUIRE(load.take(60));
  load.give_back(100); // an order of the former life among them
  REQUIRE(load.waiting() == 0);
}

TEST_CASE("crypto: garbage in every part is invalid and crashes nothing", "[actor][crypto]") {
  scene at;
  at.check({verify{ticket{1}, {}, {}, {}}, verify{ticket{2}, at.me.id(), {}, bytes(1000, 3)},
            verify{ticket{3}, at.me.id(), bytes(100000, 1), bytes(63, 3)}});
  REQUIRE(at.heard.checks.size() == 3);
  for (const auto& [id, good] : at.heard.checks)
    REQUIRE_FALSE(good);
  REQUIRE(at.on.log().lines.empty());
}

TEST_CASE("crypto: signatures made and checked are counted and those known to be valid are not",
          "[actor][crypto]") {
  const auto counted = std::make_shared<signature_counters>();
  scene at{{.workers = 2, .seen_max = 100, .counted = counted}};
  at.check({at.order(1, bytes{9}), at.order(2, bytes{9}), at.order(3, bytes{9}, true)});
  REQUIRE(counted->checked == 2); // the second is the first again; the forged one is another signature
  REQUIRE(counted->made == 0);    // the test signs by itself
  post(at.user, sign{ticket{4}, bytes{1}});
  at.on.run();
  REQUIRE(counted->made == 1);
  REQUIRE(counted->checked == 2);
}

TEST_CASE("crypto: what an asker checks by itself is counted too", "[actor][crypto]") {
  const auto counted = std::make_shared<signature_counters>();
  scene at{{.workers = 1, .waiting_bytes_max = 10, .seen_max = 0, .counted = counted}};
  std::vector<verify> orders;
  for (std::uint8_t i = 0; i < 5; ++i)
    orders.push_back(at.order(i, bytes(20, i)));
  at.check(orders);
  REQUIRE(counted->checked == 5);
}
