// SPDX-License-Identifier: BSD-3-Clause
// One line on standard error that tells how far a run is; nothing where that is no terminal. Writes at most
// ten times a second and clears itself when it goes.
#pragma once

#include "tools/lab/run/experiment.hpp"

#include <chrono>
#include <string>

namespace troupe::lab {

class progress_line {
public:
  progress_line();
  ~progress_line();
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void show(const std::string& text);
  /// Makes room for an ordinary line.
  void clear();
  void show(const scenario& what, const progress& now);

private:
  bool on_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

} // namespace troupe::lab
