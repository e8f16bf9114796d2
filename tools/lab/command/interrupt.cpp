// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/command/interrupt.hpp"

#include <csignal>

namespace troupe::lab {
namespace {

volatile std::sig_atomic_t interrupts = 0;

void note_interrupt(int) {
  interrupts = interrupts + 1;
  std::signal(SIGINT, SIG_DFL);
}

} // namespace

interrupt_watch::interrupt_watch() {
  interrupts = 0;
  std::signal(SIGINT, note_interrupt);
}

interrupt_watch::~interrupt_watch() {
  std::signal(SIGINT, SIG_DFL);
}

bool interrupt_watch::raised() {
  return interrupts > 0;
}

} // namespace troupe::lab
