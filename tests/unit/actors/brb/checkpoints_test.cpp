// SPDX-License-Identifier: BSD-3-Clause
// Four members agreeing on checkpoints, as machines that hear one another at once: who proposes, who signs
// what, what is forgotten and what is not.
#include "actors/brb/checkpoints.hpp"
#include "messages/codec/register_codec.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t members = 4;
constexpr std::uint64_t every = 8;

std::unique_ptr<data_type> make_register() {
  return (*find_data_type("register"))->make();
}

view_ptr group() {
  auto made = std::make_shared<membership::view>();
  for (std::size_t i = 0; i < members; ++i)
    made->members[generation{0}].insert(actor_number(i));
  made->group = make_group_id(cluster_network, made->members[generation{0}]);
  return made;
}

certificate_ptr delivery(std::size_t source, std::uint64_t sequence, std::string_view text = "x",
                         std::uint64_t counter = 0) {
  auto made = std::make_shared<certificate>();
  made->payload =
    encode_batch(std::vector<bytes>{last_value::encode({counter > 0 ? counter : sequence, as_bytes(text)})});
  made->header = {*group()->group, actor_number(source), sequence, generation{0}, sha256(made->payload), 1};
  return made;
}

class member {
public:
  explicit member(std::size_t number) : number_(number) { live_again({}); }

  void live_again(base_state from) {
    checkpoint_options how{actor_number(number_), std::string{cluster_network}};
    how.every = every;
    machine.emplace(how, group(), trailing_state{make_register, std::move(from)});
  }

  std::optional<checkpoints> machine;
  std::vector<send_packet> sent;
  std::vector<supersede> stored;
  std::vector<base_moved> moved;
  std::vector<report> reports;
  std::vector<verify> checks; ///< kept back if `slow`
  std::map<timer_id, time_point> timers;
  bool stores = true;
  bool slow = false;

  void drain(time_point now) {
    while (auto effect = machine->poll()) {
      if (auto* packet = std::get_if<send_packet>(&*effect))
        sent.push_back(*packet);
      else if (const auto* wish = std::get_if<sign>(&*effect))
        machine->handle(signed_off{wish->id, to_bytes(stub_sign(actor_number(number_), wish->message))}, now);
      else if (const auto* check = std::get_if<verify>(&*effect)) {
        if (slow)
          checks.push_back(*check);
        else
          machine->handle(verified{check->id, genuine(*check)}, now);
      } else if (const auto* order = std::get_if<supersede>(&*effect)) {
        stored.push_back(*order);
        machine->handle(persisted{order->id, stores}, now);
      } else if (const auto* done = std::get_if<base_moved>(&*effect))
        moved.push_back(*done);
      else if (const auto* wrong = std::get_if<report>(&*effect))
        reports.push_back(*wrong);
      else if (const auto* timer = std::get_if<arm>(&*effect))
        timers[timer->timer] = now + timer->after;
    }
  }
  static bool genuine(const verify& check) {
    const auto seal = stub_sign(check.signer, check.message);
    return std::equal(seal.begin(), seal.end(), check.signed_by.begin(), check.signed_by.end());
  }

private:
  std::size_t number_;
};

class stage {
public:
  stage() {
    for (std::size_t i = 0; i < members; ++i)
      all.emplace_back(i);
  }
  void deliver(std::size_t to, const certificate_ptr& what) {
    all[to].machine->handle(certificate_delivered{what}, now);
    all[to].drain(now);
  }
  void deliver_everywhere(std::size_t source, std::uint64_t from, std::uint64_t until) {
    for (auto sequence = from; sequence <= until; ++sequence)
      for (std::size_t i = 0; i < members; ++i)
        if (!deaf.contains(i))
          deliver(i, delivery(source, sequence));
  }
  void hear(std::size_t who, std::size_t from, const packet& what) {
    auto& to = *all[who].machine;
    if (const auto* word = std::get_if<checkpoint_vote>(&what))
      to.handle(checkpoint_vote_received{actor_number(from), *word}, now);
    else if (const auto* proof = std::get_if<checkpoint_ptr>(&what))
      to.handle(checkpoint_received{actor_number(from), *proof}, now);
    all[who].drain(now);
  }
  /// Moves what was sent until nothing is.
  void run() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t from = 0; from < members; ++from)
        for (const auto& order : std::exchange(all[from].sent, {}))
          for (std::size_t to = 0; to < members; ++to)
            if (order.to == actor_number(to) && !deaf.contains(to)) {
              hear(to, from, order.what);
              moved = true;
            }
    }
  }
  void pass(duration span) {
    now += span;
    for (auto& one : all) {
      for (const auto& [timer, at] : std::exchange(one.timers, {})) {
        if (at <= now)
          one.machine->expire(timer, now);
        else
          one.timers.try_emplace(timer, at);
      }
      one.drain(now);
    }
    run();
  }

  time_point now{};
  std::vector<member> all;
  std::set<std::size_t> deaf;
};

} // namespace

TEST_CASE("checkpoints: after so many deliveries a quorum signs and all forget", "[unit][brb]") {
  stage at;
  at.deliver_everywhere(1, 1, every - 1);
  at.run();
  REQUIRE(at.all[0].moved.empty());
  at.deliver_everywhere(1, every, every);
  at.run();
  for (const auto& one : at.all) {
    REQUIRE(one.moved.size() == 1);
    const auto& proof = *one.moved[0].to.proof;
    CHECK(proof.what.delivered == delivered_vector{{actor_number(1), every}});
    CHECK(proof.seals.size() >= 3);
    CHECK(sha256(*one.moved[0].to.saved) == proof.what.state);
    CHECK(one.machine->snapshot().since == 0);
    CHECK(one.reports.empty());
  }
}

TEST_CASE("checkpoints: a few deliveries make one after a while", "[unit][brb]") {
  stage at;
  at.deliver_everywhere(2, 1, 3);
  at.pass(seconds{9});
  REQUIRE(at.all[0].moved.empty());
  at.pass(seconds{1});
  REQUIRE(at.all[0].moved.size() == 1);
  at.pass(seconds{60});
  REQUIRE(at.all[0].moved.size() == 1); // nothing was delivered since
}

TEST_CASE("checkpoints: if who should propose is silent the next does", "[unit][brb]") {
  stage at;
  at.deaf = {0}; // the first to propose
  at.deliver_everywhere(1, 1, 2 * every);
  at.run();
  REQUIRE_FALSE(at.all[1].moved.empty());
  REQUIRE_FALSE(at.all[3].moved.empty());
}

TEST_CASE("checkpoints: who has not got there signs once it has", "[unit][brb]") {
  stage at;
  at.deaf = {2, 3};
  at.deliver_everywhere(1, 1, every);
  at.deaf = {};
  at.run();
  REQUIRE(at.all[0].moved.empty());
  for (std::uint64_t sequence = 1; sequence <= every; ++sequence)
    at.deliver(2, delivery(1, sequence));
  at.run();
  REQUIRE(at.all[0].moved.size() == 1);
  REQUIRE(at.all[2].moved.size() == 1);
  REQUIRE(at.all[3].moved.empty()); // it knows the proof, and waits for what it is about
  for (std::uint64_t sequence = 1; sequence <= every; ++sequence)
    at.deliver(3, delivery(1, sequence));
  REQUIRE(at.all[3].moved.size() == 1);
}

TEST_CASE("checkpoints: nobody signs a state that is not his", "[unit][brb]") {
  stage at;
  at.deaf = {0};
  for (std::uint64_t sequence = 1; sequence <= every; ++sequence)
    at.deliver(0, delivery(1, sequence, "forged", 1000 + sequence));
  at.deliver_everywhere(1, 1, every);
  at.deaf = {};
  at.run();
  for (std::size_t i = 1; i < members; ++i) {
    CHECK(at.all[i].moved.empty());
    CHECK(at.all[i].machine->snapshot().diverged == 1);
  }
  at.deliver_everywhere(1, every + 1, 2 * every); // the next in turn proposes
  at.run();
  CHECK_FALSE(at.all[1].moved.empty());
  CHECK(at.all[0].moved.empty());
  CHECK(at.all[0].machine->snapshot().diverged > 0);
}

TEST_CASE("checkpoints: a proof short of a quorum or with a forged seal is refused", "[unit][brb]") {
  stage at;
  at.deaf = {3};
  at.deliver_everywhere(1, 1, every);
  at.run();
  const auto proof = at.all[0].moved.at(0).to.proof;
  for (std::uint64_t sequence = 1; sequence <= every; ++sequence)
    at.deliver(3, delivery(1, sequence));
  auto few = *proof;
  few.signers = {3};
  few.seals.resize(2);
  at.hear(3, 0, std::make_shared<const checkpoint>(few));
  CHECK(at.all[3].reports.back().code ==
        static_cast<std::uint8_t>(brb_errc::not_enough_signatures_to_form_quorum));
  auto forged = *proof;
  forged.seals[1][0] ^= 1u;
  at.hear(3, 0, std::make_shared<const checkpoint>(forged));
  CHECK(at.all[3].reports.back().code ==
        static_cast<std::uint8_t>(brb_errc::proof_contains_invalid_signatures));
  auto foreign = *proof;
  foreign.what.group[0] ^= 1u;
  at.hear(3, 0, std::make_shared<const checkpoint>(foreign));
  CHECK(at.all[3].reports.back().code == static_cast<std::uint8_t>(brb_errc::foreign_group));
  CHECK(at.all[3].moved.empty());
  at.hear(3, 0, proof);
  CHECK(at.all[3].moved.size() == 1);
}

TEST_CASE("checkpoints: only so many proofs are checked at once", "[unit][brb]") {
  stage at;
  at.deaf = {3};
  at.deliver_everywhere(1, 1, every);
  at.run();
  at.all[3].slow = true;
  for (std::size_t i = 0; i <= checkpoint_checks_max; ++i)
    at.hear(3, 0, at.all[0].moved.at(0).to.proof);
  CHECK(at.all[3].checks.size() == 3 * checkpoint_checks_max);
}

TEST_CASE("checkpoints: proofs whose checks were lost make room", "[unit][brb]") {
  stage at;
  at.deaf = {3};
  at.deliver_everywhere(1, 1, every);
  at.run();
  const auto proof = at.all[0].moved.at(0).to.proof;
  at.all[3].slow = true; // and never answered
  for (std::size_t i = 0; i < checkpoint_checks_max; ++i)
    at.hear(3, 0, proof);
  at.all[3].slow = false;
  at.hear(3, 0, proof);
  REQUIRE(at.all[3].moved.empty()); // no room
  at.deaf = {};
  for (std::uint64_t sequence = 1; sequence <= 2 * every; ++sequence)
    at.deliver(3, delivery(1, sequence));
  for (std::size_t i = 0; i < members - 1; ++i)
    for (std::uint64_t sequence = every + 1; sequence <= 2 * every; ++sequence)
      at.deliver(i, delivery(1, sequence));
  at.all[3].sent.clear();
  at.pass(seconds{60}); // it collects one of its own, or signs another's
  at.deliver_everywhere(1, 2 * every + 1, 3 * every);
  at.pass(seconds{60});
  at.hear(3, 0, at.all[0].moved.back().to.proof);
  CHECK(at.all[3].machine->base().delivered() == at.all[0].machine->base().delivered());
}

TEST_CASE("checkpoints: a word whose check was lost is asked for again", "[unit][brb]") {
  stage at;
  at.all[0].slow = true; // the first to propose
  at.deliver_everywhere(1, 1, every);
  at.run();
  REQUIRE(at.all[0].checks.size() == members - 1);
  at.all[0].slow = false; // those are lost
  at.pass(seconds{60});
  at.deliver_everywhere(1, every + 1, 3 * every);
  at.pass(seconds{60});
  CHECK_FALSE(at.all[0].moved.empty());
}

TEST_CASE("checkpoints: nothing is forgotten that could not be stored", "[unit][brb]") {
  stage at;
  at.all[2].stores = false;
  at.deliver_everywhere(1, 1, every);
  at.run();
  CHECK(at.all[1].moved.size() == 1);
  CHECK(at.all[2].moved.empty());
  CHECK(at.all[2].machine->snapshot().since == every);
  at.all[2].stores = true;
  at.deliver_everywhere(1, every + 1, 3 * every);
  at.run();
  CHECK(at.all[2].machine->snapshot().since < 2 * every);
}

TEST_CASE("checkpoints: a disk that stays full is tried once in a while", "[unit][brb]") {
  stage at;
  for (auto& one : at.all)
    one.stores = false;
  at.deliver_everywhere(1, 1, 2 * every);
  at.pass(seconds{60});
  const auto before = at.all[0].stored.size();
  for (int i = 0; i < 600; ++i)
    at.pass(milliseconds{100});
  CHECK(at.all[0].stored.size() > before);
  CHECK(at.all[0].stored.size() <= before + 7 * members); // a minute; each proposes once in ten seconds
  for (auto& one : at.all)
    one.stores = true;
  at.pass(seconds{60});
  CHECK_FALSE(at.all[0].moved.empty());
}

TEST_CASE("checkpoints: a flood of proposals of one member costs one signature a second", "[unit][brb]") {
  stage at;
  at.deliver_everywhere(1, 1, every - 1);
  std::size_t answers = 0;
  for (std::uint64_t up_to = 1; up_to < every; ++up_to) {
    trailing_state same{make_register, {}};
    for (std::uint64_t sequence = 1; sequence <= up_to; ++sequence)
      same.delivered(delivery(1, sequence));
    const auto there = same.at({{actor_number(1), up_to}});
    at.hear(2, 3,
            checkpoint_vote{
              {*group()->group, generation{0}, there->reached, there->id, there->saved->size()}, {}, true});
    answers += std::exchange(at.all[2].sent, {}).size();
  }
  CHECK(answers == 1);
  CHECK(at.all[2].machine->snapshot().waiting == 1); // the newest, for later
}

TEST_CASE("checkpoints: a life begun behind one goes on from it", "[unit][brb]") {
  stage at;
  at.deliver_everywhere(1, 1, every);
  at.run();
  at.all[0].live_again(at.all[0].moved.at(0).to);
  at.deliver_everywhere(1, every + 1, 2 * every);
  at.run();
  at.deliver_everywhere(1, 2 * every + 1, 3 * every);
  at.run();
  CHECK(at.all[0].moved.size() >= 2);
  CHECK(at.all[0].machine->base().proof->what.state == at.all[1].machine->base().proof->what.state);
}

TEST_CASE("trailing state: stands at any vector behind the base, forwards and back", "[unit][brb]") {
  trailing_state state{make_register, {}};
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
    state.delivered(delivery(0, sequence, "a"));
    state.delivered(delivery(1, sequence, "b"));
  }
  const auto a = actor_number(0);
  const auto b = actor_number(1);
  const auto near = state.at({{a, 2}, {b, 1}});
  const auto far = state.at({{a, 5}, {b, 5}});
  const auto aside = state.at({{a, 1}, {b, 4}});
  REQUIRE((near && far && aside));
  CHECK(near->id != far->id);
  CHECK(state.at({{a, 2}, {b, 1}})->id == near->id);
  CHECK_FALSE(state.at({{a, 6}}));
  auto proof = std::make_shared<checkpoint>();
  proof->what.delivered = near->reached;
  state.rebase({proof, near->saved});
  CHECK(state.since_base() == 7);
  CHECK(state.at({{a, 5}, {b, 5}})->id == far->id);
  CHECK_FALSE(state.at({{a, 1}, {b, 4}})); // what led there is forgotten
}
