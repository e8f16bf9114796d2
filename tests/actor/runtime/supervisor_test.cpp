// SPDX-License-Identifier: BSD-3-Clause
// Goal: the supervisor carries out what supervision decides, with real actors that throw, leave, hang and are
// killed. Method: every worker writes its starts and ends into one diary; time is virtual.
#include "actors/runtime/shell/supervisor_interface.hpp"

#include "tests/support/stage.hpp"
#include "tests/support/stdout_capture.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

enum class act { count, crash, leave, poison };
struct perform {
  act what;
};
struct how_many {};

} // namespace

template <>
inline constexpr std::string_view troupe::signal_name<perform> = "test.perform";
template <>
inline constexpr std::string_view troupe::signal_name<how_many> = "test.how_many";

namespace {

using worker = handle<takes<perform>, answers<int, how_many>>;
using diary = std::shared_ptr<std::vector<std::string>>;

peer_id culprit() {
  bytes multihash{0, 36, 8, 1, 18, 32};
  multihash.resize(38, 0xcd);
  return *peer_id::from_multihash(multihash);
}

struct worker_state {
  int counted = 0;
  std::string key;
  diary book;
  ~worker_state() {
    if (book)
      book->push_back("-" + key);
  }
};

worker::behavior_type worker_actor(self_ptr<worker, worker_state> self, node_context, std::string key,
                                   diary book, bool deaf) {
  self->state.key = key;
  self->state.book = book;
  book->push_back("+" + key);
  if (deaf)
    self->set_exit_handler([](caf::exit_msg&) {});
  return {[self](perform order) {
            switch (order.what) {
            case act::count:
              ++self->state.counted;
              return;
            case act::crash:
              throw std::runtime_error("worker broke");
            case act::leave:
              self->quit();
              return;
            case act::poison:
              charged_to(culprit(), [] { throw std::runtime_error("poisoned"); });
            }
          },
          [self](how_many) { return self->state.counted; }};
}

struct scene {
  stage on;
  diary book = std::make_shared<std::vector<std::string>>();
  drop_counter dropped = std::make_shared<std::atomic<std::uint64_t>>(0);
  std::map<std::string, worker> at; // by key, the stable addresses
  std::vector<child_down> downs;
  std::vector<peer_id> blamed;
  supervisor_handle top;

  child make(const std::string& key, restart kind = restart::permanent, bool deaf = false) {
    at[key] = spawn_proxy<worker>(on.system(), on.context(key), dropped);
    return make_child<worker>(
      {.key = key, .kind = kind, .stop_within = 300ms}, at[key],
      [key, deaf, kept = book](caf::actor_system& system, const node_context& context) -> worker {
        return spawn(system, context, worker_actor, key, kept, deaf);
      });
  }
  void raise(strategy plan, std::vector<child> children, std::size_t intensity = 3) {
    supervision_options options{
      .plan = plan, .intensity = intensity, .wait = {.min = 10ms, .jitter_percent = 0}};
    options.children_max = 4;
    top = spawn_supervisor(on.system(), on.context("top"), options, std::move(children),
                           {[this](const peer_id& peer, const std::string&) { blamed.push_back(peer); },
                            [this](const child_down& down) { downs.push_back(down); }});
    on.run();
  }
  void tell(const std::string& key, act what) {
    post(at.at(key), perform{what});
    on.run();
  }
  std::vector<std::string> read() { return std::exchange(*book, {}); }
  ~scene() {
    on.stop(top);
    for (auto& [key, address] : at)
      on.stop(address);
    on.pass(10s);
  }
};

using words = std::vector<std::string>;

struct asked {
  std::vector<std::string> answers;
};

caf::behavior asker_actor(caf::stateful_actor<asked>* self, node_context, worker whom,
                          std::vector<std::string>* out) {
  request(self, whom, 1s, how_many{})
    .then([out](int counted) { out->push_back(std::to_string(counted)); },
          [out](const caf::error& err) { out->push_back(cause_of(err).text); });
  return {[](int) {}};
}

std::string ask(scene& in, const std::string& key) {
  std::vector<std::string> answers;
  const auto by = spawn(in.on.system(), in.on.context("asker"), asker_actor, in.at.at(key), &answers);
  in.on.run();
  in.on.stop(by);
  return answers.empty() ? "nothing" : answers.front();
}

} // namespace

TEST_CASE("supervisor: restarts a child that throws and its address stays", "[actor][runtime]") {
  scene in;
  stdout_capture output;
  in.raise(strategy::one_for_one, {in.make("a")});
  in.tell("a", act::count);
  REQUIRE(ask(in, "a") == "1");
  in.tell("a", act::crash);
  REQUIRE(in.on.log().has("worker broke"));
  in.on.pass(10ms);
  REQUIRE(in.read() == words{"+a", "-a", "+a"});
  in.tell("a", act::count);
  in.tell("a", act::count);
  REQUIRE(ask(in, "a") == "2");
  REQUIRE(in.downs.size() == 1);
  REQUIRE(in.downs[0].why == "worker broke");
  REQUIRE(in.downs[0].comes_back);
  REQUIRE(output.text().empty());
}

TEST_CASE("supervisor: while a child is down requests answer restarting and signals are counted",
          "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a")});
  in.tell("a", act::crash);
  REQUIRE(ask(in, "a") == "restarting");
  in.tell("a", act::count);
  in.tell("a", act::count);
  REQUIRE(in.dropped->load() == 2);
  in.on.pass(10ms);
  REQUIRE(ask(in, "a") == "0");
}

TEST_CASE("supervisor: what is sent before a child first starts waits for it", "[actor][runtime]") {
  scene in;
  auto one = in.make("a");
  for (int i = 0; i < 300; ++i)
    in.tell("a", act::count);
  // 256 wait, and nobody else does any more.
  REQUIRE(in.dropped->load() == 44);
  REQUIRE(ask(in, "a") == "restarting");
  in.raise(strategy::one_for_one, {std::move(one)});
  REQUIRE(ask(in, "a") == "256");
}

TEST_CASE("supervisor: a transient child that ends normally stays down", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a", restart::transient)});
  in.tell("a", act::leave);
  in.on.pass(10s);
  REQUIRE(in.read() == words{"+a", "-a"});
  REQUIRE_FALSE(in.downs.at(0).comes_back);
}

TEST_CASE("supervisor: one_for_all ends all in reverse and starts them in order", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_all, {in.make("a"), in.make("b"), in.make("c")});
  in.read();
  in.tell("b", act::crash);
  in.on.pass(10ms);
  REQUIRE(in.read() == words{"-b", "-c", "-a", "+a", "+b", "+c"});
}

TEST_CASE("supervisor: rest_for_one leaves earlier children alone", "[actor][runtime]") {
  scene in;
  in.raise(strategy::rest_for_one, {in.make("a"), in.make("b"), in.make("c")});
  in.read();
  in.tell("b", act::crash);
  in.on.pass(10ms);
  REQUIRE(in.read() == words{"-b", "-c", "+b", "+c"});
}

TEST_CASE("supervisor: backoff grows from crash to crash", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a")}, 100);
  for (const auto wait : {10ms, 20ms, 40ms}) {
    in.tell("a", act::crash);
    in.on.pass(wait - 1ms);
    in.read();
    REQUIRE(ask(in, "a") == "restarting");
    in.on.pass(1ms);
    REQUIRE(in.read() == words{"+a"});
  }
  in.on.pass(10s);
  in.tell("a", act::crash);
  in.on.pass(10ms);
  REQUIRE(in.read() == words{"-a", "+a"});
}

TEST_CASE("supervisor: escalates by ending with an error that its own supervisor sees", "[actor][runtime]") {
  scene in;
  auto inner = in.make("a");
  auto spare = in.make("b");
  std::vector<child_down> above;
  supervision_options options{.intensity = 1, .wait = {.min = 10ms, .jitter_percent = 0}};
  auto start_inner = [=](caf::actor_system& system, const node_context& context) {
    return spawn_supervisor(system, context, options, {inner, spare});
  };
  in.top = spawn_supervisor(in.on.system(), in.on.context("top"), options,
                            {make_child({.key = "inner"}, start_inner)},
                            {{}, [&](const child_down& down) { above.push_back(down); }});
  in.on.run();
  in.tell("a", act::crash);
  in.on.pass(10ms);
  REQUIRE(above.empty());
  in.read();
  in.tell("a", act::crash);
  REQUIRE(above.size() == 1);
  REQUIRE(above[0].why == "escalated");
  REQUIRE(in.read() == words{"-a", "-b"});
  REQUIRE(ask(in, "b") == "restarting");
  in.on.pass(10ms);
  REQUIRE(in.read() == words{"+a", "+b"});
  in.tell("a", act::count);
  REQUIRE(ask(in, "a") == "1");
}

TEST_CASE("supervisor: asked to stop it ends its children in reverse order", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a"), in.make("b"), in.make("c")});
  in.read();
  ask_to_stop(in.top);
  in.on.run();
  REQUIRE(in.read() == words{"-c", "-b", "-a"});
}

TEST_CASE("supervisor: a child deaf to exit is killed after its deadline", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a"), in.make("b", restart::permanent, true)});
  in.read();
  ask_to_stop(in.top);
  in.on.pass(299ms);
  REQUIRE(in.read().empty());
  in.on.pass(1ms);
  REQUIRE(in.read() == words{"-b", "-a"});
  REQUIRE(in.on.log().has("kills b"));
}

TEST_CASE("supervisor: killed itself it leaves no orphans", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a"), in.make("b", restart::permanent, true)});
  in.read();
  in.on.stop(in.top);
  auto ended = in.read();
  std::sort(ended.begin(), ended.end());
  REQUIRE(ended == words{"-a", "-b"});
}

TEST_CASE("supervisor: an address nobody holds any more is gone", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a")});
  const auto before = in.on.system().registry().running();
  in.at.clear();
  in.on.stop(in.top);
  in.top = nullptr;
  in.on.run();
  REQUIRE(in.on.system().registry().running() == before - 3);
}

TEST_CASE("supervisor: a thousand crashes charged to a peer do not escalate", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a")});
  for (int i = 0; i < 1000; ++i)
    in.tell("a", act::poison);
  REQUIRE(in.blamed.size() == 1000);
  REQUIRE(in.blamed.front() == culprit());
  REQUIRE(ask(in, "a") == "0");
  REQUIRE_FALSE(in.on.log().has("escalates"));
}

TEST_CASE("supervisor: children come and go at run time up to the cap", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a")});
  for (const auto* key : {"x", "y", "z", "too many"})
    post(in.top, start_child{in.make(key, restart::transient)});
  in.on.run();
  REQUIRE(in.read() == words{"+a", "+x", "+y", "+z"});
  post(in.top, stop_child{"x"});
  post(in.top, stop_child{"nobody"});
  in.on.run();
  REQUIRE(in.read() == words{"-x"});
  REQUIRE(in.on.log().has("nobody, which is no child"));
  in.tell("y", act::crash);
  in.on.pass(10ms);
  REQUIRE(in.read() == words{"-y", "+y"});
}

TEST_CASE("supervisor: a start function that throws counts as a crash", "[actor][runtime]") {
  scene in;
  auto broken = [](caf::actor_system&, const node_context&) -> caf::actor {
    throw std::runtime_error("no disk");
  };
  in.raise(strategy::one_for_one, {make_child({.key = "a"}, broken), in.make("b")}, 2);
  REQUIRE(in.on.log().has("cannot start a: no disk"));
  in.on.pass(1s);
  REQUIRE(in.on.log().has("escalates"));
  REQUIRE(in.read() == words{"+b", "-b"});
}

TEST_CASE("supervisor: requests through a proxy keep their sender and priority", "[actor][runtime]") {
  scene in;
  in.raise(strategy::one_for_one, {in.make("a")});
  for (int i = 0; i < 5; ++i)
    in.tell("a", act::count);
  std::vector<std::string> answers;
  std::vector<caf::actor> askers;
  for (int i = 0; i < 3; ++i)
    askers.push_back(spawn(in.on.system(), in.on.context("asker"), asker_actor, in.at.at("a"), &answers));
  in.on.run();
  REQUIRE(answers == words{"5", "5", "5"});
  for (const auto& one : askers)
    in.on.stop(one);
}

TEST_CASE("supervisor: an address that was told to end drops what waits and what comes", "[actor][runtime]") {
  scene in;
  const std::vector<child> one{in.make("a")};
  post(in.at.at("a"), perform{act::count});
  in.on.stop(in.at.at("a"));
  in.raise(strategy::one_for_one, one);
  REQUIRE(ask(in, "a") == "restarting");
  REQUIRE(in.dropped->load() == 1u); // what waited
  in.tell("a", act::count);
  REQUIRE(in.dropped->load() == 2u);
}
