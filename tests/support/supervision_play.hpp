// SPDX-License-Identifier: BSD-3-Clause
// Supervision with a script in place of actors: effects are written as words ("start a", "stop b", "kill b",
// "blame b", ...), timers are kept by hand.
#pragma once

#include "actors/runtime/supervision.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

using namespace std::chrono_literals;

using words = std::vector<std::string>;

inline peer_id some_peer() {
  bytes multihash{0, 36, 8, 1, 18, 32};
  multihash.resize(38, 0x11);
  return *peer_id::from_multihash(multihash);
}

class supervision_play {
public:
  supervision_play(supervision_options options, std::vector<child_spec> children)
    : brain(options, std::move(children), random_stream{1}) {
    brain.start(now);
    drain();
  }

  /// The words since the last call.
  words said() { return std::exchange(words_, {}); }

  void crash(const std::string& key) { end(key, {true, "crash", std::nullopt}); }
  void leave(const std::string& key) { end(key, {false, "normal", std::nullopt}); }
  void poison(const std::string& key) { end(key, {true, "poison", some_peer()}); }
  void end(const std::string& key, const child_exit& how) {
    brain.ended(key, running.at(key), how, now);
    drain();
  }
  void pass(duration span) {
    now += span;
    while (true) {
      auto next =
        std::min_element(timers.begin(), timers.end(), [](auto& a, auto& b) { return a.second < b.second; });
      if (next == timers.end() || next->second > now)
        return;
      const auto timer = next->first;
      timers.erase(next);
      brain.expire(timer, now);
      drain();
    }
  }
  void add(const std::string& key, restart kind = restart::permanent) {
    REQUIRE(brain.add({.key = key, .kind = kind}, now));
    drain();
  }
  void remove(const std::string& key) {
    REQUIRE(brain.remove(key, now));
    drain();
  }
  void stop() {
    brain.stop(now);
    drain();
  }

  supervision brain;
  time_point now{1h};
  std::map<std::string, generation> running;
  std::map<timer_id, time_point> timers;

private:
  void drain() {
    while (auto effect = brain.poll())
      std::visit([this](const auto& one) { hear(one); }, *effect);
  }
  void hear(const supervision::start_child& e) {
    running[e.key] = e.which;
    words_.push_back("start " + e.key);
  }
  void hear(const supervision::ask_child_to_stop& e) { words_.push_back("stop " + e.key); }
  void hear(const supervision::kill_child& e) { words_.push_back("kill " + e.key); }
  void hear(const supervision::forget_child& e) { words_.push_back("forget " + e.key); }
  void hear(const supervision::report_down& e) { comes_back = e.comes_back; }
  void hear(const supervision::blame& e) { words_.push_back("blame " + e.key); }
  void hear(const supervision::finished& e) { words_.push_back(e.escalated ? "escalated" : "finished"); }
  void hear(const arm& e) { timers[e.timer] = now + e.after; }
  void hear(const cancel& e) { timers.erase(e.timer); }
  void hear(const note&) {}

  words words_;

public:
  bool comes_back = false;
};

inline supervision_options options(strategy plan = strategy::one_for_one) {
  return {.plan = plan,
          .intensity = 3,
          .period = 5s,
          .wait = {.min = 10ms, .max = 80ms, .jitter_percent = 0},
          .children_max = 8};
}

inline std::vector<child_spec> abc(restart kind = restart::permanent) {
  return {{.key = "a", .kind = kind}, {.key = "b", .kind = kind}, {.key = "c", .kind = kind}};
}

} // namespace troupe::test
