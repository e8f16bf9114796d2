// SPDX-License-Identifier: BSD-3-Clause
// When operations cuts a batch, and that a batch is one broadcast for everybody.
#include "actors/brb/operations.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::uint32_t full = 4;
constexpr duration delay = milliseconds{5};

view_ptr alone() {
  auto made = std::make_shared<membership::view>();
  made->members[generation{0}].insert(actor_number(0));
  made->group = make_group_id(cluster_network, made->members[generation{0}]);
  return made;
}

/// One source whose data type says yes to everything, and whose instances settle when a test says so.
class source {
public:
  void submit(std::size_t count, answer_when when = answer_when::promised) {
    brb::submit input{command_id{next_}, std::vector<command>(count, {"add", {"1"}}), when};
    next_ += count;
    machine_.handle(input, now);
    drain();
  }
  void settle(std::uint64_t slot) {
    machine_.handle(instance_settled{slot}, now);
    drain();
  }
  void fail(std::uint64_t slot) {
    machine_.handle(instance_failed{slot, brb_errc::store_failed, {}}, now);
    drain();
  }
  void deliver(std::uint64_t slot) {
    machine_.handle(own_delivered{slot}, now);
    drain();
  }
  void pass(duration span) {
    now += span;
    for (const auto& [timer, at] : std::exchange(timers_, {})) {
      if (at <= now)
        machine_.expire(timer, now);
      else
        timers_[timer] = at;
    }
    drain();
  }

  time_point now{};
  std::vector<std::uint32_t> started; ///< operations of each
  std::vector<std::string> answers;
  std::vector<std::uint64_t> disputed;

private:
  void drain() {
    while (auto effect = machine_.poll()) {
      if (const auto* ask = std::get_if<operations::prepare>(&*effect))
        machine_.handle(prepared{ask->id, std::vector<std::string>(ask->commands.size()),
                                 static_cast<std::uint32_t>(ask->commands.size()), bytes{1}},
                        now);
      else if (const auto* begun = std::get_if<operations::start_instance>(&*effect))
        started.push_back(begun->header.operations);
      else if (const auto* said = std::get_if<operations::answer>(&*effect))
        answers.push_back(said->error);
      else if (const auto* which = std::get_if<numbers_disputed>(&*effect))
        disputed.push_back(which->sequence);
      else if (const auto* wake = std::get_if<arm>(&*effect))
        timers_[wake->timer] = now + wake->after;
    }
  }

  operations machine_{{actor_number(0), true, {full, delay}, seconds{1}}, alone()};
  std::map<timer_id, time_point> timers_;
  std::uint64_t next_ = 1;
};

using counts = std::vector<std::uint32_t>;

} // namespace

TEST_CASE("batches: with nothing on its way a command leaves at once", "[unit][brb]") {
  source ours;
  ours.submit(1);
  REQUIRE(ours.started == counts{1});
}

TEST_CASE("batches: while others are on their way commands wait for the delay", "[unit][brb]") {
  source ours;
  ours.submit(1);
  ours.settle(1);
  ours.submit(1);
  ours.pass(milliseconds{2});
  ours.submit(1);
  REQUIRE(ours.started == counts{1});
  ours.pass(milliseconds{3});
  REQUIRE(ours.started == counts{1, 2});
}

TEST_CASE("batches: a full batch does not wait and the rest makes the next", "[unit][brb]") {
  source ours;
  ours.submit(1);
  ours.settle(1);
  ours.submit(full + 1);
  REQUIRE(ours.started == counts{1, full});
  ours.settle(2);
  REQUIRE(ours.started == counts{1, full});
  ours.pass(delay);
  REQUIRE(ours.started == counts{1, full}); // two are under way, and it is not full
  ours.deliver(1);
  REQUIRE(ours.started == counts{1, full, 1});
}

TEST_CASE("batches: a full batch does not wait for the lock of the one before", "[unit][brb]") {
  source ours;
  ours.submit(2 * full);
  REQUIRE(ours.started == counts{full, full});
  ours.settle(1);
  REQUIRE(ours.answers.size() == full);
  ours.settle(2);
  REQUIRE(ours.answers == std::vector<std::string>(2 * full));
}

TEST_CASE("batches: what came behind a slot that failed is done again", "[unit][brb]") {
  source ours;
  ours.submit(3 * full);
  REQUIRE(ours.started == counts{full, full, full});
  ours.fail(1);
  REQUIRE(ours.answers == std::vector<std::string>(full, "StoreFailed"));
  ours.fail(2);
  REQUIRE(ours.started.size() == 3); // the numbers are in use until the last has ended
  ours.fail(3);
  REQUIRE(ours.started == counts{full, full, full, full, full});
  ours.settle(1);
  ours.settle(2);
  REQUIRE(std::count(ours.answers.begin(), ours.answers.end(), "") == 2 * full);
  REQUIRE(ours.answers.size() == 3 * full);
}

TEST_CASE("batches: behind a slot that failed the wait for the others' end has an end itself",
          "[unit][brb]") {
  source ours;
  ours.submit(2 * full);
  ours.fail(1);
  ours.pass(milliseconds{1999});
  REQUIRE(ours.disputed.empty());
  ours.pass(milliseconds{1}); // a receiver's crash has swallowed the refusal of the second
  REQUIRE(ours.disputed == std::vector<std::uint64_t>{2});
  ours.submit(2 * full);
  ours.fail(2);
  ours.pass(seconds{3});
  REQUIRE(ours.disputed.size() == 1);
}

TEST_CASE("batches: what is delivered makes way at once", "[unit][brb]") {
  source ours;
  ours.submit(1);
  ours.settle(1);
  ours.submit(2);
  ours.deliver(1);
  REQUIRE(ours.started == counts{1, 2});
}

TEST_CASE("batches: each command is answered when it wants to be", "[unit][brb]") {
  source ours;
  ours.submit(1, answer_when::delivered);
  ours.submit(2, answer_when::delivered);
  ours.settle(1);
  REQUIRE(ours.answers.empty());
  ours.deliver(1);
  REQUIRE(ours.answers.size() == 1);
  ours.settle(2);
  ours.submit(1, answer_when::promised);
  ours.deliver(2);
  REQUIRE(ours.answers.size() == 3);
  ours.settle(3);
  REQUIRE(ours.answers == std::vector<std::string>(4));
}

TEST_CASE("batches: a full window makes commands wait a second and no longer", "[unit][brb]") {
  source ours;
  for (std::uint64_t slot = 1; slot <= pipeline_max; ++slot) {
    ours.submit(full);
    ours.settle(slot);
  }
  REQUIRE(ours.started.size() == pipeline_max);
  ours.answers.clear();
  ours.submit(1);
  ours.pass(milliseconds{500});
  ours.submit(full);
  ours.pass(milliseconds{500});
  REQUIRE(ours.answers == std::vector<std::string>{"SourceAlreadyHasPendingMsg"});
  ours.deliver(1);
  REQUIRE(ours.started.size() == pipeline_max + 1);
}

TEST_CASE("batches: a batch is one broadcast and all nodes apply it whole", "[unit][brb]") {
  agreement_cluster cluster(4, 4);
  cluster.batches = {.operations = 16, .delay = delay};
  cluster.restart(0);
  auto& first = cluster[0];
  first.execute("add", 0);
  for (std::uint64_t value = 1; value <= 10; ++value)
    first.execute("add", value);
  first.execute("remove", 3);
  cluster.run();
  REQUIRE(cluster.all_read("{0, 1, 2, 4, 5, 6, 7, 8, 9, 10}"));
  REQUIRE(first.answers == std::vector<std::string>(12));
  REQUIRE(first.windows.at(first.id)->snapshot().delivered == 2);
}
