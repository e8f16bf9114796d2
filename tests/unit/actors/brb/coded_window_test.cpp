// SPDX-License-Identifier: BSD-3-Clause
// A receiver whose source sends fragments: what it hands on, when it echoes, and whom it reports.
#include "actors/brb/source_window.hpp"
#include "tests/support/agreement_cluster.hpp"
#include "tests/support/blob_type.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::brb;

namespace {

constexpr time_point now{};
constexpr std::size_t members = 7;

/// Member 1 of seven receives from member 0.
struct receiver {
  receiver() {
    auto made = std::make_shared<membership::view>();
    for (std::size_t i = 0; i < members; ++i)
      made->members[generation{0}].insert(actor_number(i));
    made->group = make_group_id(cluster_network, made->members[generation{0}]);
    view = made;
    window.emplace(source_window_options{actor_number(1), std::string{cluster_network}, actor_number(0),
                                         blob_type.describe},
                   view);
  }

  operation_header header(std::uint64_t sequence, std::uint64_t mark) const {
    return {*view->group, actor_number(0), sequence, generation{0}, sha256(blob_of(500, mark)), 1};
  }
  static signature seal(const operation_header& of) {
    return stub_sign(actor_number(0), header_digest(cluster_network, of));
  }
  std::vector<fragment_ptr> fragments(std::uint64_t sequence, std::uint64_t mark = 1) const {
    const auto what = header(sequence, mark);
    return cut(what, seal(what), blob_of(500, mark), members);
  }
  send_received whole(std::uint64_t sequence, std::uint64_t mark = 1) const {
    const auto what = header(sequence, mark);
    return {actor_number(0), std::make_shared<send_message>(
                               send_message{generation{0}, what, seal(what), blob_of(500, mark)})};
  }
  certificate_received proof(std::uint64_t sequence, std::uint64_t mark = 1, std::size_t from = 0) const {
    certificate made{generation{0}, header(sequence, mark), {}, {0}, {}, {}};
    for (const std::size_t signer : {0u, 2u, 3u, 4u, 5u}) {
      made.signers[0] = static_cast<std::uint8_t>(made.signers[0] | (1u << signer));
      made.seals.push_back(
        stub_sign(actor_number(signer), echo_digest(cluster_network, generation{0}, made.header)));
    }
    return {actor_number(from), std::make_shared<certificate>(std::move(made))};
  }
  void give(std::size_t from, const fragment_ptr& what) {
    window->handle(fragment_received{actor_number(from), what}, now);
    settle();
  }
  template <class Input>
  void take(const Input& input) {
    window->handle(input, now);
    settle();
  }

  void settle() {
    while (auto effect = window->poll())
      std::visit([this](const auto& one) { perform(one); }, *effect);
  }
  void perform(const send_packet& e) {
    if (std::holds_alternative<fragment_ptr>(e.what))
      handed_on.push_back(e.to);
    else if (std::holds_alternative<echo_message>(e.what))
      ++echoes;
    else if (const auto* one = std::get_if<certificate_out>(&e.what))
      answered += one->with_payload ? 1 : 0;
  }
  void perform(const persist& e) { window->handle(persisted{e.id, true}, now); }
  void perform(const verify& e) {
    const auto right = stub_sign(e.signer, e.message);
    window->handle(
      verified{e.id, std::equal(right.begin(), right.end(), e.signed_by.begin(), e.signed_by.end())}, now);
  }
  void perform(const sign& e) {
    window->handle(signed_off{e.id, to_bytes(stub_sign(actor_number(1), e.message))}, now);
  }
  void perform(const source_window::validate& e) { window->handle(validated{e.id, refusal}, now); }
  void perform(const source_window::deliver& e) { delivered.push_back(e.what->header.sequence); }
  void perform(const source_window::behind&) { ++behind; }
  void perform(const report& e) {
    reports.emplace_back(e.peer, std::string{name(static_cast<brb_errc>(e.code))});
  }
  template <class Other>
  void perform(const Other&) {}

  using blame = std::pair<peer_id, std::string>;

  view_ptr view;
  std::optional<source_window> window;
  std::optional<std::string> refusal;
  std::vector<peer_id> handed_on;
  std::vector<std::uint64_t> delivered;
  std::vector<blame> reports;
  int echoes = 0;
  int behind = 0;
  int answered = 0;
};

} // namespace

TEST_CASE("coded window: our fragment is handed on once to all but the source", "[unit][brb]") {
  receiver at;
  const auto all = at.fragments(1);
  at.give(0, all[1]);
  REQUIRE(at.handed_on == std::vector<peer_id>{actor_number(2), actor_number(3), actor_number(4),
                                               actor_number(5), actor_number(6)});
  at.give(0, all[1]);
  REQUIRE(at.handed_on.size() == 5);
  at.give(2, all[2]);
  REQUIRE(at.handed_on.size() == 5);
  REQUIRE(at.echoes == 0);
  REQUIRE(at.window->fragment_bytes() > 0);
  at.give(3, all[3]);
  REQUIRE(at.echoes == 1);
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
  REQUIRE(at.window->fragment_bytes() == 0);
  REQUIRE(at.reports.empty());
}

TEST_CASE("coded window: without our own fragment three of others do and ours is still handed on",
          "[unit][brb]") {
  receiver at;
  const auto all = at.fragments(1);
  for (std::size_t i = 2; i <= 4; ++i)
    at.give(i, all[i]);
  REQUIRE(at.echoes == 1);
  REQUIRE(at.handed_on.empty());
  at.give(0, all[1]);
  REQUIRE(at.handed_on.size() == 5);
  REQUIRE(at.echoes == 2); // the source asks, so it is answered again
}

TEST_CASE("coded window: fragments count at their owner's place only", "[unit][brb]") {
  receiver at;
  const auto all = at.fragments(1);
  at.give(0, all[2]); // the source's is ours
  REQUIRE(at.reports.back() == receiver::blame{actor_number(0), "BadFragment"});
  at.give(3, all[4]);
  REQUIRE(at.reports.back() == receiver::blame{actor_number(3), "BadFragment"});
  at.give(3, all[1]);
  REQUIRE(at.reports.size() == 3);
  REQUIRE(at.handed_on.empty());
  REQUIRE(at.window->fragment_bytes() == 0);
}

TEST_CASE("coded window: a bad forwarder is reported and delays nobody", "[unit][brb]") {
  receiver at;
  const auto all = at.fragments(1);
  auto bad = *all[5];
  bad.fragment[3] ^= 1;
  at.give(0, all[1]);
  at.give(5, std::make_shared<const fragment_message>(bad));
  REQUIRE(at.reports == std::vector<receiver::blame>{{actor_number(5), "BadFragment"}});
  at.give(2, all[2]);
  at.give(3, all[3]);
  REQUIRE(at.echoes == 1);
  at.take(at.proof(1));
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
}

TEST_CASE("coded window: a source whose fragments hold another payload is reported and nothing is locked",
          "[unit][brb]") {
  receiver at;
  const auto what = at.header(1, 1);
  const auto all = cut(what, receiver::seal(what), blob_of(500, 2), members);
  at.give(0, all[1]);
  at.give(2, all[2]);
  at.take(at.proof(1)); // held back while fragments come
  REQUIRE(at.behind == 0);
  at.give(3, all[3]);
  REQUIRE(at.reports.front() == receiver::blame{actor_number(0), "BadEncoding"});
  REQUIRE(at.behind == 1); // and asked for elsewhere then
  REQUIRE(at.echoes == 0);
  REQUIRE(at.window->snapshot().locked.empty());
  at.take(at.whole(1)); // the payload itself still may come
  REQUIRE(at.echoes == 1);
}

TEST_CASE("coded window: a source with two payloads for a slot is caught as with whole ones", "[unit][brb]") {
  receiver at;
  const auto one = at.fragments(1, 1);
  const auto other = at.fragments(1, 2);
  at.give(0, one[1]);
  at.give(2, other[2]);
  at.give(3, other[3]);
  at.give(4, one[4]);
  at.give(5, one[5]);
  REQUIRE(at.echoes == 1);
  REQUIRE(at.window->snapshot().proofs.empty());
  at.give(6, other[6]); // late
  REQUIRE(at.echoes == 1);
  at.give(0, other[1]); // to us both: both seals are the source's
  REQUIRE(at.window->snapshot().proofs.size() == 1);
  REQUIRE(at.reports.back() == receiver::blame{actor_number(0), "SourceAlreadyHasPendingMsg"});
}

TEST_CASE("coded window: a header that its source did not sign is refused when it is whole", "[unit][brb]") {
  receiver at;
  const auto all = cut(at.header(1, 1), signature{1}, blob_of(500, 1), members);
  at.give(0, all[1]);
  at.give(2, all[2]);
  at.give(3, all[3]);
  REQUIRE(at.echoes == 0);
  REQUIRE(at.reports.back() == receiver::blame{actor_number(0), "Signature"});
}

TEST_CASE("coded window: a certificate waits for the fragments that are on their way", "[unit][brb]") {
  receiver at;
  const auto all = at.fragments(1);
  at.give(0, all[1]);
  at.take(at.proof(1));
  REQUIRE(at.behind == 0);
  REQUIRE(at.delivered.empty());
  at.give(2, all[2]);
  at.give(3, all[3]);
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
  REQUIRE(at.reports.empty());
}

TEST_CASE("coded window: a certificate without payload or fragments is asked for as ever", "[unit][brb]") {
  receiver at;
  at.take(at.proof(1));
  REQUIRE(at.behind == 1);
  REQUIRE(at.reports.back() == receiver::blame{actor_number(0), "PayloadMissing"});
  at.give(2, at.fragments(2)[2]);
  at.take(at.proof(2, 1, 3)); // another than the source relays it: it will not come again by itself
  REQUIRE(at.behind == 2);
  at.take(at.proof(2, 2)); // of another header than the fragments
  REQUIRE(at.behind == 3);
}

TEST_CASE("coded window: a whole request or certificate ends the collecting", "[unit][brb]") {
  receiver at;
  const auto all = at.fragments(1);
  at.give(0, all[1]);
  at.take(at.proof(1));
  at.take(at.whole(1));
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
  REQUIRE(at.window->fragment_bytes() == 0);
  at.give(0, at.fragments(2)[1]);
  auto with_payload = *at.proof(2).what;
  with_payload.payload = blob_of(500, 1);
  at.take(certificate_received{actor_number(3), std::make_shared<certificate>(with_payload)});
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1, 2});
  REQUIRE(at.window->fragment_bytes() == 0);
}

TEST_CASE("coded window: the source that asks again is answered from what is known", "[unit][brb]") {
  receiver at;
  at.take(at.whole(1));
  REQUIRE(at.echoes == 1);
  at.give(0, at.fragments(1)[1]);
  REQUIRE(at.echoes == 2); // its restart lost the echo
  at.take(at.proof(1));
  at.give(0, at.fragments(1)[1]);
  REQUIRE(at.answered == 1); // and now the certificate
  REQUIRE(at.window->fragment_bytes() == 0);
}

TEST_CASE("coded window: what lies outside is not kept and costs nobody points", "[unit][brb]") {
  receiver at;
  at.give(2, at.fragments(window_size + 1)[2]); // beyond the window
  auto foreign = *at.fragments(1)[2];
  foreign.header.group[0] ^= 1;
  at.give(2, std::make_shared<const fragment_message>(foreign));
  auto early = *at.fragments(1)[2];
  early.header.gen = generation{1}; // not known here yet
  at.give(2, std::make_shared<const fragment_message>(early));
  at.give(7, at.fragments(1)[2]); // no member
  REQUIRE(at.reports.empty());
  REQUIRE(at.window->fragment_bytes() == 0);
  at.give(0, std::make_shared<const fragment_message>(early));
  REQUIRE(at.behind == 1);
  REQUIRE(at.handed_on.empty());
}

TEST_CASE("coded window: an operation that the data type refuses is not echoed", "[unit][brb]") {
  receiver at;
  at.refusal = "No";
  const auto all = at.fragments(1);
  at.give(0, all[1]);
  at.give(2, all[2]);
  at.give(3, all[3]);
  REQUIRE(at.echoes == 0);
  REQUIRE(at.reports.back() == receiver::blame{actor_number(0), "DataTypeFailedValidation"});
}

TEST_CASE("coded window: our own slots take no fragments", "[unit][brb]") {
  receiver at;
  source_window ours({actor_number(0), std::string{cluster_network}, actor_number(0), blob_type.describe},
                     at.view);
  ours.handle(fragment_received{actor_number(2), at.fragments(1)[2]}, now);
  REQUIRE(ours.fragment_bytes() == 0);
  REQUIRE_FALSE(ours.poll().has_value());
}
