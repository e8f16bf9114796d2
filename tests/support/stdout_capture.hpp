// SPDX-License-Identifier: BSD-3-Clause
// Collects what anything in this process writes to stdout while it lives, at the level of the file
// descriptor.
#pragma once

#include <string>

namespace troupe::test {

class stdout_capture {
public:
  stdout_capture();
  stdout_capture(const stdout_capture&) = delete;
  stdout_capture& operator=(const stdout_capture&) = delete;
  ~stdout_capture();

  /// What has been written so far; ends the capture.
  std::string text();

private:
  void restore();

  int saved_ = -1;
  int file_ = -1;
};

} // namespace troupe::test
