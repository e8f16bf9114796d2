// SPDX-License-Identifier: BSD-3-Clause
// Whether a certificate proves what it says: enough distinct members, nobody else, and as many valid
// signatures as make a quorum, at which checking stops. Pure. Source: spec: brb 2.4, 8.4 point 6.
#pragma once

#include "actors/brb/packets.hpp"
#include "messages/types/expected.hpp"

#include <set>
#include <span>

namespace troupe::brb {

/// A signature that something rests on.
struct seal_check {
  peer_id signer;
  digest message;
  signature seal;
};

/// The first quorum of its signatures. A member signs an echo; the source's signature on the header is its
/// echo in the header's generation, where earlier builds put one more signature. Errors:
/// not_enough_signatures_to_form_quorum, proof_contains_signatures_from_non_members.
expected<std::vector<seal_check>, brb_errc>
seals_to_verify(std::string_view network, const certificate& proof, const std::set<peer_id>& members);

/// One of these is the source's, and is the header's signature: what the certificate calls so must stay.
bool sealed_by_header(const certificate& proof, const std::vector<seal_check>& seals);

/// The same of any statement: bit i of `signers` (of byte i/8, from the lowest) names the i-th member.
expected<std::vector<seal_check>, brb_errc> seals_to_verify(const digest& statement, byte_view signers,
                                                            std::span<const signature> seals,
                                                            const std::set<peer_id>& members);

/// A certificate whose signatures are being verified.
struct certificate_check {
  certificate_received input;
  std::size_t outstanding = 0;
  bool valid = true;
};

} // namespace troupe::brb
