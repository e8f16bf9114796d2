// SPDX-License-Identifier: BSD-3-Clause
// One member of a voting group under load, whatever it broadcasts with: what `troupe bench brb` drives and
// counts. Made and called by the process that measures; answers come on threads of the runtime.
#pragma once

#include "messages/types/multiaddr.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace troupe::bench {

enum class broadcast_algorithm : std::uint8_t {
  troupe,   ///< troupe's own, as `troupe node` runs it
  original, ///< brb 1.0.10, ported line by line (tools/lab/algorithm), on the same sessions and signatures
};

struct member_options {
  broadcast_algorithm algorithm = broadcast_algorithm::troupe;
  std::string data; ///< directory; empty = nothing is stored or synced
  std::uint64_t batch = 256;
  std::size_t op_bytes = 64; ///< of an encoded operation
  std::size_t members = 4;
};

/// Since the member was started.
struct member_counts {
  std::uint64_t delivered = 0; ///< operations of all sources, here
  std::uint64_t frames = 0;    ///< given to the sessions with the others
  std::uint64_t made = 0;      ///< signatures
  std::uint64_t checked = 0;   ///< signatures
};

/// How many requests of how many commands a member must always have under way to be kept busy.
struct appetite {
  std::size_t requests = 1;
  std::size_t commands = 1; ///< of each request
};

class group_member {
public:
  virtual ~group_member() = default;

  virtual multiaddr address() const = 0; ///< with /p2p
  /// The group is everybody, by everybody's own decision; returns when all are in session with this one.
  virtual void meet(const std::vector<multiaddr>& everybody) = 0;
  virtual appetite full_load() const = 0;
  /// `commands` writes; `done` hears how many were refused once the others are delivered here.
  virtual void ask(std::size_t commands, std::function<void(std::size_t refused)> done) = 0;
  virtual member_counts counts() = 0;
};

} // namespace troupe::bench
