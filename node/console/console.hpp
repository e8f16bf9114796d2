// SPDX-License-Identifier: BSD-3-Clause
// Where a node's lines go: standard output, one line at a time, in the order they were written, whatever thread wrote them.
// Output never blocks a node: lines queue up to a bound, then the oldest are dropped; repeats collapse to a count.
// Answers to a person's command share the queue, so that they stand in order among the log lines, but never collapse.
#pragma once

#include "actors/runtime/node_context.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace troupe {

class console final : public log_sink {
public:
  static constexpr std::size_t queued_lines_max = 8192;

  explicit console(log_level least);
  ~console() override; ///< writes what is queued

  bool wants(log_level level) const override;
  void write(log_level level, std::string_view actor, time_point at, std::string_view line) override;
  /// An answer to a command; may hold several lines.
  void say(std::string_view text);
  /// Waits until everything queued has been written.
  void flush();
  std::size_t dropped() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
  log_level least_;
};

/// "trace" ... "off"; the configuration has checked the word.
log_level parse_log_level(std::string_view word);

} // namespace troupe
