// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/state_transfer.hpp"
#include "messages/codec/orswot_codec.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;
using std::chrono::seconds;

namespace {

constexpr time_point now{};

std::unique_ptr<data_type> make_set() {
  return (*find_data_type("orswot"))->make();
}

view_ptr group() {
  auto made = std::make_shared<membership::view>();
  for (std::size_t i = 0; i < 4; ++i)
    made->members[generation{0}].insert(actor_number(i));
  made->group = make_group_id(cluster_network, made->members[generation{0}]);
  return made;
}

/// A checkpoint of a set with so many values, signed by members 0, 1 and 3.
base_state made_base(std::uint64_t values) {
  const auto set = make_set();
  for (std::uint64_t value = 1; value <= values; ++value)
    set->apply(actor_number(1), orswot::encode({orswot::action::add, actor_number(1), value, {value}, {}}));
  const auto saved = std::make_shared<const bytes>(set->save());
  checkpoint proof{
    {*group()->group, generation{0}, {{actor_number(1), values}}, sha256(*saved), saved->size()},
    {0b1011},
    {}};
  for (const std::size_t signer : {0u, 1u, 3u})
    proof.seals.push_back(stub_sign(actor_number(signer), checkpoint_digest(cluster_network, proof.what)));
  return {std::make_shared<const checkpoint>(std::move(proof)), saved};
}

class side {
public:
  explicit side(std::size_t number, base_state base = {}, lost_base lost = {})
    : machine(options(number, std::move(lost)), group(), std::move(base)) {}

  void offer(const checkpoint_ptr& what, delivered_vector lacking = {}) {
    machine.handle(checkpoint_offered{actor_number(0), what, std::move(lacking)}, now);
    drain();
  }
  void part(std::uint64_t offset, bytes what, std::size_t from = 0) {
    machine.handle(
      state_part_received{actor_number(from),
                          {checkpoint_digest(cluster_network, wanted->what), offset, std::move(what)}},
      now);
    drain();
  }
  void expire() {
    machine.expire(timer_id{1}, now);
    drain();
  }
  void drain() {
    while (auto effect = machine.poll()) {
      if (auto* packet = std::get_if<send_packet>(&*effect))
        sent.push_back(*packet);
      else if (const auto* check = std::get_if<verify>(&*effect)) {
        const auto seal = stub_sign(check->signer, check->message);
        machine.handle(verified{check->id, std::equal(seal.begin(), seal.end(), check->signed_by.begin(),
                                                      check->signed_by.end())},
                       now);
      } else if (const auto* order = std::get_if<supersede>(&*effect))
        machine.handle(persisted{order->id, stores}, now);
      else if (const auto* done = std::get_if<state_transfer::adopted>(&*effect))
        adopted.push_back(done->what);
      else if (const auto* wrong = std::get_if<report>(&*effect))
        reports.push_back(*wrong);
      else if (const auto* line = std::get_if<note>(&*effect))
        notes.push_back(line->text);
    }
  }
  std::vector<state_request> requests() const {
    std::vector<state_request> all;
    for (const auto& one : sent)
      if (const auto* request = std::get_if<state_request>(&one.what))
        all.push_back(*request);
    return all;
  }

  static state_transfer_options options(std::size_t number, lost_base lost) {
    state_transfer_options made{actor_number(number), std::string{cluster_network}, make_set};
    made.lost = std::move(lost);
    return made;
  }

  state_transfer machine;
  checkpoint_ptr wanted;
  bool stores = true;
  std::vector<send_packet> sent;
  std::vector<base_state> adopted;
  std::vector<report> reports;
  std::vector<std::string> notes;
};

/// Everything that `asking` wants, from `serving`.
void serve(side& asking, side& serving) {
  for (std::size_t done = 0; done < asking.requests().size(); ++done) {
    serving.machine.handle(state_asked{actor_number(2), asking.requests()[done]}, now);
    serving.drain();
    for (const auto& one : std::exchange(serving.sent, {}))
      asking.machine.handle(state_part_received{actor_number(0), std::get<state_page>(one.what)}, now);
    asking.drain();
  }
}

} // namespace

TEST_CASE("state transfer: a state of many parts arrives whole and is adopted once stored", "[unit][brb]") {
  const auto base = made_base(20'000);
  side serving{0, base};
  side lacking{2};
  lacking.offer(base.proof);
  serve(lacking, serving);
  CHECK(lacking.requests().size() == (base.saved->size() + state_part_max - 1) / state_part_max);
  REQUIRE(lacking.requests().size() > 1);
  REQUIRE(lacking.adopted.size() == 1);
  CHECK(*lacking.adopted[0].saved == *base.saved);
  CHECK_FALSE(lacking.machine.snapshot().fetching);
}

TEST_CASE("state transfer: what a quorum has not signed is not fetched", "[unit][brb]") {
  const auto base = made_base(3);
  side lacking{2};
  auto forged = *base.proof;
  forged.seals[2][5] ^= 1u;
  lacking.offer(std::make_shared<const checkpoint>(forged));
  CHECK(lacking.reports.back().code ==
        static_cast<std::uint8_t>(brb_errc::proof_contains_invalid_signatures));
  auto few = *base.proof;
  few.signers = {0b0011};
  few.seals.pop_back();
  lacking.offer(std::make_shared<const checkpoint>(few));
  CHECK(lacking.reports.back().code ==
        static_cast<std::uint8_t>(brb_errc::not_enough_signatures_to_form_quorum));
  auto foreign = *base.proof;
  foreign.what.group[1] ^= 1u;
  lacking.offer(std::make_shared<const checkpoint>(foreign));
  CHECK(lacking.reports.back().code == static_cast<std::uint8_t>(brb_errc::foreign_group));
  CHECK(lacking.requests().empty());
}

TEST_CASE("state transfer: bytes that were not signed are not adopted", "[unit][brb]") {
  const auto base = made_base(3);
  side lacking{2};
  lacking.wanted = base.proof;
  lacking.offer(base.proof);
  auto wrong = *base.saved;
  wrong.back() ^= 1u;
  lacking.part(0, wrong);
  CHECK(lacking.adopted.empty());
  CHECK(lacking.reports.size() == 1);
  lacking.offer(base.proof);
  auto longer = *base.saved;
  longer.push_back(0);
  lacking.part(0, longer);
  CHECK(lacking.adopted.empty());
  CHECK(lacking.reports.size() == 2);
}

TEST_CASE("state transfer: parts of others, twice or out of turn change nothing", "[unit][brb]") {
  const auto base = made_base(3);
  side lacking{2};
  lacking.wanted = base.proof;
  lacking.part(0, *base.saved); // not asked for
  lacking.offer(base.proof);
  lacking.part(0, *base.saved, 1);
  lacking.part(1, {base.saved->begin() + 1, base.saved->end()});
  CHECK(lacking.adopted.empty());
  const bytes half{base.saved->begin(), base.saved->begin() + 4};
  lacking.part(0, half);
  lacking.part(0, half);
  lacking.part(4, {base.saved->begin() + 4, base.saved->end()});
  CHECK(lacking.adopted.size() == 1);
}

TEST_CASE("state transfer: a silent server is asked three times and then given up", "[unit][brb]") {
  const auto base = made_base(3);
  side lacking{2};
  lacking.offer(base.proof);
  for (std::size_t i = 0; i < part_tries_max; ++i)
    lacking.expire();
  CHECK(lacking.requests().size() == part_tries_max);
  CHECK_FALSE(lacking.machine.snapshot().fetching);
  lacking.offer(base.proof);
  CHECK(lacking.machine.snapshot().fetching);
}

TEST_CASE("state transfer: only members are served, and only of the present checkpoint", "[unit][brb]") {
  const auto base = made_base(3);
  side serving{0, base};
  const auto id = checkpoint_digest(cluster_network, base.proof->what);
  const auto ask = [&](std::size_t who, state_request what) {
    serving.machine.handle(state_asked{actor_number(who), what}, now);
    serving.drain();
    return std::exchange(serving.sent, {}).size();
  };
  CHECK(ask(9, {id, 0}) == 0);
  CHECK(serving.reports.size() == 1);
  CHECK(ask(1, {digest{}, 0}) == 0);
  CHECK(ask(1, {id, base.saved->size()}) == 0);
  CHECK(ask(1, {id, base.saved->size() - 1}) == 1);
}

TEST_CASE("state transfer: a checkpoint no further than we are is of no use", "[unit][brb]") {
  const auto base = made_base(3);
  side lacking{2};
  lacking.offer(base.proof, {{actor_number(1), 3}});
  CHECK_FALSE(lacking.machine.snapshot().fetching);
  lacking.offer(base.proof);
  lacking.machine.handle(base_moved{base}, now); // certificates were faster
  CHECK_FALSE(lacking.machine.snapshot().fetching);
}

TEST_CASE("state transfer: what cannot be stored is not adopted", "[unit][brb]") {
  const auto base = made_base(3);
  side lacking{2};
  lacking.wanted = base.proof;
  lacking.stores = false;
  lacking.offer(base.proof);
  lacking.part(0, *base.saved);
  CHECK(lacking.adopted.empty());
  lacking.stores = true;
  lacking.offer(base.proof);
  lacking.part(0, *base.saved);
  CHECK(lacking.adopted.size() == 1);
}

TEST_CASE("state transfer: in place of a lost checkpoint none that covers less is taken", "[unit][brb]") {
  const auto shorter = made_base(2);
  const auto base = made_base(3);
  side serving{0, base};
  side lacking{2, {}, {"it is damaged", {{actor_number(1), 3}}}};
  lacking.offer(shorter.proof);
  CHECK(lacking.requests().empty());
  CHECK(lacking.reports.empty()); // who is behind does no wrong
  lacking.offer(base.proof);
  serve(lacking, serving);
  REQUIRE(lacking.adopted.size() == 1);
  CHECK(lacking.adopted[0].delivered() == delivered_vector{{actor_number(1), 3}});
}

TEST_CASE("state transfer: that a checkpoint is lost is said at start and every minute", "[unit][brb]") {
  side lacking{2, {}, {"it is damaged", {{actor_number(0), 2}, {actor_number(1), 3}}}};
  lacking.machine.start(now);
  lacking.drain();
  REQUIRE(lacking.notes.size() == 1);
  CHECK_THAT(lacking.notes[0], Catch::Contains("it is damaged") && Catch::Contains("the same 5 slots"));
  lacking.machine.expire(timer_id{2}, now);
  lacking.drain();
  CHECK(lacking.notes.size() == 2);
  side whole{2};
  whole.machine.start(now);
  whole.drain();
  CHECK(whole.notes.empty());
}
