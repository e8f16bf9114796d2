// SPDX-License-Identifier: BSD-3-Clause
// Who is answered, and how often.
#include "actors/brb/anti_entropy.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

const auto self = actor_number(0);
const auto member = actor_number(1);
const auto stranger = actor_number(9);

std::shared_ptr<membership::view> group_of_two() {
  auto made = std::make_shared<membership::view>();
  made->members[generation{0}] = {self, member};
  made->group = make_group_id(cluster_network, made->members[generation{0}]);
  return made;
}

certificate_ptr slot(std::uint64_t sequence) {
  auto proof = std::make_shared<certificate>();
  proof->header.source = self;
  proof->header.sequence = sequence;
  proof->payload = {1};
  return proof;
}

/// A node that has delivered some operations and is asked for them.
class asked_node {
public:
  explicit asked_node(std::uint64_t delivered = 0) {
    for (std::uint64_t sequence = 1; sequence <= delivered; ++sequence)
      machine.handle(certificate_delivered{slot(sequence)}, now);
  }

  void asks(const peer_id& who, std::uint64_t has = 0) {
    anti_entropy_request what{*view->group, {}, {}};
    if (has > 0)
      what.delivered[self] = has;
    machine.handle(anti_entropy_asked{who, what}, now);
    drain();
  }
  void pass(duration span) {
    const auto end = now + span;
    while (wakes && *wakes <= end) {
      now = *wakes;
      wakes.reset();
      machine.expire(timer_id{3}, now);
      drain();
    }
    now = end;
  }
  void see(std::shared_ptr<membership::view> changed) {
    view = std::move(changed);
    machine.handle(view_update{view}, now);
  }

  std::shared_ptr<membership::view> view = group_of_two();
  anti_entropy machine{{self}, view};
  time_point now{1h};
  std::optional<time_point> wakes; ///< to serve
  std::size_t pages = 0;
  std::vector<std::uint8_t> reports;

private:
  void drain() {
    while (auto effect = machine.poll()) {
      const auto* order = std::get_if<send_packet>(&*effect);
      pages += order && std::holds_alternative<anti_entropy_page>(order->what) ? 1u : 0u;
      if (const auto* wake = std::get_if<arm>(&*effect))
        wakes = now + wake->after;
      if (const auto* complaint = std::get_if<report>(&*effect))
        reports.push_back(complaint->code);
    }
  }
};

} // namespace

TEST_CASE("anti-entropy: a stranger is refused by name and a member is answered", "[unit][brb]") {
  asked_node node;
  node.asks(stranger);
  REQUIRE(node.pages == 0);
  REQUIRE(node.reports == std::vector<std::uint8_t>{static_cast<std::uint8_t>(brb_errc::not_invited)});
  REQUIRE(name(brb_errc::not_invited) == "NotInvited");
  node.asks(member);
  REQUIRE(node.pages == 1);
}

TEST_CASE("anti-entropy: who once was a member is answered", "[unit][brb]") {
  asked_node node;
  auto later = group_of_two();
  later->gen = generation{1};
  later->members[generation{1}] = {self};
  node.see(later);
  node.asks(member);
  REQUIRE(node.pages == 1);
}

TEST_CASE("anti-entropy: who is being voted in is answered", "[unit][brb]") {
  asked_node node;
  auto voting = group_of_two();
  voting->in_progress.push_back(std::make_shared<membership::signed_vote>(membership::make_proposal(
    cluster_network, *voting->group, generation{1}, member, {membership::change_kind::join, stranger},
    consent_by(stranger, *voting->group))));
  node.see(voting);
  node.asks(stranger);
  REQUIRE(node.pages == 1);
  node.asks(actor_number(8));
  REQUIRE(node.pages == 1);
}

TEST_CASE("anti-entropy: who is being voted out is answered as a member only", "[unit][brb]") {
  asked_node node;
  auto voting = group_of_two();
  voting->in_progress.push_back(std::make_shared<membership::signed_vote>(membership::make_proposal(
    cluster_network, *voting->group, generation{1}, member, {membership::change_kind::leave, stranger})));
  node.see(voting);
  node.asks(stranger);
  REQUIRE(node.pages == 0);
}

TEST_CASE("anti-entropy: one page is under way to a peer until it is applied or lost", "[unit][brb]") {
  asked_node node{3};
  for (int i = 0; i < 10; ++i)
    node.asks(member);
  REQUIRE(node.pages == 1);
  node.asks(member, 3); // it has applied the page
  REQUIRE(node.pages == 2);
  node.asks(member); // its disk is gone, and the page before was empty
  REQUIRE(node.pages == 3);
  node.asks(member);
  node.pass(page_lost_after - 1ms);
  REQUIRE(node.pages == 3);
  node.pass(1ms);
  REQUIRE(node.pages == 4);
  node.pass(10s);
  REQUIRE(node.pages == 4);
}

TEST_CASE("anti-entropy: a peer gets 8 pages at once and 32 in a second", "[unit][brb]") {
  asked_node node; // has nothing: every page counts as applied
  for (int i = 0; i < 100; ++i)
    node.asks(member);
  REQUIRE(node.pages == pages_at_once_max);
  const auto before = node.now;
  while (node.now < before + 10s) {
    node.pass(10ms);
    node.asks(member);
  }
  REQUIRE(node.pages <= pages_at_once_max + 10 * pages_per_second_max);
  REQUIRE(node.pages >= 10 * pages_per_second_max);
}

TEST_CASE("anti-entropy: one peer that floods does not delay another", "[unit][brb]") {
  asked_node node;
  for (int i = 0; i < 100; ++i)
    node.asks(member);
  node.asks(self);
  REQUIRE(node.pages == pages_at_once_max + 1);
}

TEST_CASE("anti-entropy: of at most 256 peers a question is kept", "[unit][brb]") {
  asked_node node;
  auto many = group_of_two();
  for (std::size_t i = 10; i < 10 + asked_max; ++i)
    many->members[generation{0}].insert(actor_number(i));
  node.see(many);
  for (std::size_t i = 10; i < 10 + asked_max; ++i)
    node.asks(actor_number(i));
  node.asks(member);
  REQUIRE(node.pages == asked_max);
  node.machine.handle(peer_gone{actor_number(10)}, node.now);
  node.asks(member);
  REQUIRE(node.pages == asked_max + 1);
}

TEST_CASE(
  "anti-entropy: who learns of the group or becomes a member asks those again that it had asked in vain",
  "[unit][brb]") {
  auto outside = group_of_two();
  outside->members[generation{0}] = {member};
  anti_entropy_options options{self};
  options.round_every = 30s;
  anti_entropy joiner{options, std::make_shared<membership::view>()};
  const time_point now{1h};
  const auto requests = [&] {
    std::size_t count = 0;
    while (auto effect = joiner.poll())
      count += std::holds_alternative<send_packet>(*effect) ? 1u : 0u;
    return count;
  };
  REQUIRE(joiner.handle(ask_peer{member}, now));
  REQUIRE(requests() == 1);
  joiner.expire(timer_id{1}, now + options.page_timeout); // a stranger does not insist
  REQUIRE(requests() == 0);
  joiner.handle(view_update{outside}, now); // as by a `trust`
  REQUIRE(requests() == 1);
  joiner.handle(view_update{outside}, now);
  REQUIRE(requests() == 0);
  joiner.handle(view_update{group_of_two()}, now);
  REQUIRE(requests() == 1);
  joiner.handle(view_update{group_of_two()}, now);
  REQUIRE(requests() == 0);
}
