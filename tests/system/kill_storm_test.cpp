// SPDX-License-Identifier: BSD-3-Clause
// Four real processes over loopback TLS under load; one after the other is killed at a random moment and
// comes back on its data directory. What any of them acknowledged must be in every node's set in the end, and
// the data directories must agree. TROUPE_KILLS sets how many (default 10), TROUPE_KILL_SEED the moments and
// victims.
#include "messages/types/random_stream.hpp"
#include "tests/system/node_processes.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <set>
#include <sstream>
#include <thread>

using namespace troupe;
using std::chrono::steady_clock;
using test::node_process;

namespace {

constexpr std::size_t nodes = 4;
constexpr std::uint64_t numbers_of_a_life = 1'000'000;
constexpr std::uint64_t alive_min_ms = 50, alive_range_ms = 400;
constexpr std::chrono::seconds converge_limit{120};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

class storm {
public:
  explicit storm(std::uint64_t checkpoint_every) : checkpoint_every_(std::to_string(checkpoint_every)) {
    for (std::size_t i = 0; i < nodes; ++i) {
      start(i, "/ip4/127.0.0.1/tcp/0");
      listen_[i] = at(i).address().substr(0, at(i).address().find("/p2p/"));
      address_[i] = at(i).address();
      actor_[i] = at(i).actor();
    }
    for (std::size_t i = 0; i < nodes; ++i) {
      for (std::size_t other = 0; other < nodes; ++other)
        if (other != i)
          at(i).type("peer " + address_[other]);
      at(i).await("peers 4");
      for (const auto& who : actor_)
        at(i).type("trust " + who);
      at(i).await("voting 4");
    }
    for (std::size_t i = 0; i < nodes; ++i)
      at(i).type("load");
  }

  void kill(std::size_t victim) {
    at(victim).process().signal(SIGKILL);
    REQUIRE(at(victim).process().wait(child_process::seconds{20}) == 128 + SIGKILL);
    hear(victim);
    running_[victim].reset();
    start(victim, listen_[victim]);
    for (std::size_t other = 0; other < nodes; ++other)
      if (other != victim)
        at(victim).type("peer " + address_[other]);
    at(victim).type("load");
  }
  /// Lets them run, and listens.
  void run_for(std::chrono::milliseconds span) {
    for (const auto end = steady_clock::now() + span; steady_clock::now() < end;) {
      for (std::size_t i = 0; i < nodes; ++i)
        hear(i);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }
  void calm() {
    for (std::size_t i = 0; i < nodes; ++i)
      at(i).type("calm");
    run_for(std::chrono::seconds{1});
  }
  /// Numbers that some node acknowledged and node i has not.
  std::size_t missing(std::size_t i) {
    const auto set = numbers_in(at(i).read());
    return static_cast<std::size_t>(std::count_if(acknowledged_.begin(), acknowledged_.end(),
                                                  [&](auto number) { return !set.contains(number); }));
  }
  void catch_up(std::size_t i) {
    for (std::size_t other = 0; other < nodes; ++other)
      if (other != i)
        at(i).type("anti_entropy " + actor_[other]);
  }
  void quit() {
    for (std::size_t i = 0; i < nodes; ++i) {
      at(i).type("quit");
      CHECK(at(i).process().wait(child_process::seconds{30}) == 0);
      running_[i].reset();
    }
  }
  finished_process audit() const {
    std::vector<std::string> words{TROUPE_BINARY, "lab", "audit"};
    for (std::size_t i = 0; i < nodes; ++i)
      words.push_back(data(i));
    return run(words);
  }
  std::size_t acknowledged() const { return acknowledged_.size(); }
  node_process& at(std::size_t i) { return *running_[i]; }

private:
  std::string data(std::size_t i) const { return directory_.path() + "/" + std::to_string(i); }

  void start(std::size_t i, const std::string& listen) {
    const auto first = std::to_string(numbers_of_a_life * (nodes * lives_++ + i));
    running_[i] = std::make_unique<node_process>(
      std::vector<std::string>{},
      std::vector<std::string>{TROUPE_LOADED_NODE, data(i), listen, first, checkpoint_every_});
  }
  void hear(std::size_t i) {
    while (const auto line = at(i).process().read_line(child_process::seconds{0})) {
      std::istringstream words{*line};
      std::string what;
      std::uint64_t number = 0;
      if (words >> what >> number && (what == "promised" || what == "delivered"))
        acknowledged_.insert(number);
    }
  }
  static std::set<std::uint64_t> numbers_in(std::string text) {
    std::set<std::uint64_t> all;
    for (auto& character : text)
      if (character < '0' || character > '9')
        character = ' ';
    std::istringstream words{text};
    for (std::uint64_t number = 0; words >> number;)
      all.insert(number);
    return all;
  }

  temporary_directory directory_;
  std::array<std::unique_ptr<node_process>, nodes> running_;
  std::array<std::string, nodes> listen_, address_, actor_;
  std::set<std::uint64_t> acknowledged_;
  std::uint64_t lives_ = 0;
  std::string checkpoint_every_;
};

void rage(std::uint64_t checkpoint_every) {
  const auto kills = from_environment("TROUPE_KILLS", 10);
  const auto seed = from_environment("TROUPE_KILL_SEED", 1);
  INFO("seed " << seed);
  random_stream rng{seed};
  const auto begun = steady_clock::now();
  storm on{checkpoint_every};
  for (std::uint64_t i = 0; i < kills; ++i) {
    on.run_for(std::chrono::milliseconds{alive_min_ms + rng.below(alive_range_ms)});
    on.kill(static_cast<std::size_t>(rng.below(nodes)));
  }
  on.calm();
  const auto stopped = steady_clock::now();
  REQUIRE(on.acknowledged() > 0);
  for (std::size_t i = 0; i < nodes; ++i)
    while (const auto missing = on.missing(i)) {
      INFO("node " << i << " lacks " << missing << " of " << on.acknowledged());
      REQUIRE(steady_clock::now() < stopped + converge_limit);
      on.catch_up(i);
      std::this_thread::sleep_for(std::chrono::milliseconds{200});
    }
  on.quit();
  const auto audit = on.audit();
  INFO(audit.output);
  REQUIRE(audit.code == 0);
  const std::chrono::duration<double> took = steady_clock::now() - begun;
  fmt::print(stderr, "kill storm: {} kills, {} operations acknowledged, {:.1f} s\n{}", kills,
             on.acknowledged(), took.count(), audit.output);
}

} // namespace

TEST_CASE("kill storm: nothing acknowledged is lost and no slot is signed twice", "[system][kill]") {
  rage(0); // every slot is there for the audit
}

TEST_CASE("kill storm: nothing acknowledged is lost behind checkpoints", "[system][kill]") {
  rage(64);
}
