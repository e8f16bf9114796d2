// SPDX-License-Identifier: BSD-3-Clause
// The joiner's consent: asked for, given, refused, missing, out of its window, forged.
#include "tests/support/crafted_votes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

constexpr time_point now{};
const crafted_votes of_three{3};

std::string refusal_of(agreement_cluster& cluster, const std::optional<join_consent>& consent) {
  cluster[0].receive(actor_number(1), of_three.proposal(1, {change_kind::join, actor_number(4)}, consent));
  return cluster[0].notes.back();
}

} // namespace

TEST_CASE("consent: a join without one is refused by name", "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  const auto good = consent_by(actor_number(4), of_three.group());
  CHECK(refusal_of(cluster, std::nullopt) == "[CLI] dropping packet: JoinWithoutConsent");
  auto late = consent_by(actor_number(4), of_three.group(), generation{2});
  CHECK(refusal_of(cluster, late) == "[CLI] dropping packet: JoinWithoutConsent");
  auto endless = good;
  endless.last = generation{1 + consent_window_max};
  endless.seal = stub_sign(actor_number(4), consent_digest(cluster_network, of_three.group(), actor_number(4),
                                                           endless.first, endless.last));
  CHECK(refusal_of(cluster, endless) == "[CLI] dropping packet: JoinWithoutConsent");
  auto stretched = good;
  stretched.last = stretched.last.next();
  CHECK(refusal_of(cluster, stretched) == "[CLI] dropping packet: Signature");
  auto elsewhere = consent_by(actor_number(4), crafted_votes{4}.group());
  CHECK(refusal_of(cluster, elsewhere) == "[CLI] dropping packet: Signature");
  CHECK(cluster[0].view().in_progress.empty());
  refusal_of(cluster, good);
  CHECK_FALSE(cluster[0].view().in_progress.empty());
}

TEST_CASE("consent: a joiner that trusts another group or is told not to refuses", "[unit][membership]") {
  agreement_cluster cluster(5, 0);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      cluster[i].trust(j);
  SECTION("it trusts nobody yet") {
    REQUIRE(cluster[0].join(4).empty());
  }
  SECTION("it trusts the same") {
    for (std::size_t j = 0; j < 3; ++j)
      cluster[4].trust(j);
    REQUIRE(cluster[0].join(4).empty());
  }
  SECTION("it trusts others") {
    cluster[4].trust(4);
    REQUIRE(cluster[0].join(4) == "JoinWithoutConsent");
  }
  SECTION("its user does not want to") {
    cluster[4].consents = false;
    cluster.restart(4);
    REQUIRE(cluster[0].join(4) == "JoinWithoutConsent");
    REQUIRE(cluster[0].view().in_progress.empty());
  }
}

TEST_CASE("consent: a joiner that does not answer is given up", "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  cluster[4].alive = false;
  REQUIRE(cluster[0].join(4).empty()); // asked
  REQUIRE(cluster[0].view().in_progress.empty());
  cluster[0].expire_all();
  REQUIRE(cluster[0].join_error == "JoinWithoutConsent");
  REQUIRE(cluster[0].leave(2).empty()); // and is not in the way
}

TEST_CASE("consent: an answer that nobody asked for or with a false signature changes nothing",
          "[unit][membership]") {
  voting_group group({actor_number(0), std::string{cluster_network}});
  for (std::size_t i = 0; i < 3; ++i)
    REQUIRE(group.handle(force_change{{change_kind::join, actor_number(i)}}, now));
  const auto answer =
    consent_received{actor_number(4), {of_three.group(), consent_by(actor_number(4), of_three.group())}};
  group.handle(answer, now);
  std::vector<ticket> checks;
  std::vector<membership_errc> settled;
  std::size_t signs = 0;
  const auto look = [&] {
    while (auto effect = group.poll()) {
      if (const auto* check = std::get_if<verify>(&*effect))
        checks.push_back(check->id);
      if (const auto* done = std::get_if<join_settled>(&*effect); done && done->error)
        settled.push_back(*done->error);
      signs += std::holds_alternative<sign>(*effect);
    }
  };
  look();
  REQUIRE(checks.empty());
  REQUIRE(*group.handle(propose_change{{change_kind::join, actor_number(4)}}, now) == proposed::asked);
  group.handle(answer, now);
  look();
  REQUIRE(checks.size() == 1);
  group.handle(verified{checks.front(), false}, now);
  look();
  REQUIRE(settled == std::vector{membership_errc::join_without_consent});
  REQUIRE(signs == 0);
}

TEST_CASE("consent: at most 16 joiners are asked and 16 sponsors answered at once", "[unit][membership]") {
  voting_group group({actor_number(0), std::string{cluster_network}});
  REQUIRE(group.handle(force_change{{change_kind::join, actor_number(0)}}, now));
  for (std::size_t i = 1; i <= consents_max; ++i)
    REQUIRE(*group.handle(propose_change{{change_kind::join, actor_number(i)}}, now) == proposed::asked);
  REQUIRE(group.handle(propose_change{{change_kind::join, actor_number(99)}}, now).error() ==
          membership_errc::overloaded);
  while (group.poll())
    continue;
  voting_group joiner({actor_number(50), std::string{cluster_network}});
  for (std::size_t i = 0; i <= consents_max; ++i)
    joiner.handle(consent_asked{actor_number(i), {of_three.group(), generation{1}, generation{2}}}, now);
  std::size_t signs = 0;
  std::size_t refused = 0;
  while (auto effect = joiner.poll()) {
    signs += std::holds_alternative<sign>(*effect);
    const auto* answer = std::get_if<send_consent>(&*effect);
    refused += answer && !answer->what.consent;
  }
  REQUIRE(signs == consents_max);
  REQUIRE(refused == 1);
}

TEST_CASE("consent: a node that cannot read its promises or is asked for too much refuses",
          "[unit][membership]") {
  voting_group_options how{actor_number(4), std::string{cluster_network}};
  generation last{consent_window_max};
  SECTION("unreadable") {
    how.promises_readable = false;
  }
  SECTION("for 65 generations") {
    last = last.next();
  }
  SECTION("for none") {
    last = generation{0};
  }
  voting_group joiner(how);
  joiner.handle(consent_asked{actor_number(0), {of_three.group(), generation{1}, last}}, now);
  bool refused = false;
  while (auto effect = joiner.poll())
    if (const auto* answer = std::get_if<send_consent>(&*effect))
      refused = !answer->what.consent;
  REQUIRE(refused);
}

TEST_CASE("consent: what was given is used again if the proposal lost", "[unit][membership]") {
  agreement_cluster cluster(6, 3);
  REQUIRE(cluster[0].join(4).empty());
  REQUIRE(cluster[0].count_notes("consenting") == 0);
  REQUIRE(cluster[4].count_notes("consenting to join") == 1);
  cluster[0].receive(actor_number(1), of_three.leave(1, 2));
  cluster[0].receive(actor_number(2), of_three.leave(2, 2));
  cluster.run();
  drain(cluster);
  if (!cluster[0].members().contains(actor_number(4))) {
    REQUIRE(cluster[0].join(4).empty());
    REQUIRE(cluster[4].count_notes("consenting to join") == 1);
  }
}
