// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/command/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace troupe::lab {
namespace {

// Asked by all threads of a sweep; a handler may touch an atomic that takes no lock.
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note_interrupt(int) {
  interrupted = true;
  std::signal(SIGINT, SIG_DFL);
}

} // namespace

interrupt_watch::interrupt_watch() {
  interrupted = false;
  std::signal(SIGINT, note_interrupt);
}

interrupt_watch::~interrupt_watch() {
  std::signal(SIGINT, SIG_DFL);
}

bool interrupt_watch::raised() {
  return interrupted;
}

} // namespace troupe::lab
