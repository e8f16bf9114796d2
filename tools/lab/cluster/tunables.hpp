// SPDX-License-Identifier: BSD-3-Clause
// The numbers of a node and its surroundings that may be tuned. A run draws them from its seed, within bounds
// at whose ends rare branches lie: tiny caches, single-record segments, slow disks, messages cut in two.
// Source: spec: style, FoundationDB's knobs.
#pragma once

#include "actors/brb/agreement_options.hpp"
#include "actors/crypto/crypto_interface.hpp"
#include "messages/types/random_stream.hpp"
#include "transport/sim/sim_options.hpp"

namespace troupe::lab {

struct tunables {
  duration operation_resend_first = std::chrono::milliseconds{500};
  duration vote_resend_first = std::chrono::seconds{1};
  duration resend_max = std::chrono::seconds{30};
  duration anti_entropy_every = std::chrono::seconds{30};
  brb::batch_limits batches = {};
  brb::coding_rules coding = {};
  std::uint64_t checkpoint_every = 1024; ///< deliveries
  duration checkpoint_at_least_every = std::chrono::seconds{10};
  std::size_t signatures_seen_max = 16384;
  std::size_t log_segment_size = 64 * 1024;
  duration sync_max{};
  std::size_t lane_segment_max = 64 * 1024;
  std::size_t burst_max = 100; ///< messages an actor may handle before another one runs, as on the pool
  std::uint32_t split = 0;     ///< millionths of deliveries in two turns
};

/// Drawn from `rng`; the defaults if not `randomised`.
tunables drawn_tunables(random_stream rng, bool randomised);

void apply(const tunables& from, brb::agreement_options& to);
void apply(const tunables& from, crypto::options& to);
void apply(const tunables& from, transport::sim_options& to);

} // namespace troupe::lab
