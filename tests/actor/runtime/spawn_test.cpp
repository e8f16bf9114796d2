// SPDX-License-Identifier: BSD-3-Clause
// Goal: whatever goes wrong inside an actor is a line in the node's log and an exit reason, and nothing
// reaches stdout.
#include "actors/runtime/shell/spawn.hpp"

#include "tests/support/stage.hpp"
#include "tests/support/stdout_capture.hpp"

#include <catch2/catch.hpp>

#include <caf/scoped_actor.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

struct poke {
  int how;
};

} // namespace

template <>
inline constexpr std::string_view troupe::signal_name<poke> = "test.poke";

namespace {

using victim = handle<takes<poke>>;
struct nothing {};

const peer_id& culprit() {
  static const peer_id id = [] {
    bytes multihash{0, 36, 8, 1, 18, 32};
    multihash.resize(38, 0xab);
    return *peer_id::from_multihash(multihash);
  }();
  return id;
}

victim::behavior_type victim_actor(self_ptr<victim, nothing>, node_context, std::string text) {
  return {[text](poke what) {
    if (what.how == 1)
      throw std::runtime_error(text);
    if (what.how == 2)
      charged_to(culprit(), [&] { throw std::runtime_error(text); });
    if (what.how == 3)
      throw 7;
  }};
}

struct watcher {
  std::vector<exit_cause> seen;
};

caf::behavior watcher_actor(caf::stateful_actor<watcher>* self, node_context, victim whom,
                            std::vector<exit_cause>* out) {
  self->set_down_handler([out](caf::down_msg& down) { out->push_back(cause_of(down.reason)); });
  self->monitor(whom);
  return {[](int) {}};
}

} // namespace

TEST_CASE("spawn: a crash is logged with its text and the actor's name", "[actor][runtime]") {
  stage on;
  std::vector<exit_cause> causes;
  stdout_capture output;
  const auto one = spawn(on.system(), on.context("victim"), victim_actor, std::string{"it broke"});
  const auto by = spawn(on.system(), on.context("watcher"), watcher_actor, one, &causes);
  on.run();
  post(one, poke{1});
  on.run();
  REQUIRE(on.log().lines.size() == 1);
  REQUIRE(on.log().lines[0].level == log_level::error);
  REQUIRE(on.log().lines[0].actor == "n1/victim");
  REQUIRE(on.log().lines[0].text == "crashed: it broke");
  REQUIRE(causes.size() == 1);
  REQUIRE(causes[0].abnormal);
  REQUIRE(causes[0].text == "it broke");
  REQUIRE_FALSE(causes[0].charged);
  on.stop(by);
  REQUIRE(output.text().empty());
}

TEST_CASE("spawn: a crash while serving a peer names that peer", "[actor][runtime]") {
  stage on;
  std::vector<exit_cause> causes;
  const auto one = spawn(on.system(), on.context("victim"), victim_actor, std::string{"poison"});
  const auto by = spawn(on.system(), on.context("watcher"), watcher_actor, one, &causes);
  on.run();
  post(one, poke{2});
  on.run();
  REQUIRE(causes.size() == 1);
  REQUIRE(causes[0].charged == culprit());
  REQUIRE(on.log().has("crashed while serving i:ababab: poison"));
  on.stop(by);
}

TEST_CASE("spawn: an exception that is no std::exception is a crash like any other", "[actor][runtime]") {
  stage on;
  std::vector<exit_cause> causes;
  stdout_capture output;
  const auto one = spawn(on.system(), on.context("victim"), victim_actor, std::string{});
  const auto by = spawn(on.system(), on.context("watcher"), watcher_actor, one, &causes);
  on.run();
  post(one, poke{3});
  on.run();
  REQUIRE(causes.size() == 1);
  REQUIRE(causes[0].abnormal);
  on.stop(by);
  REQUIRE(output.text().empty());
}

TEST_CASE("spawn: an unexpected message is logged and dropped", "[actor][runtime]") {
  stage on;
  stdout_capture output;
  const auto one = spawn(on.system(), on.context("victim"), victim_actor, std::string{});
  caf::anon_send(caf::actor_cast<caf::actor>(one), 3.5);
  on.run();
  REQUIRE(on.log().has("dropped an unexpected message"));
  post(one, poke{0});
  on.stop(one);
  REQUIRE(output.text().empty());
}

TEST_CASE("spawn: a stray error and a stray down message end nobody", "[actor][runtime]") {
  stage on;
  stdout_capture output;
  std::vector<exit_cause> causes;
  const auto one = spawn(on.system(), on.context("victim"), victim_actor, std::string{});
  const auto by = spawn(on.system(), on.context("watcher"), watcher_actor, one, &causes);
  caf::anon_send(caf::actor_cast<caf::actor>(one), error_of(runtime_errc::overloaded));
  caf::anon_send(caf::actor_cast<caf::actor>(one),
                 caf::down_msg{by.address(), error_of(runtime_errc::crashed)});
  on.run();
  REQUIRE(causes.empty());
  REQUIRE(on.log().has("stray error"));
  on.stop(one, by);
  REQUIRE(output.text().empty());
}
