// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/accusations.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

#include <deque>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr time_point now{};
const auto self = actor_number(0);
const auto other = actor_number(1);
const auto liar = actor_number(2);

std::shared_ptr<membership::view> group_of(std::set<peer_id> members, std::uint64_t gen = 0) {
  auto made = std::make_shared<membership::view>();
  made->members[generation{0}] = {self, other, liar, actor_number(3)};
  made->group = make_group_id(cluster_network, made->members[generation{0}]);
  made->gen = generation{gen};
  made->members[made->gen] = std::move(members);
  return made;
}

std::shared_ptr<membership::view> whole_group() {
  return group_of({self, other, liar, actor_number(3)});
}

equivocation proof_of(std::uint64_t sequence = 1, const peer_id& source = liar) {
  const auto group = *whole_group()->group;
  const operation_header first{group, source, sequence, generation{0}, sha256(bytes{1}), 1};
  const operation_header second{group, source, sequence, generation{0}, sha256(bytes{2}), 1};
  return {first, stub_sign(source, header_digest(cluster_network, first)), second,
          stub_sign(source, header_digest(cluster_network, second))};
}

/// The machine with its tickets answered at once, unless they are held.
class member {
public:
  explicit member(std::shared_ptr<membership::view> in = whole_group())
    : machine({self, std::string{cluster_network}}, in) {}

  void start() {
    machine.start(now);
    settle();
  }
  void sees(const equivocation& what, const peer_id& from = other) {
    machine.handle(equivocation_seen{from, what}, now);
    settle();
  }
  void see(std::shared_ptr<membership::view> changed) {
    machine.handle(view_update{std::move(changed)}, now);
    settle();
  }
  void fire() {
    REQUIRE(wait);
    wait.reset();
    machine.expire(timer_id{1}, now);
    settle();
  }
  void settle() {
    while (auto effect = machine.poll()) {
      if (const auto* check = std::get_if<verify>(&*effect)) {
        checks.push_back(*check);
      } else if (const auto* record = std::get_if<persist>(&*effect)) {
        records.push_back(record->record);
        if (!hold)
          machine.handle(persisted{record->id, stores}, now);
      } else if (const auto* order = std::get_if<send_packet>(&*effect)) {
        told.push_back(order->to);
      } else if (const auto* wish = std::get_if<accusations::expel>(&*effect)) {
        expelled.push_back(wish->who);
      } else if (const auto* wake = std::get_if<arm>(&*effect)) {
        wait = wake->after;
      } else if (const auto* complaint = std::get_if<report>(&*effect)) {
        reports.push_back(static_cast<brb_errc>(complaint->code));
      }
      while (!hold && !checks.empty())
        answer_check();
    }
  }
  void answer_check() {
    const auto check = checks.front();
    checks.pop_front();
    const auto seal = stub_sign(check.signer, check.message);
    machine.handle(verified{check.id, std::equal(seal.begin(), seal.end(), check.signed_by.begin())}, now);
  }

  accusations machine;
  bool hold = false; ///< tickets are not answered
  bool stores = true;
  std::deque<verify> checks;
  std::vector<bytes> records;
  std::vector<peer_id> told;
  std::vector<peer_id> expelled;
  std::optional<duration> wait;
  std::vector<brb_errc> reports;
};

} // namespace

TEST_CASE("accusations: a proof is checked and stored and handed on and answered with a leave",
          "[unit][brb]") {
  member one;
  one.sees(proof_of());
  REQUIRE(one.records.size() == 1);
  REQUIRE(one.told == std::vector<peer_id>{other, actor_number(3)});
  REQUIRE(one.expelled == std::vector<peer_id>{liar});
  REQUIRE(one.machine.snapshot().proven == std::vector<peer_id>{liar});
}

TEST_CASE("accusations: one false signature makes it a lie of whoever brings it", "[unit][brb]") {
  for (const bool first : {true, false}) {
    member one;
    auto false_proof = proof_of();
    (first ? false_proof.first_seal : false_proof.second_seal)[0] ^= 1;
    one.sees(false_proof);
    REQUIRE(one.records.empty());
    REQUIRE(one.told.empty());
    REQUIRE(one.expelled.empty());
    REQUIRE(one.reports == std::vector<brb_errc>{brb_errc::signature});
    one.sees(proof_of()); // the true one is still taken
    REQUIRE(one.expelled == std::vector<peer_id>{liar});
  }
}

TEST_CASE("accusations: nothing is said before the proof is stored", "[unit][brb]") {
  member one;
  one.hold = true;
  one.sees(proof_of());
  one.answer_check();
  REQUIRE(one.records.empty());
  one.answer_check();
  one.settle();
  REQUIRE(one.records.size() == 1);
  REQUIRE(one.told.empty());
  REQUIRE(one.expelled.empty());
}

TEST_CASE("accusations: a proof that cannot be stored is not used and may come again", "[unit][brb]") {
  member one;
  one.stores = false;
  one.sees(proof_of());
  REQUIRE(one.expelled.empty());
  one.stores = true;
  one.sees(proof_of());
  REQUIRE(one.expelled.size() == 1);
}

TEST_CASE("accusations: of one source one proof is enough", "[unit][brb]") {
  member one;
  one.sees(proof_of(1));
  one.sees(proof_of(1));
  one.sees(proof_of(2), self);
  REQUIRE(one.records.size() == 1);
  REQUIRE(one.expelled.size() == 1);
}

TEST_CASE("accusations: a leave that is being voted on is not proposed again", "[unit][brb]") {
  member one;
  auto voting = whole_group();
  voting->in_progress.push_back(std::make_shared<membership::signed_vote>(membership::make_proposal(
    cluster_network, *voting->group, generation{1}, other, {membership::change_kind::leave, liar})));
  one.see(voting);
  one.sees(proof_of());
  REQUIRE(one.told.size() == 2);
  REQUIRE(one.expelled.empty());
  one.see(whole_group()); // the vote came to nothing
  one.fire();
  REQUIRE(one.expelled == std::vector<peer_id>{liar});
}

TEST_CASE("accusations: the leave is proposed again until the source is out", "[unit][brb]") {
  member one;
  one.sees(proof_of());
  std::vector<duration> waits;
  for (int i = 0; i < 7; ++i) {
    waits.push_back(*one.wait);
    one.fire();
  }
  REQUIRE(waits == std::vector<duration>{1s, 2s, 4s, 8s, 16s, 30s, 30s});
  REQUIRE(one.expelled.size() == 8);
  one.see(group_of({self, other, actor_number(3)}, 1));
  one.fire();
  REQUIRE_FALSE(one.wait);
  REQUIRE(one.expelled.size() == 8);
}

TEST_CASE("accusations: a source that is let in again is proposed to leave again", "[unit][brb]") {
  member one;
  one.sees(proof_of());
  one.see(group_of({self, other, actor_number(3)}, 1));
  one.fire();
  one.see(group_of({self, other, liar, actor_number(3)}, 2));
  REQUIRE(one.expelled.size() == 2);
}

TEST_CASE("accusations: a restart knows the proof", "[unit][brb]") {
  auto none = std::make_shared<membership::view>();
  none->members[generation{0}];
  member again(none);
  again.machine.restore({proof_of()});
  again.start();
  REQUIRE(again.expelled.empty()); // no group yet
  again.see(whole_group());
  REQUIRE(again.expelled == std::vector<peer_id>{liar});
}

TEST_CASE("accusations: who comes back is told of a source that is still in", "[unit][brb]") {
  member one;
  one.sees(proof_of());
  one.told.clear();
  one.machine.handle(peer_returned{other}, now);
  one.machine.handle(peer_returned{liar}, now);
  one.machine.handle(peer_returned{actor_number(7)}, now);
  one.settle();
  REQUIRE(one.told == std::vector<peer_id>{other});
}

TEST_CASE("accusations: proofs of strangers and of other groups are refused by name", "[unit][brb]") {
  member one;
  one.sees(proof_of(1, actor_number(9)));
  auto foreign = proof_of();
  foreign.first.group = foreign.second.group = group_id{};
  one.sees(foreign);
  REQUIRE(one.checks.empty());
  REQUIRE(one.reports ==
          std::vector<brb_errc>{brb_errc::source_is_not_voting_member, brb_errc::foreign_group});
}

TEST_CASE("accusations: at most 16 proofs are checked at once and 64 sources accused", "[unit][brb]") {
  auto many = whole_group();
  for (std::size_t i = 10; i < 10 + accused_max + 1; ++i)
    many->members[generation{0}].insert(actor_number(i));
  member one(many);
  one.hold = true;
  for (std::size_t i = 10; i < 10 + doubts_max + 1; ++i)
    one.sees(proof_of(1, actor_number(i)));
  REQUIRE(one.machine.snapshot().checking == doubts_max);
  REQUIRE(one.reports == std::vector<brb_errc>{brb_errc::overloaded});
  member two(many);
  for (std::size_t i = 10; i < 10 + accused_max + 1; ++i)
    two.sees(proof_of(1, actor_number(i)));
  REQUIRE(two.machine.snapshot().proven.size() == accused_max);
  REQUIRE(two.reports == std::vector<brb_errc>{brb_errc::overloaded});
}
