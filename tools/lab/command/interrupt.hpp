// SPDX-License-Identifier: BSD-3-Clause
// Ctrl-C as a question: while one of these lives, an interrupt ends nothing by itself; the second one ends
// the process.
#pragma once

namespace troupe::lab {

class interrupt_watch {
public:
  interrupt_watch();
  ~interrupt_watch();
  interrupt_watch(const interrupt_watch&) = delete;
  interrupt_watch& operator=(const interrupt_watch&) = delete;

  static bool raised();
};

} // namespace troupe::lab
