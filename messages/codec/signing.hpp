// SPDX-License-Identifier: BSD-3-Clause
// What signatures of the agreement protocols are made over, and how their fixed-size values move between wire
// and domain. Source: spec: brb 8.4, 8.6. Pure functions.
#pragma once

#include "messages/codec/brb_wire.hpp"
#include "messages/crypto/keys.hpp"
#include "messages/crypto/sha256.hpp"
#include "messages/types/peer_id.hpp"

#include <set>
#include <string>
#include <string_view>

namespace troupe {

/// Names a voting group for good: SHA-256("troupe/group/v1" || network id || the keys forced at generation 0,
/// ascending).
using group_id = digest;

enum class agreement_codec_errc : std::uint8_t {
  malformed = 1,       ///< the bytes are no table of this type, or a field has a value outside its range
  too_many = 2,        ///< more entries than the limit
  too_long = 3,        ///< a payload or body over its limit
  too_deep = 4,        ///< votes nested deeper than vote_depth_max
  unknown_nested = 5,  ///< a vote nests one that does not come before it in the bundle
  digest_mismatch = 6, ///< the payload is not the one the header names
  bad_record = 7,      ///< a promise record of an unknown version or kind
};
std::string_view name(agreement_codec_errc code);

constexpr std::size_t network_id_size_max = 64;

/// The 32 bytes that are signed: SHA-256(purpose || 0 || length of network (u32, little endian) || network ||
/// body). `purpose` carries the protocol version, e.g. "troupe/brb/echo/v1".
digest signing_digest(std::string_view purpose, std::string_view network, byte_view body);

group_id make_group_id(std::string_view network, const std::set<peer_id>& forced_at_genesis);

/// The id that inlines this raw Ed25519 key.
peer_id actor_of(const wire::Key32& raw);
/// The key inlined in `actor`, which must be an Ed25519 id.
wire::Key32 key_of(const peer_id& actor);

wire::Digest32 to_wire(const digest& value);
wire::Signature64 to_wire(const signature& value);
digest from_wire(const wire::Digest32& value);
signature from_wire(const wire::Signature64& value);

/// `sig:` and the first 3 bytes in hex, as seed 000 prints a signature.
std::string short_name(const signature& seal);

} // namespace troupe
