// SPDX-License-Identifier: BSD-3-Clause
// Goal: actors and another event queue share one virtual time, in an order that only the seed decides.
#include "actors/runtime/shell/sim_scheduler.hpp"

#include "actors/runtime/shell/system_config.hpp"
#include "messages/types/assert.hpp"
#include "tests/support/sim_fixture.hpp"

#include <catch2/catch.hpp>

#include <caf/actor_system_config.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct tick {
  int number;
};

} // namespace

template <>
inline constexpr std::string_view troupe::signal_name<tick> = "test.tick";

namespace {

using ticker = handle<takes<tick>>;
using transcript = std::vector<std::string>;

/// Notes each tick with its name and the time, then ticks itself again after `pause` if that is not zero.
ticker::behavior_type ticker_actor(self_ptr<ticker, int> self, node_context context, transcript* out,
                                   duration pause) {
  return {[=](tick what) {
    out->push_back(context.name + std::to_string(what.number) + "@" +
                   std::to_string(context.clock->now().time_since_epoch() / 1ms));
    if (pause > 0ms)
      send_after(self, ticker{self}, pause, tick{what.number + 1});
  }};
}

transcript order_of(std::uint64_t seed) {
  sim_fixture at{seed};
  transcript out;
  for (const char* name : {"a", "b", "c", "d", "e", "f"})
    post(at.keep(spawn(at.system(), at.context(name), ticker_actor, &out, duration{0})), tick{0});
  at.scheduler().settle();
  return out;
}

} // namespace

TEST_CASE("sim scheduler: timers of actors and network events come in order of time",
          "[actor][runtime][sim]") {
  sim_fixture at{1};
  transcript out;
  post(at.keep(spawn(at.system(), at.context("t"), ticker_actor, &out, 20ms)), tick{0});
  for (const auto when : {30ms, 10ms, 50ms})
    at.world().schedule(time_point{when},
                        [&out, when] { out.push_back("n@" + std::to_string(when.count())); });
  at.scheduler().run_for(55ms);
  CHECK(out == transcript{"t0@0", "n@10", "t1@20", "n@30", "t2@40", "n@50"});
  CHECK(at.scheduler().now() == time_point{55ms});
  CHECK(at.world().now() == time_point{55ms});
  CHECK(at.scheduler().next_due() == time_point{60ms});
}

TEST_CASE("sim scheduler: an actor woken by a network event runs at its moment", "[actor][runtime][sim]") {
  sim_fixture at{1};
  transcript out;
  const auto actor = at.keep(spawn(at.system(), at.context("t"), ticker_actor, &out, duration{0}));
  at.world().schedule(time_point{7ms}, [&] { post(actor, tick{7}); });
  at.world().schedule(time_point{8ms}, [&] { post(actor, tick{8}); });
  at.scheduler().run_for(1s);
  CHECK(out == transcript{"t7@7", "t8@8"});
}

TEST_CASE("sim scheduler: the seed alone decides which ready actor runs next", "[actor][runtime][sim]") {
  std::set<transcript> orders;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CHECK(order_of(seed) == order_of(seed));
    orders.insert(order_of(seed));
  }
  CHECK(orders.size() >= 8);
}

TEST_CASE("sim scheduler: run_until stops at its condition or its limit", "[actor][runtime][sim]") {
  sim_fixture at{1};
  transcript out;
  post(at.keep(spawn(at.system(), at.context("t"), ticker_actor, &out, 10ms)), tick{0});
  CHECK(at.scheduler().run_until([&] { return out.size() == 4; }, 1s));
  CHECK(at.scheduler().now() == time_point{30ms});
  CHECK_FALSE(at.scheduler().run_until([] { return false; }, 100ms));
  CHECK(at.scheduler().now() <= time_point{130ms});
}

TEST_CASE("sim scheduler: shutting down ends actors with endless timers", "[actor][runtime][sim]") {
  transcript out;
  sim_fixture at{1};
  post(at.keep(spawn(at.system(), at.context("t"), ticker_actor, &out, 1ms)), tick{0});
  at.scheduler().run_for(5ms);
  at.shut_down();
  CHECK_FALSE(at.scheduler().next_due());
}

TEST_CASE("sim scheduler: actors that wake each other forever are a livelock", "[actor][runtime][sim]") {
  caf::actor_system_config config;
  configure(config, {schedule::virtual_, 1});
  caf::actor_system system{config};
  sim_scheduler scheduler{system,
                          random_stream{1},
                          {[] { return std::nullopt; }, [](time_point) {}},
                          {.jobs_per_moment_max = 1000}};
  const auto loop = system.spawn([](ticker::pointer self) -> ticker::behavior_type {
    return {[self](tick what) { self->send(ticker{self}, what); }};
  });
  post(loop, tick{0});
  CHECK_THROWS_AS(scheduler.settle(), assertion_failed);
  caf::anon_send_exit(loop, caf::exit_reason::kill);
  scheduler.shut_down();
}

TEST_CASE("sim scheduler: refuses an actor system with threads", "[actor][runtime][sim]") {
  caf::actor_system_config config;
  configure(config, {schedule::pool, 1});
  caf::actor_system system{config};
  CHECK_THROWS_AS((sim_scheduler{system, random_stream{1}, {[] { return std::nullopt; }, [](time_point) {}}}),
                  assertion_failed);
}

TEST_CASE("sim scheduler: a burst lets an actor handle several messages in a row", "[actor][runtime][sim]") {
  constexpr std::size_t count = 40;
  for (const auto burst : {std::size_t{1}, std::size_t{4}}) {
    caf::actor_system_config config;
    configure(config, {schedule::virtual_, 1});
    caf::actor_system system{config};
    sim_scheduler scheduler{
      system, random_stream{1}, {[] { return std::nullopt; }, [](time_point) {}}, {.burst_max = burst}};
    transcript out;
    const node_context context{scheduler.clock(), nullptr, random_stream{1}, "t"};
    const auto actor = spawn(system, context, ticker_actor, &out, duration{0});
    scheduler.settle();
    const auto before = scheduler.jobs_run();
    for (std::size_t i = 0; i < count; ++i)
      post(actor, tick{static_cast<int>(i)});
    scheduler.settle();
    const auto jobs = scheduler.jobs_run() - before;
    REQUIRE(out.size() == count);
    CHECK(out.back() == "t39@0");
    CHECK(jobs >= count / burst);
    CHECK((burst == 1 ? jobs >= count : jobs < count));
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    scheduler.settle();
  }
}
