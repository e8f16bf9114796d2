// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/member_load.hpp"

#include "messages/crypto/random.hpp"
#include "messages/types/random_stream.hpp"
#include "tools/bench/bench_listener.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace troupe::bench {
namespace {

using clock = std::chrono::steady_clock;

constexpr clock::duration step_limit = std::chrono::seconds{20};
constexpr clock::duration warm_up = std::chrono::seconds{1};
constexpr clock::duration look_again = std::chrono::milliseconds{50};
constexpr std::size_t latencies_max = 100'000;

clock::duration of_seconds(double count) {
  return std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(count));
}

double since(clock::time_point begun) {
  return std::chrono::duration<double>(clock::now() - begun).count();
}

/// Own commands until told to end, and what became of them. Answers come on threads of the runtime.
class load {
public:
  explicit load(group_member& on) : on_(on) {}
  ~load() { end(); }

  /// As many as go.
  void flood() {
    const auto all = on_.full_load();
    for (std::size_t i = 0; i < all.requests; ++i)
      ask_and_again(all.commands);
  }
  /// `rate` per second on average, at random moments: in step, those of all members would queue for one
  /// another.
  void pace(double rate) {
    pacer_ = std::thread{[this, rate] {
      random_stream dice{seed_from_system()};
      // So long after the one before as events are apart that know nothing of one another.
      const auto pause = [&] {
        constexpr double resolution = 1u << 30;
        return of_seconds(-std::log((static_cast<double>(dice.below(1u << 30)) + 1) / resolution) / rate);
      };
      for (auto next = clock::now() + pause(); passed_until(next); next += pause())
        ask(1, nullptr);
    }};
  }
  void measure() { measuring_ = true; }
  /// Lets it go on for so long.
  void run(clock::duration span) { static_cast<void>(passed_until(clock::now() + span)); }
  /// No more commands.
  void stop() {
    {
      const std::scoped_lock hold{guard_};
      ended_ = true;
      changed_.notify_all();
    }
    if (pacer_.joinable())
      pacer_.join();
  }
  /// And waits until every command has its answer.
  void end() {
    stop();
    std::unique_lock hold{guard_};
    changed_.wait_for(hold, step_limit, [this] { return open_ == 0; });
  }

  std::uint64_t failed() const { return failed_; }
  std::vector<double> latencies() const {
    const std::scoped_lock hold{guard_};
    return latencies_;
  }

private:
  /// False if it has ended before.
  bool passed_until(clock::time_point at) {
    std::unique_lock hold{guard_};
    return !changed_.wait_until(hold, at, [this] { return ended_.load(); });
  }

  void ask_and_again(std::size_t count) {
    ask(count, [this, count] {
      if (!ended_)
        ask_and_again(count);
    });
  }

  void ask(std::size_t count, std::function<void()> then) {
    ++open_;
    on_.ask(count, [this, begun = clock::now(), then = std::move(then)](std::size_t refused) {
      took(since(begun) * 1e3, refused);
      if (then)
        then();
      const std::scoped_lock hold{guard_}; // whoever waits for the last one then ends the object
      if (--open_ == 0)
        changed_.notify_all();
    });
  }

  void took(double ms, std::size_t refused) {
    failed_ += refused;
    const std::scoped_lock hold{guard_};
    if (measuring_ && latencies_.size() < latencies_max)
      latencies_.push_back(ms);
  }

  group_member& on_;
  std::thread pacer_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> measuring_{false};
  std::atomic<std::size_t> open_{0};
  std::atomic<std::uint64_t> failed_{0};
  mutable std::mutex guard_;
  std::condition_variable changed_; ///< it has ended, or every command has its answer
  std::vector<double> latencies_;
};

using loads = std::vector<std::unique_ptr<load>>;

loads on(const members_here& members) {
  loads all;
  for (const auto& one : members)
    all.push_back(std::make_unique<load>(*one));
  return all;
}

void end(const loads& all) {
  for (const auto& one : all)
    one->stop();
  for (const auto& one : all)
    one->end();
}

member_counts minus(const member_counts& after, const member_counts& before) {
  return {after.delivered - before.delivered, after.frames - before.frames, after.made - before.made,
          after.checked - before.checked};
}

double resident_mb() {
  return static_cast<double>(resident_bytes()) / (1u << 20);
}

} // namespace

std::vector<member_figures> measure(const members_here& members, double rate, double measured_s) {
  const auto all = on(members);
  for (const auto& one : all)
    rate > 0 ? one->pace(rate) : one->flood();
  all.front()->run(std::min(warm_up, of_seconds(measured_s)));
  std::vector<member_counts> before;
  std::vector<clock::time_point> begun;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i]->measure();
    before.push_back(members[i]->counts());
    begun.push_back(clock::now());
  }
  all.front()->run(of_seconds(measured_s));
  std::vector<member_figures> figures(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    figures[i].counts = minus(members[i]->counts(), before[i]);
    figures[i].seconds = since(begun[i]);
  }
  end(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    figures[i].failed = all[i]->failed();
    figures[i].latencies_ms = all[i]->latencies();
    figures[i].rss_mb = resident_mb();
  }
  return figures;
}

std::vector<member_figures> fill(const members_here& members, std::uint64_t count) {
  const auto all = on(members);
  for (const auto& one : all)
    one->flood();
  for (std::size_t i = 0; i < all.size(); ++i)
    while (members[i]->counts().delivered < count && all[i]->failed() == 0)
      all[i]->run(look_again);
  end(all);
  std::vector<member_figures> figures(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    figures[i].counts = members[i]->counts();
    figures[i].failed = all[i]->failed();
    figures[i].rss_mb = resident_mb();
  }
  return figures;
}

} // namespace troupe::bench
