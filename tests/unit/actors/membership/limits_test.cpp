// SPDX-License-Identifier: BSD-3-Clause
// The numeric limits of the voting group and the errors that only a caller of its own or a strange log meets.
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

constexpr time_point now{};

reconfig join(const peer_id& who) {
  return {change_kind::join, who};
}

voting_group founded(std::size_t members,
                     voting_group_options options = {actor_number(0), std::string{cluster_network}}) {
  voting_group group(std::move(options));
  for (std::size_t i = 0; i < members; ++i)
    group.restore(promise{forced_promise{generation{0}, join(actor_number(i))}});
  return group;
}

signed_vote_ptr sealed(signed_vote vote) {
  vote.seal = stub_sign(vote.voter, vote.id);
  return std::make_shared<signed_vote>(std::move(vote));
}

group_id group_of(std::size_t members) {
  std::set<peer_id> all;
  for (std::size_t i = 0; i < members; ++i)
    all.insert(actor_number(i));
  return make_group_id(cluster_network, all);
}

/// A proof that the only member of the group, number 0, decided to let number 1 in.
signed_vote_ptr decision() {
  const auto over = [&](signed_vote_ptr below) {
    return sealed(*make_ballot(cluster_network, group_of(1), generation{1}, actor_number(0),
                               ballot_kind::super_majority, {std::move(below)}));
  };
  return over(over(sealed(
    make_proposal(cluster_network, group_of(1), generation{1}, actor_number(0), join(actor_number(1))))));
}

/// Serves everything but the promise log; the notes.
std::vector<std::string> serve_all_but_the_log(voting_group& group) {
  std::vector<std::string> notes;
  while (auto effect = group.poll()) {
    if (const auto* check = std::get_if<verify>(&*effect))
      group.handle(verified{check->id, true}, now);
    if (const auto* line = std::get_if<note>(&*effect))
      notes.push_back(line->text);
  }
  return notes;
}

} // namespace

TEST_CASE("voting group: at most 64 records wait to be stored", "[unit][membership]") {
  auto group = founded(1, {actor_number(5), std::string{cluster_network}});
  for (std::size_t i = 0; i < storing_max; ++i)
    REQUIRE(group.handle(force_change{{i % 2 == 0 ? change_kind::join : change_kind::leave, actor_number(7)}},
                         now));
  REQUIRE(group.handle(force_change{join(actor_number(7))}, now).error() == membership_errc::overloaded);
  group.handle(vote_received{actor_number(0), decision()}, now);
  REQUIRE(serve_all_but_the_log(group).back() == "[CLI] dropping packet: Overloaded");
  REQUIRE(group.snapshot().gen == generation{0});
  // One answer of the log makes room for one.
  group.handle(persisted{ticket{1}, true}, now);
  group.handle(vote_received{actor_number(0), decision()}, now);
  serve_all_but_the_log(group);
  REQUIRE(group.snapshot().gen == generation{1});
}

TEST_CASE("voting group: at most 256 changes are forced", "[unit][membership]") {
  auto group = founded(forced_max);
  REQUIRE(group.handle(force_change{join(actor_number(forced_max))}, now).error() ==
          membership_errc::overloaded);
  REQUIRE(group.handle(force_change{join(actor_number(3))}, now)); // known already
}

TEST_CASE("voting group: an unknown generation has no members", "[unit][membership]") {
  const auto group = founded(3);
  REQUIRE(group.members(generation{1}).error() == membership_errc::invalid_generation);
}

TEST_CASE("voting group: a history whose vote is no super majority is good for nothing",
          "[unit][membership]") {
  auto group = founded(1);
  group.restore(promise{decided_promise{sealed(
    make_proposal(cluster_network, group_of(1), generation{1}, actor_number(0), join(actor_number(1))))}});
  REQUIRE(group.members(generation{1}).error() == membership_errc::invalid_vote_in_history);
  REQUIRE(group.handle(propose_change{join(actor_number(2))}, now).error() ==
          membership_errc::invalid_vote_in_history);
}

TEST_CASE("voting group: a peer whose identity is not Ed25519 cannot vote", "[unit][membership]") {
  auto group = founded(1);
  const auto foreign = *peer_id::from_multihash(
    bytes{0x12, 0x20, 1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
          17,   18,   19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32}); // the hash of a longer key,
                                                                                // as an RSA one is
  REQUIRE(group.handle(force_change{join(foreign)}, now).error() == membership_errc::not_an_actor);
  REQUIRE(group.handle(propose_change{join(foreign)}, now).error() == membership_errc::not_an_actor);
}

TEST_CASE("voting group: texts of packets are made only if somebody reads them", "[unit][membership]") {
  for (const bool traced : {false, true}) {
    voting_group_options options{actor_number(5), std::string{cluster_network}};
    options.traced = traced;
    auto group = founded(1, options);
    group.handle(vote_received{actor_number(0), decision()}, now);
    std::vector<std::string> texts;
    while (auto effect = group.poll()) {
      if (const auto* check = std::get_if<verify>(&*effect))
        group.handle(verified{check->id, true}, now);
      if (const auto* one = std::get_if<handling>(&*effect))
        texts.push_back(one->payload);
    }
    REQUIRE(texts.size() == 1);
    REQUIRE(texts.front().empty() != traced);
  }
}
