// SPDX-License-Identifier: BSD-3-Clause
// What every queue and map of broadcast holds at most, and what the one more is told; what a source keeps of
// its own sequence numbers.
#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::brb;

namespace {

constexpr time_point now{};

view_ptr group_of(std::size_t members) {
  auto made = std::make_shared<membership::view>();
  for (std::size_t i = 0; i < members; ++i)
    made->members[generation{0}].insert(actor_number(i));
  made->group = make_group_id(cluster_network, made->members[generation{0}]);
  return made;
}

bytes add(std::uint64_t value) {
  return orswot::encode({orswot::action::add, actor_number(0), value, {value}, {}});
}

/// Request number `sequence` of member 0, as it signed it.
send_received request(const view_ptr& in, std::uint64_t sequence, std::uint64_t value) {
  const operation_header header{*in->group, actor_number(0), sequence, generation{0}, sha256(add(value)), 1};
  const auto seal = stub_sign(actor_number(0), header_digest(cluster_network, header));
  return {actor_number(0),
          std::make_shared<send_message>(send_message{generation{0}, header, seal, add(value)})};
}

template <class Effect, class Machine>
std::vector<Effect> taken(Machine& from) {
  std::vector<Effect> found;
  while (auto effect = from.poll())
    if (auto* wanted = std::get_if<Effect>(&*effect))
      found.push_back(std::move(*wanted));
  return found;
}

const operations_options unbatched{actor_number(0), true, {.operations = 1, .delay = {}}};

submit adding(std::uint64_t id, std::uint64_t value) {
  return {command_id{id}, {{"add", {std::to_string(value)}}}, answer_when::promised};
}

} // namespace

TEST_CASE("operations: at most 16384 commands wait", "[unit][brb]") {
  operations ours({actor_number(0)}, group_of(1));
  for (std::uint64_t i = 1; i <= commands_max + 1; ++i)
    ours.handle(adding(i, i), now);
  const auto answers = taken<operations::answer>(ours);
  REQUIRE(answers.size() == 1);
  REQUIRE(answers.front().command == command_id{commands_max + 1});
  REQUIRE(answers.front().error == "Overloaded");
  REQUIRE(ours.snapshot().waiting == commands_max);
}

TEST_CASE("operations: a sequence number given before a restart is never given again", "[unit][brb]") {
  const auto view = group_of(1);
  const auto next_of = [&](operations& ours) {
    ours.start(now);
    taken<operations::start_instance>(ours);
    ours.handle(adding(1, 9), now);
    const auto asked = taken<operations::prepare>(ours);
    REQUIRE(asked.size() == 1);
    ours.handle(prepared{asked.front().id, {""}, 1, add(9)}, now);
    const auto started = taken<operations::start_instance>(ours);
    REQUIRE(started.size() == 1);
    return started.front().header.sequence;
  };
  operations locked(unbatched, view);
  locked.restore_locked(*request(view, 3, 3).what);
  REQUIRE(next_of(locked) == 4);
  operations delivered(unbatched, view);
  delivered.restore_delivered(5);
  REQUIRE(next_of(delivered) == 6);
}

TEST_CASE("instance: an echo that its sender did not sign counts for nothing", "[unit][brb]") {
  const auto view = group_of(4);
  const operation_header header{*view->group, actor_number(0), 1, generation{0}, sha256(add(1)), 1};
  instance ours({actor_number(0), std::string{cluster_network}, header, add(1), orswot::describe}, view);
  ours.start(now);
  for (const auto& wish : taken<sign>(ours))
    ours.handle(signed_off{wish.id, to_bytes(stub_sign(actor_number(0), wish.message))}, now);
  for (std::size_t from = 0; from < 3; ++from)
    ours.handle(echo_received{actor_number(from), {generation{0}, header, {}}}, now);
  std::vector<std::string> notes;
  while (auto effect = ours.poll()) {
    if (const auto* check = std::get_if<verify>(&*effect))
      ours.handle(verified{check->id, false}, now);
    if (const auto* line = std::get_if<note>(&*effect))
      notes.push_back(line->text);
  }
  REQUIRE(std::count(notes.begin(), notes.end(), "[CLI] dropping packet: Signature") == 2);
  REQUIRE(ours.snapshot().at == instance::phase::requesting);
  REQUIRE(ours.snapshot().echoes.at(generation{0}) == 1); // our own
}

TEST_CASE("operations: at most 64 delivered ones wait for laggards", "[unit][brb]") {
  operations ours({actor_number(0)}, group_of(1));
  std::vector<std::uint64_t> retired;
  for (std::uint64_t i = 1; i <= certified_tail_max + 2; ++i) {
    ours.handle(adding(i, i), now);
    const auto asked = taken<operations::prepare>(ours);
    REQUIRE(asked.size() == 1);
    ours.handle(prepared{asked.front().id, {""}, 1, add(i)}, now);
    ours.handle(instance_settled{i}, now);
    ours.handle(own_delivered{i}, now);
    for (const auto& one : taken<operations::retire>(ours))
      retired.push_back(one.sequence);
  }
  REQUIRE(retired == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("window: at most eight second headers are checked at once", "[unit][brb]") {
  const auto view = group_of(4);
  source_window window({actor_number(1), std::string{cluster_network}, actor_number(0), orswot::describe},
                       view);
  window.restore(promise{lock_promise{*request(view, 1, 1).what}});
  for (std::uint64_t i = 0; i <= window_size; ++i)
    window.handle(request(view, 1, 2 + i), now);
  std::size_t checks = 0;
  std::vector<std::string> notes;
  while (auto effect = window.poll()) {
    checks += std::holds_alternative<verify>(*effect);
    if (const auto* line = std::get_if<note>(&*effect))
      notes.push_back(line->text);
  }
  REQUIRE(checks == window_size);
  REQUIRE(notes == std::vector<std::string>{"[CLI] dropping packet: Overloaded"});
}

TEST_CASE("window: four proofs of equivocation are kept", "[unit][brb]") {
  const auto view = group_of(4);
  source_window window({actor_number(1), std::string{cluster_network}, actor_number(0), orswot::describe},
                       view);
  window.restore(promise{lock_promise{*request(view, 1, 1).what}});
  for (std::uint64_t i = 0; i <= evidence_max; ++i) {
    window.handle(request(view, 1, 2 + i), now);
    for (const auto& check : taken<verify>(window))
      window.handle(verified{check.id, true}, now);
  }
  REQUIRE(window.snapshot().proofs.size() == evidence_max);
}

TEST_CASE("window: eight certificates of unknown generations wait and the next is refused", "[unit][brb]") {
  const auto view = group_of(4);
  source_window window({actor_number(1), std::string{cluster_network}, actor_number(0), orswot::describe},
                       view);
  std::vector<std::string> notes;
  for (std::uint64_t i = 1; i <= parked_max + 1; ++i) {
    const auto what = request(view, i, i).what;
    window.handle(
      certificate_received{actor_number(0), std::make_shared<certificate>(certificate{
                                              generation{9}, what->header, {}, {}, {}, what->payload})},
      now);
    for (const auto& line : taken<note>(window))
      notes.push_back(line.text);
  }
  for (int again = 0; again < 2; ++again) { // the same slot once more takes no other place
    const auto what = request(view, 1, 1).what;
    window.handle(
      certificate_received{actor_number(0), std::make_shared<certificate>(certificate{
                                              generation{9}, what->header, {}, {}, {}, what->payload})},
      now);
    CHECK(taken<note>(window).empty());
  }
  REQUIRE(notes == std::vector<std::string>{"[CLI] dropping packet: InvalidGeneration"});
}

TEST_CASE("window: who fills the places of unknown generations makes room for others", "[unit][brb]") {
  const auto view = group_of(4);
  source_window window({actor_number(1), std::string{cluster_network}, actor_number(0), orswot::describe},
                       view);
  const auto park = [&](std::size_t from, std::uint64_t sequence, generation gen) {
    const auto what = request(view, sequence, sequence).what;
    const auto seal = stub_sign(actor_number(0), echo_digest(cluster_network, gen, what->header));
    window.handle(
      certificate_received{actor_number(from),
                           std::make_shared<certificate>(certificate{
                             gen, what->header, what->seal, {7}, {seal, seal, seal}, what->payload})},
      now);
  };
  for (std::uint64_t i = 1; i <= parked_max; ++i)
    park(0, i, generation{9});
  park(2, 1, generation{1});
  auto later = std::make_shared<membership::view>(*view);
  later->members[generation{1}] = *view->members_of(generation{0});
  later->gen = generation{1};
  taken<verify>(window);
  window.handle(view_update{later}, now);
  REQUIRE(taken<verify>(window).size() == 3);
}

TEST_CASE("window: of a page as many certificates wait as a page may hold", "[unit][brb]") {
  const auto view = group_of(4);
  source_window window({actor_number(1), std::string{cluster_network}, actor_number(0), orswot::describe},
                       view);
  backlog_received page{actor_number(2), {}};
  for (std::uint64_t i = 1; i <= backlog_max + 10; ++i) {
    const auto what = request(view, i, i).what;
    const auto seal = stub_sign(actor_number(0), echo_digest(cluster_network, generation{0}, what->header));
    page.certificates.push_back(std::make_shared<certificate>(
      certificate{generation{0}, what->header, {}, {7}, {seal, seal, seal}, what->payload}));
  }
  window.handle(page, now);
  REQUIRE(window.snapshot().backlog == backlog_max - window_size);
}

TEST_CASE("anti-entropy: at most 64 peers are asked at once", "[unit][brb]") {
  anti_entropy catching_up({actor_number(0)}, group_of(1));
  for (std::size_t i = 1; i <= conversations_max; ++i)
    REQUIRE(catching_up.handle(ask_peer{actor_number(i)}, now));
  REQUIRE(catching_up.handle(ask_peer{actor_number(conversations_max + 1)}, now).error() ==
          brb_errc::overloaded);
  REQUIRE(catching_up.handle(ask_peer{actor_number(1)}, now)); // asked already: again
}

TEST_CASE("anti-entropy: at most 256 peers are asked in every round", "[unit][brb]") {
  anti_entropy catching_up({actor_number(0)}, group_of(1));
  const anti_entropy_page last{*group_of(1)->group, {}, {}, false, {}};
  for (std::size_t i = 1; i <= asked_max; ++i) {
    REQUIRE(catching_up.handle(ask_peer{actor_number(i)}, now));
    catching_up.handle(page_received{actor_number(i), last}, now);
  }
  REQUIRE(catching_up.snapshot().asking == 0);
  REQUIRE(catching_up.handle(ask_peer{actor_number(asked_max + 1)}, now).error() == brb_errc::overloaded);
  catching_up.handle(peer_gone{actor_number(1)}, now);
  REQUIRE(catching_up.handle(ask_peer{actor_number(asked_max + 1)}, now));
}

TEST_CASE("instance: at most four generations are asked", "[unit][brb]") {
  auto now_view = std::make_shared<membership::view>(*group_of(4));
  const operation_header header{*now_view->group, actor_number(0), 1, generation{0}, sha256(add(1)), 1};
  instance ours({actor_number(0), std::string{cluster_network}, header, add(1), orswot::describe}, now_view);
  ours.start(now);
  for (const auto& wish : taken<sign>(ours))
    ours.handle(signed_off{wish.id, to_bytes(stub_sign(actor_number(0), wish.message))}, now);
  ours.handle(echo_received{actor_number(0), {generation{0}, header, {}}}, now);
  for (std::uint64_t gen = 1; gen <= generations_asked_max + 1; ++gen) {
    now_view = std::make_shared<membership::view>(*now_view);
    now_view->gen = generation{gen};
    now_view->members[now_view->gen] = now_view->members[generation{0}];
    ours.handle(view_update{now_view}, now);
  }
  const auto asked = ours.snapshot().echoes;
  REQUIRE(asked.size() == generations_asked_max);
  REQUIRE(asked.contains(generation{0})); // its own stays
  REQUIRE_FALSE(asked.contains(generation{1}));
}

TEST_CASE("instance: texts of packets are made only if somebody reads them", "[unit][brb]") {
  const auto view = group_of(4);
  const operation_header header{*view->group, actor_number(0), 1, generation{0}, sha256(add(1)), 1};
  for (const bool traced : {false, true}) {
    instance_options options{actor_number(0), std::string{cluster_network}, header, add(1), orswot::describe};
    options.traced = traced;
    instance ours(options, view);
    ours.start(now);
    for (const auto& wish : taken<sign>(ours))
      ours.handle(signed_off{wish.id, to_bytes(stub_sign(actor_number(0), wish.message))}, now);
    REQUIRE(taken<delivering>(ours).empty() != traced);
    ours.handle(echo_received{actor_number(0), {generation{0}, header, {}}}, now);
    const auto seen = taken<handling>(ours);
    REQUIRE(seen.size() == 1);
    REQUIRE(seen.front().payload.empty() != traced);
  }
}
