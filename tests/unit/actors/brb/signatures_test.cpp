// SPDX-License-Identifier: BSD-3-Clause
// How many signatures one broadcast costs, and which of them a certificate is believed for without a check:
// the source's signature on the header is its echo. Source: spec: brb 8.2.
#include "actors/brb/quorum.hpp"
#include "actors/brb/source_window.hpp"
#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;

namespace {

constexpr time_point now{};

/// Member 1's window for what member 0 of four broadcasts, and slot 1 of it.
struct one_slot {
  one_slot() {
    auto made = std::make_shared<membership::view>();
    for (std::size_t i = 0; i < 4; ++i)
      made->members[generation{0}].insert(actor_number(i));
    made->group = make_group_id(cluster_network, made->members[generation{0}]);
    header = {*made->group, actor_number(0), 1, generation{0}, sha256(payload), 1};
    window.emplace(source_window_options{actor_number(1), std::string{cluster_network}, actor_number(0),
                                         orswot::describe, true},
                   made);
  }

  signature header_seal() const { return stub_sign(actor_number(0), header_digest(cluster_network, header)); }
  signature echo(std::size_t by) const {
    return stub_sign(actor_number(by), echo_digest(cluster_network, generation{0}, header));
  }
  void request() { request(header_seal()); }
  void request(const signature& seal) {
    window->handle(send_received{actor_number(0), std::make_shared<const send_message>(
                                                    send_message{generation{0}, header, seal, payload})},
                   now);
  }
  void certify(const signature& of_source) { certify(of_source, header_seal()); }
  void certify(const signature& of_source, const signature& of_header) {
    auto made = std::make_shared<certificate>(
      certificate{generation{0}, header, of_header, {0b1101}, {of_source, echo(2), echo(3)}, payload});
    window->handle(certificate_received{actor_number(0), made}, now);
  }
  /// Whether one that did not have the request would take what was delivered here.
  bool others_accept() const {
    std::set<peer_id> members;
    for (std::size_t i = 0; i < 4; ++i)
      members.insert(actor_number(i));
    const auto checks = seals_to_verify(cluster_network, *delivered_as, members).value();
    return std::all_of(checks.begin(), checks.end(),
                       [](const auto& one) { return stub_sign(one.signer, one.message) == one.seal; });
  }
  /// The signers whose signatures it wants checked; each check holds unless it is `refused`.
  std::vector<peer_id> checks(std::optional<peer_id> refused = std::nullopt) {
    std::vector<peer_id> result;
    while (auto effect = window->poll()) {
      if (const auto* check = std::get_if<verify>(&*effect)) {
        result.push_back(check->signer);
        window->handle(verified{check->id, check->signer != refused}, now);
      } else if (const auto* ask = std::get_if<source_window::validate>(&*effect)) {
        window->handle(validated{ask->id, std::nullopt}, now);
      } else if (const auto* stored = std::get_if<persist>(&*effect)) {
        window->handle(persisted{stored->id, true}, now);
      } else if (const auto* done = std::get_if<source_window::deliver>(&*effect)) {
        delivered_as = done->what;
      }
    }
    return result;
  }
  bool delivered() const { return delivered_as != nullptr; }

  bytes payload = orswot::encode({orswot::action::add, actor_number(0), 1, {1}, {}});
  operation_header header;
  std::optional<source_window> window;
  certificate_ptr delivered_as;
};

} // namespace

TEST_CASE("signatures: a broadcast takes one of each member and checks a quorum once", "[unit][brb]") {
  for (const std::size_t n : {4u, 7u, 16u}) {
    agreement_cluster cluster(n, n);
    cluster[0].execute("add", 1);
    cluster.run();
    REQUIRE(cluster.all_read("{1}"));
    std::size_t made = 0;
    std::size_t checked = 0;
    for (const auto& node : cluster.nodes) {
      made += node->signatures_made;
      checked += node->signatures_checked;
    }
    const auto q = quorum(n);
    INFO(n << " members");
    CHECK(made == n);
    CHECK(checked == (q - 1) + (q - 1) * (q - 1) + (n - q) * q);
  }
}

TEST_CASE("signatures: the header's, once checked, is not checked again as the source's echo",
          "[unit][brb]") {
  one_slot at;
  at.request();
  REQUIRE(at.checks() == std::vector{actor_number(0)});
  at.certify(at.header_seal());
  REQUIRE(at.checks() == std::vector{actor_number(2), actor_number(3)});
  REQUIRE(at.delivered());
}

TEST_CASE("signatures: an echo of the source that is not the header's signature is checked", "[unit][brb]") {
  one_slot at;
  at.request();
  (void)at.checks();
  at.certify(signature{});
  REQUIRE(at.checks(actor_number(0)) == std::vector{actor_number(0), actor_number(2), actor_number(3)});
  REQUIRE_FALSE(at.delivered());
}

TEST_CASE("signatures: an echo of the source of its own, as earlier builds made it, is checked and accepted",
          "[unit][brb]") {
  one_slot at;
  at.request();
  (void)at.checks();
  at.certify(at.echo(0));
  REQUIRE(at.checks() == std::vector{actor_number(0), actor_number(2), actor_number(3)});
  REQUIRE(at.delivered());
}

TEST_CASE("signatures: who did not have the request takes the header's signature for the source's echo",
          "[unit][brb]") {
  one_slot at;
  at.certify(at.header_seal());
  REQUIRE(at.checks() == std::vector{actor_number(0), actor_number(2), actor_number(3)});
  REQUIRE(at.delivered());
}

TEST_CASE("signatures: the header's is no echo in another generation", "[unit][brb]") {
  one_slot at;
  certificate later{generation{1}, at.header, at.header_seal(), {0b1101}, {}, at.payload};
  later.seals = {at.header_seal(), at.echo(2), at.echo(3)};
  std::set<peer_id> members;
  for (std::size_t i = 0; i < 4; ++i)
    members.insert(actor_number(i));
  const auto echo = echo_digest(cluster_network, generation{1}, at.header);
  const auto of_later = seals_to_verify(cluster_network, later, members).value();
  for (const auto& one : of_later)
    REQUIRE(one.message == echo);
  later.gen = generation{0};
  REQUIRE(seals_to_verify(cluster_network, later, members)->front().message ==
          header_digest(cluster_network, at.header));
}

TEST_CASE("signatures: while the header's is being checked the source's echo is checked, too",
          "[unit][brb]") {
  one_slot at;
  at.request(); // its check is not answered before the certificate comes
  at.certify(at.header_seal());
  REQUIRE(at.checks(actor_number(0)).size() == 4);
  REQUIRE_FALSE(at.delivered());
}

TEST_CASE("signatures: a certificate is handed on with the header signature that its echo is told by",
          "[unit][brb]") {
  one_slot at;
  at.request(signature{9}); // of a source that signs its header twice, validly
  (void)at.checks();
  at.certify(at.header_seal());
  (void)at.checks();
  REQUIRE(at.delivered());
  REQUIRE(at.delivered_as->header_seal == at.header_seal());
}

TEST_CASE("signatures: our own slot is echoed with what this life signed, not with what the log holds",
          "[unit][brb]") {
  agreement_cluster cluster(4, 4);
  cluster.lose = [](const peer_id&, const peer_id&, const cluster_message&) { return true; };
  cluster[0].execute("add", 1);
  cluster.run();
  bool found = false;
  for (auto& record : cluster[0].records)
    if (const auto kept = decode_promise(record, cluster_network);
        kept && std::holds_alternative<lock_promise>(*kept)) {
      auto lock = std::get<lock_promise>(*kept);
      lock.what.seal = {};
      record = encode(promise{lock});
      found = true;
    }
  REQUIRE(found);
  cluster.restart(0);
  cluster.lose = nullptr;
  cluster[0].retry();
  cluster.run();
  REQUIRE(cluster.all_read("{1}"));
}

TEST_CASE("signatures: whatever a liar calls the header's signature, who delivers can hand the proof on",
          "[unit][brb]") {
  one_slot at;
  SECTION("the request came and was checked") {
    at.request();
    (void)at.checks();
    SECTION("another member's echo") {
      at.certify(at.header_seal(), at.echo(2));
    }
    SECTION("nothing") {
      at.certify(at.header_seal(), signature{});
    }
    SECTION("the source's own echo, where its echo is another") {
      at.certify(at.header_seal(), at.echo(0));
    }
    SECTION("right, with an echo of the source of its own") {
      at.certify(at.echo(0));
    }
  }
  SECTION("the request came with the source's echo for a header signature, and is still being checked") {
    at.request(at.echo(0));
    at.certify(at.echo(0));
  }
  SECTION("the request did not come") {
    at.certify(at.echo(0));
  }
  (void)at.checks();
  REQUIRE(at.delivered());
  REQUIRE(at.others_accept());
}
