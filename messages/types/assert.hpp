// SPDX-License-Identifier: BSD-3-Clause
// Programmer errors. The assertion is always on and throws: the actor dies and its supervisor restarts it.
#pragma once

#include <stdexcept>
#include <string>

namespace troupe {

class assertion_failed : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void assertion_failure(const char* condition, const char* file, int line) {
  throw assertion_failed(std::string{file} + ":" + std::to_string(line) + ": " + condition);
}

} // namespace troupe

#define TROUPE_ASSERT(condition)                                                                             \
  (static_cast<bool>(condition) ? static_cast<void>(0)                                                       \
                                : ::troupe::assertion_failure(#condition, __FILE__, __LINE__))
