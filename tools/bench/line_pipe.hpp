// SPDX-License-Identifier: BSD-3-Clause
// Lines of text between a benchmark and its processes.
#pragma once

#include <optional>
#include <string>

namespace troupe::bench {

class line_pipe {
public:
  /// Does not own the descriptors.
  line_pipe(int in, int out) : in_(in), out_(out) {}

  /// False if the other side is gone.
  bool write(const std::string& line) const;
  /// Without the line feed; nothing at the end of the stream.
  std::optional<std::string> read();

private:
  int in_;
  int out_;
  std::string buffer_;
};

} // namespace troupe::bench
