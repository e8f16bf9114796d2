// SPDX-License-Identifier: BSD-3-Clause
// The packets of MaidSafe's brb 1.0.10. As in the original the signature covers the payload alone: neither
// the source, nor the destination, nor any network, which is defect B7. Pure. Source: spec: brb 2.1.
#pragma once

#include "tools/lab/algorithm/packet_bytes.hpp"

#include "messages/types/expected.hpp"

#include <map>
#include <variant>

namespace troupe::lab::original {

constexpr std::size_t signers_max = 256; ///< of one proof
constexpr std::size_t clock_max = 4096;  ///< sources in a vector clock

/// An operation in its slot, the actor's `counter`-th; every signature of the protocol is over this.
struct message {
  std::uint64_t generation = 0;
  peer_id actor;
  std::uint64_t counter = 0; ///< from 1
  bytes op;

  friend auto operator<=>(const message&, const message&) = default;
};

using proof = std::map<peer_id, signature>;
using clock = std::map<peer_id, std::uint64_t>; ///< the last counter of each actor; 0 if missing

struct request_validation {
  message what;
};
struct signed_validated {
  message what;
  signature by{};
};
struct proof_of_agreement {
  message what;
  proof signatures;
};
struct delivered {
  message what;
};
struct anti_entropy {
  std::uint64_t generation = 0;
  clock seen;
};
using payload =
  std::variant<request_validation, signed_validated, proof_of_agreement, delivered, anti_entropy>;

struct packet {
  peer_id source;
  peer_id dest;
  signature by{};
  byte_view signed_part; ///< into the encoded packet
  payload content;
};

/// As diagrams show it, e.g. "SignedValidated".
std::string_view name(const payload& content);

bytes encode(const message& what);
bytes encode(const payload& content);
/// `signed_part` is the encoded payload.
bytes encode(const peer_id& source, const peer_id& dest, const signature& by, byte_view signed_part);

enum class decode_errc : std::uint8_t {
  malformed = 1, ///< too short, too long, over a limit, or not the one encoding of what it says
};
/// The result looks into `encoded`.
expected<packet, decode_errc> decode(byte_view encoded);

} // namespace troupe::lab::original
