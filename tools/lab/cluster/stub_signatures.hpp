// SPDX-License-Identifier: BSD-3-Clause
// Signatures that cost next to nothing: a hash of signer and message, which anybody could forge. Only for
// schedules in one process, where nobody who lies goes as far: the laboratory's liars sign with their own
// identity.
#pragma once

#include "actors/crypto/crypto_interface.hpp"

namespace troupe::lab {

signature stub_sign(const peer_id& signer, byte_view message);
bool stub_verify(const peer_id& signer, byte_view message, byte_view signed_by);

/// The same, as the crypto actor takes it.
extern const crypto::scheme stub_scheme;

} // namespace troupe::lab
