// SPDX-License-Identifier: BSD-3-Clause
// The trace line of seed 000 for a packet on its way, also of those a node sends to itself.
#pragma once

#include "messages/codec/signing.hpp"

#include <string>

namespace troupe {

/// Effect of the agreement machines: `payload` is about to go to `to`. The shell knows the address and writes
/// "[P2P] delivering packet to i:x at addr A: Packet { source: .., dest: .., payload: .., sig: .. }".
struct delivering {
  peer_id to;
  std::string payload; ///< e.g. "Membership(P(Ji:3497d6)@i:877dcaG1)"
  signature seal{};    ///< the signature of what it carries
};

} // namespace troupe
