// SPDX-License-Identifier: BSD-3-Clause
// The trace lines of seed 000 for a packet on its way and for one that arrived, also of those a node sends to
// itself. packet_trace writes them.
#pragma once

#include "messages/codec/signing.hpp"

#include <string>

namespace troupe {

/// Effect of the agreement machines: `payload` is about to go to `to`. The effect that sends it comes behind,
/// with no other sending in between.
struct delivering {
  peer_id to;
  std::string payload;    ///< e.g. "Membership(P(Ji:3497d6)@i:877dcaG1)"
  signature seal{};       ///< the signature of what it carries
  bool by_router = false; ///< true: seed 000 puts it through its router first
};

/// Effect of the agreement machines: a packet is being handled, or was refused.
struct handling {
  peer_id from;
  std::string payload; ///< as the sender names it; empty if nobody reads it, or if it was refused unread
  signature seal{};    ///< the signature of what it carries
};

} // namespace troupe
