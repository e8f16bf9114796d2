// SPDX-License-Identifier: BSD-3-Clause
// Requests, locks, certificates and their errors at one receiver, with tickets answered as the test likes.
#include "actors/brb/source_window.hpp"

#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr time_point now{};

/// Member 1 of four receives from member 0.
struct receiver {
  explicit receiver(std::size_t members = 4, bool readable = true) {
    auto made = std::make_shared<membership::view>();
    for (std::size_t i = 0; i < members; ++i)
      made->members[generation{0}].insert(actor_number(i));
    made->group = make_group_id(cluster_network, made->members[generation{0}]);
    view = made;
    window.emplace(options(readable), view);
  }
  static brb::source_window_options options(bool readable = true) {
    return {actor_number(1), std::string{cluster_network}, actor_number(0), orswot::describe, readable};
  }

  brb::operation_header header(std::uint64_t sequence, std::uint64_t value) const {
    return {*view->group, actor_number(0), sequence, generation{0}, sha256(payload(value)), 1};
  }
  static bytes payload(std::uint64_t value) {
    return orswot::encode({orswot::action::add, actor_number(0), value, {value}, {}});
  }
  brb::send_received request(std::uint64_t sequence, std::uint64_t value,
                             generation gen = generation{0}) const {
    const auto what = header(sequence, value);
    const auto seal = stub_sign(actor_number(0), brb::header_digest(cluster_network, what));
    return {actor_number(0),
            std::make_shared<brb::send_message>(brb::send_message{gen, what, seal, payload(value)})};
  }
  brb::certificate proof(std::uint64_t sequence, std::uint64_t value,
                         std::vector<std::size_t> signers) const {
    const auto what = header(sequence, value);
    brb::certificate made{generation{0}, what, {}, {0}, {}, payload(value)};
    for (const auto signer : signers) {
      made.signers[0] = static_cast<std::uint8_t>(made.signers[0] | (1u << signer));
      made.seals.push_back(
        stub_sign(actor_number(signer), brb::echo_digest(cluster_network, generation{0}, what)));
    }
    return made;
  }
  void certificate(const brb::certificate& what, std::size_t from = 0) {
    window->handle(brb::certificate_received{actor_number(from), std::make_shared<brb::certificate>(what)},
                   now);
  }

  template <class Effect>
  std::vector<Effect> take() {
    std::vector<Effect> found;
    while (auto effect = window->poll()) {
      if (auto* wanted = std::get_if<Effect>(&*effect))
        found.push_back(std::move(*wanted));
      if (const auto* line = std::get_if<note>(&*effect))
        notes.push_back(line->text);
    }
    return found;
  }
  /// Answers every ticket until nothing is left; the packets that left.
  std::vector<brb::send_packet> settle() {
    std::vector<brb::send_packet> sent;
    while (auto effect = window->poll()) {
      if (auto* packet = std::get_if<brb::send_packet>(&*effect))
        sent.push_back(*packet);
      else if (const auto* stored = std::get_if<persist>(&*effect)) {
        records.push_back(stored->record);
        window->handle(persisted{stored->id, true}, now);
      } else if (const auto* check = std::get_if<verify>(&*effect))
        window->handle(verified{check->id, genuine(*check)}, now);
      else if (const auto* wish = std::get_if<sign>(&*effect))
        window->handle(signed_off{wish->id, to_bytes(stub_sign(actor_number(1), wish->message))}, now);
      else if (const auto* ask = std::get_if<brb::source_window::validate>(&*effect))
        window->handle(brb::validated{ask->id, refusal}, now);
      else if (const auto* line = std::get_if<note>(&*effect))
        notes.push_back(line->text);
      else if (const auto* done = std::get_if<brb::source_window::deliver>(&*effect))
        delivered.push_back(done->what->header.sequence);
      else if (const auto* timer = std::get_if<arm>(&*effect))
        woken.push_back(timer->timer);
    }
    return sent;
  }
  static bool genuine(const verify& check) {
    const auto seal = stub_sign(check.signer, check.message);
    return std::equal(seal.begin(), seal.end(), check.signed_by.begin(), check.signed_by.end());
  }
  bool dropped(std::string_view why) const {
    const auto line = "[CLI] dropping packet: " + std::string{why};
    return !notes.empty() && notes.back() == line;
  }

  brb::view_ptr view;
  std::optional<brb::source_window> window;
  std::optional<std::string> refusal;
  std::vector<bytes> records;
  std::vector<timer_id> woken;
  std::vector<std::string> notes;
  std::vector<std::uint64_t> delivered;
};

} // namespace

TEST_CASE("window: the echo leaves only after the lock is stored and the echo signed", "[unit][brb]") {
  receiver at;
  at.window->handle(at.request(1, 1), now);
  const auto checks = at.take<verify>();
  REQUIRE(checks.size() == 1);
  at.window->handle(verified{checks[0].id, true}, now);
  const auto asked = at.take<brb::source_window::validate>();
  REQUIRE(asked.size() == 1);
  at.window->handle(brb::validated{asked[0].id, std::nullopt}, now);
  const auto stored = at.take<persist>();
  REQUIRE(stored.size() == 1);
  REQUIRE(at.window->snapshot().locked.empty());
  at.window->handle(persisted{stored[0].id, true}, now);
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
  const auto wish = at.take<sign>();
  REQUIRE(wish.size() == 1);
  at.window->handle(signed_off{wish[0].id, bytes(64, 1)}, now);
  REQUIRE(at.take<brb::send_packet>().size() == 1);
  // late and twice
  at.window->handle(verified{checks[0].id, false}, now);
  at.window->handle(brb::validated{asked[0].id, "late"}, now);
  at.window->handle(persisted{stored[0].id, false}, now);
  at.window->handle(signed_off{wish[0].id, bytes(64, 2)}, now);
  at.window->handle(persisted{ticket{99}, true}, now);
  REQUIRE_FALSE(at.window->poll().has_value());
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
}

TEST_CASE("window: a lock that the log refuses gives no echo and frees the slot", "[unit][brb]") {
  receiver at;
  at.window->handle(at.request(1, 1), now);
  at.window->handle(verified{at.take<verify>()[0].id, true}, now);
  at.window->handle(brb::validated{at.take<brb::source_window::validate>()[0].id, std::nullopt}, now);
  at.window->handle(persisted{at.take<persist>()[0].id, false}, now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("StoreFailed"));
  at.window->handle(at.request(1, 1), now);
  REQUIRE(at.settle().size() == 1);
}

TEST_CASE("window: tickets of two slots answered in either order give both echoes", "[unit][brb]") {
  for (const bool second_first : {false, true}) {
    receiver at;
    at.window->handle(at.request(1, 1), now);
    at.window->handle(at.request(2, 2), now);
    auto checks = at.take<verify>();
    REQUIRE(checks.size() == 2);
    if (second_first)
      std::swap(checks[0], checks[1]);
    at.window->handle(verified{checks[0].id, true}, now);
    at.window->handle(verified{checks[1].id, true}, now);
    REQUIRE(at.settle().size() == 2);
    REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1, 2});
  }
}

TEST_CASE("window: an unanswered ticket leaves the slot as it is and later slots waiting", "[unit][brb]") {
  receiver at;
  at.window->handle(at.request(1, 1), now);
  at.take<verify>(); // never answered
  at.window->handle(at.request(2, 2), now);
  REQUIRE(at.settle().empty());
  at.certificate(at.proof(1, 1, {0, 2, 3}));
  at.settle();
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{2});
}

TEST_CASE("window: the same digest is answered with the same echo", "[unit][brb]") {
  receiver at;
  at.window->handle(at.request(1, 1), now);
  const auto first = at.settle();
  at.window->handle(at.request(1, 1), now);
  const auto second = at.settle();
  REQUIRE(second.size() == 1);
  REQUIRE(std::get<brb::echo_message>(first[0].what).seal ==
          std::get<brb::echo_message>(second[0].what).seal);
  REQUIRE(at.records.size() == 1);
}

TEST_CASE("window: another digest for a locked slot is refused and kept as evidence", "[unit][brb]") {
  receiver at;
  at.window->handle(at.request(1, 1), now);
  at.settle();
  at.window->handle(at.request(1, 2), now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("SourceAlreadyHasPendingMsg"));
  const auto proofs = at.window->snapshot().proofs;
  REQUIRE(proofs.size() == 1);
  REQUIRE(proofs[0].first == at.header(1, 1));
  REQUIRE(proofs[0].second == at.header(1, 2));
  auto forged = at.request(1, 3);
  auto copy = std::make_shared<brb::send_message>(*forged.what);
  copy->seal = {};
  at.window->handle(brb::send_received{actor_number(0), copy}, now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("Signature"));
  REQUIRE(at.window->snapshot().proofs.size() == 1);
}

TEST_CASE("window: another digest for a delivered slot is refused and kept as evidence", "[unit][brb]") {
  receiver at;
  at.certificate(at.proof(1, 1, {0, 2, 3}));
  at.settle();
  at.window->handle(at.request(1, 2), now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("SourceAlreadyHasPendingMsg"));
  REQUIRE(at.window->snapshot().proofs.size() == 1);
}

TEST_CASE("window: a header that its source did not sign gets neither lock nor echo", "[unit][brb]") {
  receiver at;
  auto forged = std::make_shared<brb::send_message>(*at.request(1, 1).what);
  forged->seal[3] ^= 1;
  at.window->handle(brb::send_received{actor_number(0), forged}, now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("Signature"));
  REQUIRE(at.records.empty());
  at.window->handle(at.request(1, 1), now); // the slot is free for the true one
  REQUIRE(at.settle().size() == 1);
}

TEST_CASE("window: a certificate with our name and not our signature is refused", "[unit][brb]") {
  receiver at;
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
  receiver at;
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
  receiver at;
  receiver other(3);
  at.certificate(other.proof(1, 1, {0, 1, 2}));
  at.settle();
  REQUIRE(at.dropped("ForeignGroup"));
  REQUIRE(at.delivered.empty());
}

TEST_CASE("window: requests are refused by name", "[unit][brb]") {
  receiver at;
  auto relayed = at.request(1, 1);
  relayed.from = actor_number(2);
  at.window->handle(relayed, now);
  at.settle();
  REQUIRE(at.dropped("PacketSourceIsNotDot"));
  at.window->handle(at.request(brb::window_size + 1, 1), now);
  at.settle();
  REQUIRE(at.dropped("MsgDotNotTheNextDot"));
  at.window->handle(at.request(1, 1, generation{3}), now);
  at.settle();
  REQUIRE(at.dropped("MessageFromDifferentGeneration"));
  at.refusal = "SourceDoesNotMatchOp";
  at.window->handle(at.request(1, 1), now);
  at.settle();
  REQUIRE(at.dropped("DataTypeFailedValidation(SourceDoesNotMatchOp)"));
  REQUIRE(at.records.empty());
  at.refusal.reset();
  at.window->handle(at.request(brb::window_size, 1), now); // the window's last slot is held, not refused
  at.settle();
  REQUIRE(at.dropped("DataTypeFailedValidation(SourceDoesNotMatchOp)"));

  receiver blind(4, false);
  blind.window->start(now);
  blind.window->handle(blind.request(1, 1), now);
  REQUIRE(blind.settle().empty());
  REQUIRE(blind.dropped("PromisesUnreadable"));

  receiver outside(1); // only the source is a member
  outside.window->handle(outside.request(1, 1), now);
  outside.settle();
  REQUIRE(outside.dropped("WeAreNotVotingMember"));
}

TEST_CASE("window: a source that is no member gets no echo", "[unit][brb]") {
  receiver at;
  auto later = std::make_shared<membership::view>(*at.view);
  later->gen = generation{2};
  later->members[generation{1}] = {actor_number(1), actor_number(2)};
  later->members[generation{2}] = {actor_number(0), actor_number(1)};
  at.window->handle(brb::view_update{later}, now);
  at.window->handle(at.request(1, 1, generation{1}), now);
  at.settle();
  REQUIRE(at.dropped("SourceIsNotVotingMember"));
}

TEST_CASE("window: certificates are refused by name", "[unit][brb]") {
  receiver at;
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
  receiver at;
  auto proof = at.proof(1, 1, {0, 1, 2, 3});
  proof.seals[3][0] ^= 1; // beyond the quorum
  at.certificate(proof);
  const auto checks = at.take<verify>();
  REQUIRE(checks.size() == 3);
  for (const auto& one : checks)
    at.window->handle(verified{one.id, receiver::genuine(one)}, now);
  at.settle();
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
}

TEST_CASE("window: certificates out of order are buffered and delivered in order", "[unit][brb]") {
  receiver at;
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
  receiver at;
  std::vector<brb::certificate_ptr> page;
  for (std::uint64_t sequence = 1; sequence <= 30; ++sequence)
    page.push_back(std::make_shared<brb::certificate>(at.proof(sequence, sequence, {0, 2, 3})));
  at.window->handle(brb::backlog_received{actor_number(2), page}, now);
  at.settle();
  REQUIRE(at.delivered.size() == 30);
  REQUIRE(at.window->snapshot().backlog == 0);
}

TEST_CASE("window: a window rebuilt from its records echoes the same and refuses another digest",
          "[unit][brb]") {
  receiver at;
  at.window->handle(at.request(1, 1), now);
  const auto before = at.settle();
  receiver again;
  for (const auto& record : at.records)
    again.window->restore(*decode_promise(record, cluster_network));
  again.window->handle(again.request(1, 2), now);
  REQUIRE(again.settle().empty());
  REQUIRE(again.dropped("SourceAlreadyHasPendingMsg"));
  again.window->handle(again.request(1, 1), now);
  const auto after = again.settle();
  REQUIRE(after.size() == 1);
  REQUIRE(std::get<brb::echo_message>(after[0].what).seal ==
          std::get<brb::echo_message>(before[0].what).seal);
}
