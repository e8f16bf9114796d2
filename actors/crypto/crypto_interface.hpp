// SPDX-License-Identifier: BSD-3-Clause
// Who verifies and signs for the machines of a node: crypto_handle (actors/runtime/shell/tickets.hpp) of the
// actor started here. Orders go to it one-way; verified and signed_off come back one-way with the ticket.
// Pool actors throughout.
#pragma once

#include "actors/runtime/shell/spawn.hpp"
#include "actors/runtime/shell/tickets.hpp"
#include "messages/crypto/keys.hpp"

namespace troupe::crypto {

/// How signatures are made and checked. The laboratory runs most schedules on one that costs next to nothing.
struct scheme {
  signature (*sign)(const key_pair& identity, byte_view message);
  bool (*verify)(const peer_id& signer, byte_view message, byte_view signed_by_key);
};
/// Ed25519, what every real node uses.
extern const scheme ed25519;

struct options {
  std::size_t workers = 2;    ///< actors that check signatures side by side; 1 in simulation
  std::size_t batch_max = 64; ///< checks handed to a worker at once when several wait
  std::size_t waiting_bytes_max =
    16u << 20;                  ///< of messages that wait; above it the next is checked before more are taken
  std::size_t seen_max = 16384; ///< valid signatures remembered
  scheme signatures = ed25519;
};

/// `identity` is the node's key pair, which every sign order uses.
crypto_handle spawn_crypto(caf::actor_system& system, node_context context, key_pair identity,
                           options how = {});

} // namespace troupe::crypto
