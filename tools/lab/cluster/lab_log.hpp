// SPDX-License-Identifier: BSD-3-Clause
// The log of one node in the laboratory. What its lines say of crashes and refusals becomes observations and
// marks; and a line is where a handler can be made to throw: the writer of the n-th line from when it was
// armed. Thread-safe.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "tools/lab/cluster/venue.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace troupe::lab {

/// Rare branches that were taken, by the names the log gives them.
class mark_set {
public:
  void hit(std::string name);
  std::set<std::string> all() const;

private:
  mutable std::mutex guard_;
  std::set<std::string> names_;
};

class lab_log final : public log_sink {
public:
  struct options {
    node_index node = 0;
    venue* at = nullptr;
    std::shared_ptr<witness> tell;
    std::shared_ptr<mark_set> marks;
    bool print = false; ///< every line to standard error as well
  };

  explicit lab_log(options with) : with_(std::move(with)) {}

  /// The writer of the `nth` line from now on throws, once; lines of warnings and errors never do, as they
  /// come from handlers of last resort too. 0 disarms.
  void arm(std::uint64_t nth) { lines_left_ = nth; }

  bool wants(log_level level) const override;
  void write(log_level level, std::string_view actor, time_point at, std::string_view line) override;

private:
  void judge(log_level level, std::string_view actor, std::string_view line);

  options with_;
  std::atomic<std::uint64_t> lines_left_{0};
};

} // namespace troupe::lab
