// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tcp/io_loop.hpp"

#include "transport/tcp/spin_window.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <pthread.h>

namespace troupe::transport {
namespace {

constexpr std::size_t read_size = 64 * 1024; // larger ones leave the cache before they are decrypted
constexpr std::size_t staging_size = 32 * 1024;
constexpr std::size_t outgoing_size = 320 * 1024;
constexpr int rounds_per_turn = 4; // then other sockets are looked at

} // namespace

io_loop::io_loop() : received(read_size), context_(std::make_unique<boost::asio::io_context>(1)) {
  staging.reserve(staging_size);
  cipher.outgoing.reserve(outgoing_size);
}

io_loop::~io_loop() {
  stop();
}

void io_loop::start() {
  thread_ = std::thread{[this] {
    thread_id_ = std::this_thread::get_id();
    pthread_setname_np(pthread_self(), "troupe-io");
    const auto guard = boost::asio::make_work_guard(*context_);
    serve();
  }};
}

void io_loop::serve() {
  spin_window spin;
  while (!context_->stopped()) {
    const auto idle_since = now();
    auto gap = duration{};
    bool found = context_->poll() > 0;
    for (; !found && gap < spin.span() && !context_->stopped(); gap = now() - idle_since) {
      std::this_thread::yield();
      found = context_->poll_one() > 0;
    }
    if (!found && context_->run_one() == 0)
      return;
    if (!found || gap > duration{})
      spin.came_after(now() - idle_since);
  }
}

void io_loop::stop() {
  if (!thread_.joinable())
    return;
  post([this] { context_->stop(); });
  thread_.join();
  std::vector<std::function<void()>> dropped;
  {
    const std::lock_guard guard{mutex_};
    stopped_ = true;
    dropped.swap(inbox_);
  }
  // Aborted operations still hold their connections: let them see their error and go.
  context_->restart();
  context_->poll();
  dirty_.clear();
  hooks_.clear();
}

time_point io_loop::now() {
  return time_point{std::chrono::steady_clock::now().time_since_epoch()};
}

void io_loop::post(std::function<void()> task) {
  bool first = false;
  {
    const std::lock_guard guard{mutex_};
    if (stopped_)
      return;
    inbox_.push_back(std::move(task));
    first = !std::exchange(woken_, true);
  }
  if (first)
    wake();
}

void io_loop::wake() {
  boost::asio::post(*context_, [this] { drain(); });
}

void io_loop::drain() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard guard{mutex_};
    tasks.swap(inbox_);
    woken_ = false;
  }
  for (auto& task : tasks)
    task();
  end_turn();
}

void io_loop::end_turn() {
  for (int round = 0; round < rounds_per_turn; ++round) {
    for (std::size_t i = 0; i < hooks_.size(); ++i)
      hooks_[i]();
    if (dirty_.empty())
      return;
    flushing_.swap(dirty_);
    for (auto& one : flushing_)
      one->flush();
    flushing_.clear();
  }
  post([] {}); // flushing made more to do: come back after the sockets
}

} // namespace troupe::transport
