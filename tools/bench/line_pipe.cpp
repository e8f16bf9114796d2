// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/line_pipe.hpp"

#include <array>

#include <unistd.h>

namespace troupe::bench {

bool line_pipe::write(const std::string& line) const {
  const auto whole = line + '\n';
  for (std::size_t sent = 0; sent < whole.size();) {
    const auto count = ::write(out_, whole.data() + sent, whole.size() - sent);
    if (count <= 0)
      return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

std::optional<std::string> line_pipe::read() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    std::array<char, 65'536> chunk;
    const auto count = ::read(in_, chunk.data(), chunk.size());
    if (count <= 0)
      return std::nullopt;
    buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

} // namespace troupe::bench
