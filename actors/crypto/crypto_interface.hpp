// SPDX-License-Identifier: BSD-3-Clause
// Who verifies and signs for the machines of a node: workers of equal rank, each a child of the node's own
// supervisor. Shells reach them through a crypto_desk (actors/runtime/shell/crypto_desk.hpp); verified and
// signed_off come back one-way with the ticket. Pool actors throughout.
#pragma once

#include "actors/runtime/shell/crypto_desk.hpp"
#include "actors/runtime/shell/supervisor.hpp"
#include "messages/crypto/keys.hpp"

namespace troupe::crypto {

/// How signatures are made and checked. The laboratory runs most schedules on one that costs next to nothing.
struct scheme {
  signature (*sign)(const key_pair& identity, byte_view message);
  crypto_desk::check_function verify;
};
/// Ed25519, what every real node uses.
extern const scheme ed25519;

struct options {
  std::size_t workers = 2;                   ///< actors that check signatures side by side; 1 in simulation
  std::size_t waiting_bytes_max = 16u << 20; ///< of messages that wait; above it askers check by themselves
  std::size_t seen_max = 16384;              ///< valid signatures remembered, by all workers together
  scheme signatures = ed25519;
  std::shared_ptr<signature_counters> counted = std::make_shared<signature_counters>();
};

/// The desk with the workers' addresses, behind which nobody stands yet.
crypto_desk open_desk(caf::actor_system& system, const node_context& context, const options& how);

/// The workers of that desk, to be started before whoever asks. `identity` is the node's key pair, which
/// every sign order uses; `how` is what the desk was opened with.
std::vector<child> workers(const crypto_desk& desk, const key_pair& identity, const options& how);

} // namespace troupe::crypto
