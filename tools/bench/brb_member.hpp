// SPDX-License-Identifier: BSD-3-Clause
// One process of `troupe bench brb`: a node as `troupe node` runs it, which does what the parent says line by
// line, and what it measured.
#pragma once

#include "messages/types/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::bench {

struct brb_member_options {
  std::string data; ///< directory; empty = nothing is stored or synced
  std::uint64_t batch = 256;
  std::size_t op_bytes = 64; ///< of an encoded operation
  std::size_t members = 4;
};

/// What a member did in the measured time.
struct brb_figures {
  double seconds = 0;
  std::uint64_t delivered = 0; ///< operations of all sources, here
  std::uint64_t failed = 0;    ///< own commands that were refused
  double rss_mb = 0;
  std::vector<double> latencies_ms; ///< from command to delivery here, of own commands; sampled
};

/// Reads commands from `in` and answers on `out` until `in` ends: `addresses A...` -> `ready`, `load RATE
/// SECONDS`
/// -> one line of JSON, `stop`. The first line it writes is its address. RATE: own operations per second; 0 =
/// as many as go.
void serve_brb_member(const brb_member_options& options, int in, int out);

} // namespace troupe::bench
