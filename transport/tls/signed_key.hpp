// SPDX-License-Identifier: BSD-3-Clause
// The value of the libp2p certificate extension, in DER:
//   SignedKey ::= SEQUENCE { publicKey OCTET STRING, signature OCTET STRING }
// Written and read by hand because exactly this one shape is allowed: definite, minimal lengths and nothing
// behind it.
#pragma once

#include "messages/types/bytes.hpp"

#include <optional>

namespace troupe::transport::tls {

struct signed_key {
  byte_view public_key; ///< PublicKey protobuf; a view into the parsed bytes
  byte_view signature;
};

/// Nothing if the bytes are not exactly one SignedKey.
std::optional<signed_key> parse_signed_key(byte_view der);
/// Each part at most 64 KiB - 1.
bytes serialize_signed_key(const signed_key& from);

} // namespace troupe::transport::tls
