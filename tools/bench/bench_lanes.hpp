// SPDX-License-Identifier: BSD-3-Clause
// The lane handlers of `troupe bench link`: a sink, an echo, a lane that never returns credit, a source and a pinger. They are
// mounted on nodes as any embedder's protocol is, and run on the I/O thread.
#pragma once

#include "transport/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace troupe::bench {

using clock = std::chrono::steady_clock;

inline constexpr const char* sink_protocol = "/troupe-bench/sink/1";   ///< counts, and answers one byte at the end
inline constexpr const char* echo_protocol = "/troupe-bench/echo/1";   ///< sends everything back
inline constexpr const char* stuck_protocol = "/troupe-bench/stuck/1"; ///< takes bytes and never returns credit

transport::protocol sink();
transport::protocol echo();
transport::protocol stuck();

/// Sends `total` bytes in 64 KiB chunks to a sink. `done` hears the seconds from the first write to the sink's answer, negative if the
/// lane broke off.
transport::lane_handler_ptr source(std::uint64_t total, std::function<void(double seconds)> done);

/// Sends chunks for as long as the peer takes them, which a stuck lane soon does not.
transport::lane_handler_ptr flood();

/// Sends `size` bytes to an echo and waits for them to come back; the lane is then finished.
transport::lane_handler_ptr echo_once(std::size_t size, std::function<void(bool complete)> done);

/// One ping after another over /ipfs/ping/1.0.0, at most `count`; `done` hears the round trips in microseconds with the time each ended.
struct round_trip {
  double us;
  clock::time_point at;
};
transport::lane_handler_ptr pings(std::size_t count, std::function<void(std::vector<round_trip>)> done);

} // namespace troupe::bench
