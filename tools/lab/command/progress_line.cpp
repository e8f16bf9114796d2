// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/command/progress_line.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace troupe::lab {
namespace {

constexpr std::chrono::milliseconds redraw_every{100};

double seconds(duration span) {
  return std::chrono::duration<double>(span).count();
}

} // namespace

progress_line::progress_line() : on_terminal_(isatty(STDERR_FILENO) == 1) {}

progress_line::~progress_line() {
  clear();
}

void progress_line::clear() {
  if (shown_)
    std::fputs("\r\033[K", stderr);
  shown_ = false;
}

void progress_line::show(const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_terminal_ || now - last_ < redraw_every)
    return;
  last_ = now;
  shown_ = true;
  std::fputs(("\r\033[K" + text).c_str(), stderr);
  std::fflush(stderr);
}

void progress_line::show(const scenario& what, const progress& now) {
  show(fmt::format("{}: {} {:.1f} s of {:.1f} s, {} messages", what.name, now.phase, seconds(now.at),
                   seconds(now.of), now.messages));
}

} // namespace troupe::lab
