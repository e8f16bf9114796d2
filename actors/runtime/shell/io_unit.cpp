// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/io_unit.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace troupe {
namespace {

// Messages one actor may handle before another gets its turn; as on the pool.
constexpr std::size_t throughput_max = 100;

} // namespace

io_unit::io_unit(caf::actor_system& system, std::function<void()> wake)
  : wake_(std::move(wake)), inbox_(system, *this), outbox_(system) {}

io_unit::~io_unit() {
  retire();
}

void io_unit::outbox_unit::exec_later(caf::resumable* job) {
  system().scheduler().enqueue(job);
}

void io_unit::accept(caf::resumable* job) {
  bool wake = false;
  {
    const std::lock_guard lock{mutex_};
    if (!retired_) {
      jobs_.push_back(job);
      // On the network's thread the end of the turn is still to come, and run() at work takes this job too;
      // otherwise one wake-up is under way at a time.
      wake = !running_ && std::this_thread::get_id() != home_ && !std::exchange(woken_, true);
      job = nullptr;
    }
  }
  if (job != nullptr)
    outbox_.exec_later(job);
  else if (wake)
    wake_();
}

caf::resumable* io_unit::next() {
  const std::lock_guard lock{mutex_};
  if (jobs_.empty()) {
    running_ = false;
    return nullptr;
  }
  auto* job = jobs_.front();
  jobs_.pop_front();
  return job;
}

void io_unit::run(std::size_t jobs_max) {
  {
    const std::lock_guard lock{mutex_};
    woken_ = false;
    home_ = std::this_thread::get_id();
    if (running_ || jobs_.empty())
      return;
    running_ = true;
  }
  for (std::size_t done = 0; done < jobs_max; ++done) {
    auto* job = next();
    if (job == nullptr)
      return;
    if (job->resume(&outbox_, throughput_max) == caf::resumable::resume_later)
      accept(job);
    else
      caf::intrusive_ptr_release(job);
  }
  bool more = false;
  {
    const std::lock_guard lock{mutex_};
    running_ = false;
    more = !jobs_.empty() && !std::exchange(woken_, true);
  }
  if (more)
    wake_();
}

void io_unit::retire() {
  std::deque<caf::resumable*> left;
  {
    const std::lock_guard lock{mutex_};
    retired_ = true;
    left.swap(jobs_);
  }
  for (auto* job : left)
    outbox_.exec_later(job);
}

} // namespace troupe
