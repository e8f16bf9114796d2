// SPDX-License-Identifier: BSD-3-Clause
// What the peers subsystem counts, for the metrics. Written by the peers actor and its peer actors, read from
// any thread; plain numbers, so that reading disturbs nobody. Outlives restarts of the actors.
#pragma once

#include "actors/peer/session_errc.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::peer {

/// Why local frames did not go out.
enum class frame_drop : std::uint8_t {
  lane_full = 0,   ///< twice over the lane's bound
  over_budget = 1, ///< the node's budget, or the peer's part of it
  not_mounted = 2,
  malformed = 3,
  never_met = 4, ///< no such peer
};
constexpr std::size_t frame_drops = 5;
constexpr std::string_view name_of(frame_drop why) {
  constexpr std::string_view names[] = {"lane_full", "over_budget", "not_mounted", "malformed", "never_met"};
  return names[static_cast<std::size_t>(why)];
}

struct peer_counters {
  using number = std::atomic<std::uint64_t>;

  // Since the start.
  number sessions{0};
  std::array<number, session_errc_count> sessions_refused{}; ///< by session_errc, this side's reason
  std::array<number, frame_drops> frames_dropped{};          ///< by frame_drop; chunks of frames
  number frames_sent{0}; ///< taken for a lane, of all protocols; one that is sent again counts once
  number dials{0};
  number dials_failed{0};
  number bans{0};
  number restarts{0}; ///< of peer actors
  number introductions_told{0};
  number introductions_heard{0};
  number introductions_dialled{0};
  number introductions_unusable{0};
  number introductions_crowded{0};
  number introductions_forged{0};

  // Now.
  number lanes_open{0}; ///< outgoing
  number dials_under_way{0};
  number dials_waiting{0};
  number streams_waiting{0};
  number introductions_waiting{0};

  void refused(session_errc why) { ++sessions_refused[static_cast<std::size_t>(why)]; }
  void dropped(frame_drop why) { ++frames_dropped[static_cast<std::size_t>(why)]; }
};

} // namespace troupe::peer
