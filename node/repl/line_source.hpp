// SPDX-License-Identifier: BSD-3-Clause
// Where commands come from: a pipe, or a terminal with history and completion (libedit). Reading ends at the end of input or when
// the process is told to stop, whichever comes first, so that nobody waits for a line that will not come.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::repl {

/// Turns SIGINT and SIGTERM into a readable descriptor. Make it before any other thread starts, or the threads get the signals.
class stop_signal {
public:
  stop_signal();
  ~stop_signal();
  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  int descriptor() const { return descriptor_; }
  void wait() const;
  bool raised() const;

private:
  int descriptor_;
};

class line_source {
public:
  static constexpr std::size_t line_size_max = 65'536; ///< of a longer line only one byte more is given, for the reader to refuse it

  virtual ~line_source() = default;
  /// The next line without its newline; nothing at the end of input or on a stop signal.
  virtual std::optional<std::string> next() = 0;
};

/// From a pipe or file on `input`.
std::unique_ptr<line_source> piped_lines(int input, const stop_signal& stop);
/// From the terminal on standard input, prompting "> ". `words` are completed at the start of a line.
std::unique_ptr<line_source> edited_lines(const stop_signal& stop, const std::vector<std::string>& words);

} // namespace troupe::repl
