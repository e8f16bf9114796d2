// SPDX-License-Identifier: BSD-3-Clause
// What the actors of the agreement subsystem are started with: one value for all of them.
#pragma once

#include "actors/brb/coded_payload.hpp"
#include "actors/brb/delivering.hpp"
#include "actors/brb/operations.hpp"
#include "actors/brb/promises.hpp"
#include "actors/datatype/data_types.hpp"
#include "actors/runtime/node_context.hpp"
#include "messages/types/time.hpp"

#include <functional>
#include <memory>

namespace troupe::brb {

constexpr std::uint32_t crash_cost = 25; ///< four crashes by one peer's input ban it

struct agreement_options {
  peer_id self;
  std::string network;
  known_data_type type = data_types().front(); ///< what is agreed on; an embedder may give one of his own
  bool manual_anti_entropy = false;            ///< true: only on command, as in seed 000
  duration anti_entropy_every = std::chrono::seconds{30}; ///< with each connected peer, unless manual
  std::size_t members_soft_max = 7;
  batch_limits batches = {};
  coding_rules coding = {};              ///< of payloads of our own
  std::uint64_t checkpoint_every = 1024; ///< deliveries; 0 = no checkpoints. docs/protocols/brb.md
  duration checkpoint_at_least_every = std::chrono::seconds{10}; ///< if anything was delivered
  bool consents = true; ///< to be proposed as a member: docs/protocols/membership.md
  duration operation_resend_first = std::chrono::milliseconds{500};
  duration vote_resend_first = std::chrono::seconds{1};
  duration resend_max = std::chrono::seconds{30};
  /// For the trace line of a packet only; called from several threads. Null: "<unknown>".
  std::function<std::string(const peer_id&)> address_of;
  /// A child of the subtree is started again; called by its supervisor. May be null.
  std::function<void()> restarted;
  /// The voters or the set have changed; called from several threads, must not block. May be null.
  std::function<void()> changed;
  /// A checkpoint was stored, and what it covers is forgotten; called by the front. May be null.
  std::function<void(const base_state&)> based;
  std::shared_ptr<agreement_memory> memory = std::make_shared<agreement_memory>();
};

} // namespace troupe::brb
