// SPDX-License-Identifier: BSD-3-Clause
// Whether a certificate proves what it says: enough distinct members, nobody else, and as many valid
// signatures as make a quorum, at which checking stops. Pure. Source: spec: brb 2.4, 8.4 point 6.
#pragma once

#include "actors/brb/packets.hpp"
#include "messages/types/expected.hpp"

#include <set>
#include <span>

namespace troupe::brb {

struct named_echo {
  peer_id signer;
  signature seal;
};

/// The first quorum of its echoes, to be verified against echo_digest. Errors:
/// not_enough_signatures_to_form_quorum, proof_contains_signatures_from_non_members.
expected<std::vector<named_echo>, brb_errc> echoes_to_verify(const certificate& proof,
                                                             const std::set<peer_id>& members);

/// The same of any statement: bit i of `signers` (of byte i/8, from the lowest) names the i-th member.
expected<std::vector<named_echo>, brb_errc>
echoes_to_verify(byte_view signers, std::span<const signature> seals, const std::set<peer_id>& members);

/// A certificate whose signatures are being verified.
struct certificate_check {
  certificate_received input;
  std::size_t outstanding = 0;
  bool valid = true;
};

} // namespace troupe::brb
