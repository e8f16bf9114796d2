// SPDX-License-Identifier: BSD-3-Clause
// Consents and proofs of fault inside votes, and the consent frames: what goes in comes out, each rule
// refuses.
#include "tests/support/crafted_votes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

const crafted_votes by{4};

expected<signed_vote_ptr, agreement_codec_errc> again(const signed_vote& vote) {
  return decode(*encode(vote), cluster_network);
}

/// As the codec would make it if it did not keep the rules of pairs.
signed_vote_ptr accusing(std::vector<fault> faults) {
  auto made = *make_ballot(cluster_network, by.group(), generation{1}, actor_number(0), ballot_kind::merge,
                           {by.join(0, 5)}, std::move(faults));
  return crafted_votes::sealed(std::move(made));
}

} // namespace

TEST_CASE("membership codec: a consent and proofs of fault come back the same", "[unit][messages]") {
  const auto proof = crafted_votes::fault(by.join(3, 5), by.leave(3, 3));
  const auto sent = by.ballot(0, ballot_kind::merge, {by.join(0, 5), by.join(1, 6)}, {proof});
  const auto got = again(*sent);
  REQUIRE(got);
  REQUIRE((*got)->id == sent->id);
  REQUIRE((*got)->faults.size() == 1);
  REQUIRE((*got)->faults.front().first->id == proof.first->id);
  REQUIRE((*got)->changes == sent->changes); // of what it nests, not of the proof
  REQUIRE((*got)->changes.size() == 2);
  REQUIRE((*got)->all_nested.size() == 4);
  const auto proposal = again(*by.join(1, 6));
  REQUIRE((*proposal)->consent == by.join(1, 6)->consent);
}

TEST_CASE("membership codec: a proof of fault does not make a vote deeper", "[unit][messages]") {
  const auto deep = by.majority(3, {by.merge(3, {by.join(3, 5)})});
  const auto vote =
    by.ballot(0, ballot_kind::merge, {by.join(0, 5)}, {crafted_votes::fault(deep, by.join(3, 6))});
  REQUIRE(vote->depth == 2);
  REQUIRE(again(*vote));
}

TEST_CASE("membership codec: proofs that are no pair of one voter are refused", "[unit][messages]") {
  const auto a = by.join(2, 5);
  const auto b = by.join(2, 6);
  const auto proof = crafted_votes::fault(a, b);
  CHECK(again(*accusing({{a, a}})).error() == agreement_codec_errc::malformed);
  CHECK(again(*accusing({{proof.second, proof.first}})).error() == agreement_codec_errc::malformed);
  CHECK(again(*accusing({crafted_votes::fault(a, by.join(3, 5))})).error() ==
        agreement_codec_errc::malformed);
  CHECK(again(*accusing({proof, proof})).error() == agreement_codec_errc::malformed);
  CHECK(again(*accusing({crafted_votes::fault(a, crafted_votes{4, 2}.join(2, 5))})).error() ==
        agreement_codec_errc::malformed);
  CHECK(again(*accusing({proof})));
}

TEST_CASE("membership codec: at most eight voters are accused at once", "[unit][messages]") {
  std::vector<fault> faults;
  for (std::size_t voter = 1; voter <= vote_faults_max; ++voter)
    faults.push_back(crafted_votes::fault(by.join(voter, 30), by.join(voter, 31)));
  REQUIRE(again(*accusing(faults)));
  faults.push_back(crafted_votes::fault(by.join(9, 30), by.join(9, 31)));
  REQUIRE(make_ballot(cluster_network, by.group(), generation{1}, actor_number(0), ballot_kind::merge,
                      {by.join(0, 5)}, faults)
            .error() == agreement_codec_errc::too_many);
}

TEST_CASE("membership codec: only a proposed join carries a consent", "[unit][messages]") {
  const auto consent = consent_by(actor_number(2), by.group());
  REQUIRE(again(*by.proposal(1, {change_kind::leave, actor_number(2)}, consent)).error() ==
          agreement_codec_errc::malformed);
}

TEST_CASE("membership codec: consent frames come back the same", "[unit][messages]") {
  const consent_request asked{by.group(), generation{3}, generation{9}};
  const auto request = decode(*encode(asked));
  CHECK((request.group == asked.group && request.first == asked.first && request.last == asked.last));
  const consent_answer given{by.group(), consent_by(actor_number(4), by.group())};
  const auto answer = decode(*encode(given));
  CHECK((answer.group == given.group && answer.consent == given.consent));
  CHECK_FALSE(decode(*encode(consent_answer{by.group(), std::nullopt})).consent);
}

TEST_CASE("membership codec: a consent is good for one network group joiner and window", "[unit][messages]") {
  const auto digest_of = [](std::string_view network, std::size_t group, std::size_t who,
                            std::uint64_t first) {
    return consent_digest(network, crafted_votes{group}.group(), actor_number(who), generation{first},
                          generation{9});
  };
  const std::set<digest> all{digest_of("a", 3, 4, 1), digest_of("b", 3, 4, 1), digest_of("a", 2, 4, 1),
                             digest_of("a", 3, 5, 1), digest_of("a", 3, 4, 2)};
  CHECK(all.size() == 5);
}
