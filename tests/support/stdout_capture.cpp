// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/stdout_capture.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

namespace troupe::test {

stdout_capture::stdout_capture() {
  char name[] = "/tmp/troupe-stdout-XXXXXX";
  file_ = ::mkstemp(name);
  if (file_ < 0)
    throw std::runtime_error("no temporary file for stdout");
  ::unlink(name);
  std::cout.flush();
  std::fflush(stdout);
  saved_ = ::dup(STDOUT_FILENO);
  ::dup2(file_, STDOUT_FILENO);
}

stdout_capture::~stdout_capture() {
  restore();
  ::close(file_);
}

void stdout_capture::restore() {
  if (saved_ < 0)
    return;
  std::cout.flush();
  std::fflush(stdout);
  ::dup2(saved_, STDOUT_FILENO);
  ::close(saved_);
  saved_ = -1;
}

std::string stdout_capture::text() {
  restore();
  std::string result;
  ::lseek(file_, 0, SEEK_SET);
  char part[4096];
  for (auto n = ::read(file_, part, sizeof part); n > 0; n = ::read(file_, part, sizeof part))
    result.append(part, static_cast<std::size_t>(n));
  return result;
}

} // namespace troupe::test
