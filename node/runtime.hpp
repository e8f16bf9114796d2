// SPDX-License-Identifier: BSD-3-Clause
// What the nodes of one process share: the actor system with its threads. Make it first, destroy it last.
#pragma once

#include <memory>

namespace caf {
class actor_system;
}

namespace troupe {

class runtime {
public:
  /// `threads`: scheduler threads; 0 = min(cores, 4). Raises the file descriptor limit to what the system allows.
  explicit runtime(std::size_t threads = 0);
  ~runtime();
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  caf::actor_system& actors();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe
