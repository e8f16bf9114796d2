// SPDX-License-Identifier: BSD-3-Clause
// Forged votes, each shown to an honest voter's own rules: none may be accepted, and all that is validly
// signed is signed by the forger.
#include "tests/unit/tools/lab/role/role_table.hpp"

#include "actors/membership/voting_group.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using namespace troupe::membership;

namespace {

bool truly_signed(const role_table& at, const signed_vote& vote) {
  return at.options.keys.verify(vote.voter, vote.id, vote.seal);
}

std::vector<std::pair<peer_id, signed_vote_ptr>> votes(role_table& at, std::size_t ticks) {
  return only<signed_vote_ptr>(at.said_after(ticks));
}

/// An honest member that trusts the voters; every ticket is answered at once.
struct honest {
  voting_group group;
  std::vector<membership_errc> refused;
  std::size_t cast = 0;

  explicit honest(const role_table& at) : group(options(at)) {
    group.start({});
    for (const auto& voter : at.options.voters)
      static_cast<void>(group.handle(force_change{{change_kind::join, voter}}, {}));
    serve(at);
  }
  static voting_group_options options(const role_table& at) {
    voting_group_options how;
    how.self = role_table::id(1);
    how.network = at.network;
    return how;
  }
  void serve(const role_table& at) {
    while (const auto effect = group.poll()) {
      if (const auto* ask = std::get_if<verify>(&*effect))
        group.handle(verified{ask->id, at.options.keys.verify(ask->signer, ask->message, ask->signed_by)},
                     {});
      else if (const auto* record = std::get_if<persist>(&*effect))
        group.handle(persisted{record->id, true}, {});
      else if (const auto* complaint = std::get_if<report>(&*effect))
        refused.push_back(static_cast<membership_errc>(complaint->code));
      else if (const auto* order = std::get_if<sign>(&*effect)) {
        ++cast;
        const auto seal = stub_seal(role_table::id(1), order->message);
        group.handle(signed_off{order->id, {seal.begin(), seal.end()}}, {});
      }
    }
  }
};

} // namespace

TEST_CASE("forge-votes: nothing of it moves an honest member that is not told two things",
          "[unit][lab][role]") {
  role_table at{role_kind::forge_votes, 5, 5};
  honest member{at};
  std::size_t sent = 0;
  std::size_t undecodable = 0;
  for (const auto& [to, vote] : votes(at, 4000)) {
    ++sent;
    CHECK(to != role_table::id(0));
    const auto frame = encode(*vote);
    const auto read = decode(*frame, at.network);
    if (!read) {
      CHECK(read.error() == agreement_codec_errc::too_deep);
      ++undecodable;
      continue;
    }
    member.group.handle(vote_received{role_table::id(0), *read}, {});
    member.serve(at);
  }
  CHECK(sent == 1000); // one in four ticks
  CHECK(undecodable > 0);
  CHECK(member.cast == 0);
  CHECK(member.group.snapshot().gen == generation{0});
  // It has shown that it contradicts itself, and that is all that is left of what it said.
  CHECK(member.group.snapshot().faulty == std::set{role_table::id(0)});
  CHECK(member.group.snapshot().in_progress.size() == 2);
  const std::set<membership_errc> why{member.refused.begin(), member.refused.end()};
  CHECK(why == std::set{membership_errc::signature, membership_errc::vote_not_for_next_generation,
                        membership_errc::super_majority_ballot_is_not_super_majority,
                        membership_errc::voter_changed_mind});
}

TEST_CASE("forge-votes: signs truly in its own name only", "[unit][lab][role]") {
  role_table at{role_kind::forge_votes, 5, 5};
  std::size_t forged = 0;
  for (const auto& [to, vote] : votes(at, 2000)) {
    auto all = vote->all_nested;
    all.push_back(vote);
    for (const auto& one : all)
      if (one->voter == role_table::id(0))
        CHECK(truly_signed(at, *one));
      else {
        CHECK_FALSE(truly_signed(at, *one));
        ++forged;
      }
  }
  CHECK(forged > 0);
  CHECK(forged < 200); // they cost points, so they are rare
}

TEST_CASE("forge-votes: changes what it heard under the voter's name", "[unit][lab][role]") {
  role_table at{role_kind::forge_votes, 4, 4};
  auto heard = make_proposal(at.network, at.group, generation{3}, role_table::id(2),
                             {change_kind::leave, role_table::id(3)});
  heard.seal = stub_seal(role_table::id(2), heard.id);
  at.tell(2, std::make_shared<const signed_vote>(heard));
  std::size_t changed = 0;
  for (const auto& [to, vote] : votes(at, 4000)) {
    CHECK((vote->gen == generation{3} || vote->gen == generation{1003}));
    for (const auto& below : vote->all_nested)
      changed += below->voter == role_table::id(2) && below->seal == heard.seal && below->id != heard.id;
  }
  CHECK(changed > 0);
}

TEST_CASE("forge-votes: what it remembers of others is bounded", "[unit][lab][role]") {
  role_table at{role_kind::forge_votes, 4, 4};
  for (std::uint64_t i = 1; i <= 200; ++i) {
    auto heard = make_proposal(at.network, at.group, generation{i}, role_table::id(2),
                               {change_kind::leave, role_table::id(3)});
    heard.seal = stub_seal(role_table::id(2), heard.id);
    at.tell(2, std::make_shared<const signed_vote>(std::move(heard)));
  }
  for (const auto& [to, vote] : votes(at, 4000))
    for (const auto& below : vote->all_nested)
      CHECK(below->gen.value() > 200 - 32);
}

TEST_CASE("forge-votes: changes its mind once if somebody outside can be taken in", "[unit][lab][role]") {
  role_table at{role_kind::forge_votes, 6, 5};
  std::map<reconfig, std::size_t> told;
  std::set<peer_id> whom;
  for (const auto& [to, vote] : votes(at, 4000))
    if (vote->ballot == ballot_kind::propose && vote->gen == generation{1} && truly_signed(at, *vote)) {
      ++told[vote->change];
      CHECK(whom.insert(to).second);
    }
  CHECK(told == std::map<reconfig, std::size_t>{{{change_kind::join, role_table::id(5)}, 2},
                                                {{change_kind::leave, role_table::id(0)}, 2}});
}
