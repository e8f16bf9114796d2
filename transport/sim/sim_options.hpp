// SPDX-License-Identifier: BSD-3-Clause
// The limits of one simulated network, as its tcp twin has them.
#pragma once

#include "messages/types/time.hpp"
#include "transport/identify/identify_service.hpp"

#include <cstddef>
#include <cstdint>

namespace troupe::transport {

struct sim_options {
  std::size_t links_max = 1024;                    ///< further dials, in or out, fail
  std::size_t lanes_per_link_max = 1000;           ///< both directions together
  std::size_t dials_max = 256;                     ///< unfinished
  std::size_t posts_max = 65536;                   ///< posted tasks not run yet; more is a programmer error
  std::size_t send_queue_max = 64u << 20;          ///< bytes one lane may have waiting; more resets it
  std::size_t sends_max = std::size_t{1} << 20;    ///< chunks one lane may have waiting; more resets it
  std::size_t segment_max = 64 * 1024;             ///< bytes one lane sends before the next has its turn
  duration dial_timeout = std::chrono::seconds{5}; ///< for each address
  identify_options identify{};                     ///< what peers are told, by a node that has its key
  std::uint64_t wall_start_ms = 1'700'000'000'000; ///< the wall clock at virtual time 0: numbers its records
  duration linger = std::chrono::seconds{5}; ///< how long a closing link may take to send what is queued
};

} // namespace troupe::transport
