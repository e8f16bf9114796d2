// SPDX-License-Identifier: BSD-3-Clause
// `troupe demo`: four real nodes in this process, talking TLS over loopback, form a voting group, add a number each, lose one of
// them and get it back. Exits 0 only if all four end with the same set.
#include "tools/cli/commands.hpp"

#include "node/node.hpp"
#include "node/repl/repl_command.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <mutex>

#include <stdlib.h>

namespace troupe::cli {
namespace {

namespace json = boost::json;
using clock = std::chrono::steady_clock;
using elements = std::set<std::uint64_t>;

constexpr std::size_t nodes = 4;
constexpr std::chrono::seconds step_limit{20};

/// The demo's own data directories, removed at the end.
class scratch {
public:
  scratch() {
    auto pattern = (std::filesystem::temp_directory_path() / "troupe-demo-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data()) ? pattern : std::string{};
  }
  ~scratch() {
    std::error_code ignored;
    if (!path_.empty())
      std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// Shows what a spectator should see of a node's log: connections lost and dialled again.
class spectator final : public log_sink {
public:
  spectator(std::size_t number, bool quiet) : number_(number), quiet_(quiet) {}
  bool wants(log_level level) const override { return level >= log_level::info; }
  void write(log_level, std::string_view, time_point, std::string_view line) override {
    if (quiet_ || line.find("redial") == std::string_view::npos)
      return;
    const std::lock_guard guard{mutex()};
    std::cout << fmt::format("           node {}: {}\n", number_, line) << std::flush;
  }
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }

private:
  std::size_t number_;
  bool quiet_;
};

class demo {
public:
  explicit demo(bool quiet) : quiet_(quiet), begun_(clock::now()) {}

  bool run() {
    return step("start four nodes on loopback, TLS between them", "start", [&] { return start_all(); }) &&
           step("node 1 founds a voting group of one", "genesis", [&] { return genesis(); }) &&
           step("node 1 sponsors node 2, then 3, then 4; each vote needs more than two thirds", "join",
                [&] { return join_all(); }) &&
           step("nodes 1, 2 and 4 add 1, 2 and 4", "add", [&] { return add({0, 1, 3}) && settled({1, 2, 4}, nodes); }) &&
           step("node 4 is cut off; three of four still agree, so node 3 adds 3", "cut", [&] {
             running_[3].reset();
             return add({2}) && settled({1, 2, 3, 4}, 3);
           }) &&
           step("node 4 is back under its old key and catches up", "recover",
                [&] { return start(3) && settled({1, 2, 3, 4}, nodes); });
  }

  json::object report(bool ok) {
    json::array reads;
    for (std::size_t i = 0; i < nodes; ++i) {
      json::array one;
      if (running_[i])
        for (const auto element : read(i))
          one.emplace_back(element);
      reads.push_back(one);
    }
    return {{"ok", ok}, {"nodes", nodes}, {"reads", reads}, {"steps", steps_}};
  }

  void print_reads() {
    for (std::size_t i = 0; i < nodes; ++i)
      if (running_[i])
        std::cout << fmt::format("node {} ({}) reads {}\n", i + 1, short_name(running_[i]->self()), repl::rendered(read(i)));
  }

private:
  template <class Work>
  bool step(const char* words, const char* name, Work&& work) {
    const auto at = clock::now();
    if (!quiet_)
      say(fmt::format("{:7.1f} ms  {}", ms(begun_, at), words));
    const bool ok = work();
    steps_.push_back({{"name", name}, {"ms", std::llround(ms(at, clock::now()))}});
    if (!ok)
      complain(fmt::format("demo: {}: failed: {}", name, why_.empty() ? "no agreement in time" : why_));
    return ok;
  }

  bool start(std::size_t i) {
    node_config config;
    config.data = fmt::format("{}/node{}", scratch_.path(), i + 1);
    config.network = "troupe-demo";
    config.listen = {addresses_[i].empty() ? "/ip4/127.0.0.1/tcp/0" : addresses_[i]};
    std::filesystem::create_directories(config.data);
    auto made = node::start(runtime_, {config, std::make_shared<spectator>(i + 1, quiet_), {}});
    if (!made) {
      why_ = made.error().text;
      return false;
    }
    running_[i] = std::move(*made);
    addresses_[i] = running_[i]->listen_addresses().front().without_peer().text();
    return true;
  }

  bool start_all() {
    for (std::size_t i = 0; i < nodes; ++i)
      if (!start(i))
        return false;
    for (std::size_t i = 0; i < nodes; ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (!done([&](auto answer) { running_[j]->connect(running_[i]->listen_addresses().front(), answer); }))
          return false;
    return true;
  }

  bool genesis() {
    for (const auto& each : running_)
      if (!done([&](auto answer) { each->trust(running_[0]->self(), answer); }))
        return false;
    return true;
  }

  bool join_all() {
    for (std::size_t i = 1; i < nodes; ++i) {
      const auto& joiner = *running_[i];
      if (!done([&](auto answer) { running_[0]->join(joiner.self(), answer); }))
        return false;
      // A joiner hears of the vote by asking: nobody owes it anything before it is a member.
      if (!voting(0, i + 1) || !done([&](auto answer) { running_[i]->anti_entropy(running_[0]->self(), answer); }))
        return false;
      for (std::size_t j = 1; j <= i; ++j)
        if (!voting(j, i + 1))
          return false;
    }
    return true;
  }

  bool add(const std::vector<std::size_t>& by) {
    return std::all_of(by.begin(), by.end(),
                       [&](std::size_t i) { return done([&](auto answer) { running_[i]->add(i + 1, answer); }); });
  }

  /// The first `count` nodes come to read `wanted`.
  bool settled(const elements& wanted, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      if (!running_[i]->wait_until([&] { return read(i) == wanted; }, step_limit))
        return false;
    return true;
  }

  /// Node `i` comes to see `voters` voters.
  bool voting(std::size_t i, std::size_t voters) {
    const auto holds = [&] {
      const auto peers = ask<std::vector<peer_status>>([&](auto answer) { running_[i]->peers(answer); });
      const auto seen = std::count_if(peers.begin(), peers.end(), [](const peer_status& peer) { return peer.voting; });
      return static_cast<std::size_t>(seen) == voters;
    };
    return running_[i]->wait_until(holds, step_limit);
  }

  template <class Call>
  bool done(Call&& call) {
    const auto outcome = ask<node::outcome>(std::forward<Call>(call));
    why_ = outcome ? "" : outcome.error().text;
    return outcome.has_value();
  }

  elements read(std::size_t i) {
    return ask<elements>([&](auto answer) { running_[i]->read(answer); });
  }

  static double ms(clock::time_point from, clock::time_point to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
  }

  static void say(const std::string& line) {
    const std::lock_guard guard{spectator::mutex()};
    std::cout << line << '\n' << std::flush;
  }

  bool quiet_;
  clock::time_point begun_;
  scratch scratch_;
  runtime runtime_;
  std::array<std::string, nodes> addresses_;
  std::array<std::unique_ptr<node>, nodes> running_;
  json::array steps_;
  std::string why_;
};

} // namespace

int run_demo(const demo_options& options) {
  demo show{options.json};
  const bool ok = show.run();
  if (options.json) {
    std::cout << json::serialize(show.report(ok)) << '\n';
  } else {
    show.print_reads();
    std::cout << (ok ? "all four agree\n" : "the nodes do not agree\n");
  }
  return ok ? exit_ok : exit_failed;
}

} // namespace troupe::cli
