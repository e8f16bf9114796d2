// SPDX-License-Identifier: BSD-3-Clause
// Signed envelopes and the peer record in them: a peer's addresses under its own signature. The constants are
// those deployed by go and js, which differ from the RFC's text. Source: spec/libp2p.md 1.7. Pure, any
// thread.
#pragma once

#include "messages/codec/codec_errc.hpp"
#include "messages/crypto/keys.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/multiaddr.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace troupe {

constexpr std::size_t envelope_size_max = 16384;      ///< bytes
constexpr std::size_t peer_record_addresses_max = 32; ///< kept, in the order they came

/// What is signed along with the payload, so that a signature serves one purpose only.
struct envelope_purpose {
  std::string_view domain;
  std::string_view payload_type;
};
constexpr envelope_purpose peer_record_purpose{"libp2p-peer-record", "\x03\x01"};

struct opened_envelope {
  public_key signer;
  bytes payload;
};

/// The Envelope protobuf, signed.
bytes seal_envelope(const key_pair& signer, const envelope_purpose& purpose, byte_view payload);
/// Checks type and signature. Errors: too_long, malformed, missing_field, bad_key, wrong_type, bad_signature.
expected<opened_envelope, codec_errc> open_envelope(byte_view encoded, const envelope_purpose& purpose);

struct peer_record {
  peer_id peer;
  std::uint64_t seq = 0; ///< grows with every change; unix time is usual
  std::vector<multiaddr> addresses;

  friend bool operator==(const peer_record&, const peer_record&) = default;
};

/// The PeerRecord protobuf.
bytes encode_peer_record(const peer_record& record);
/// Addresses that cannot be parsed are dropped. Errors: too_long, malformed, missing_field (no peer id).
expected<peer_record, codec_errc> decode_peer_record(byte_view encoded);

/// The signer's own record in an envelope, as identify carries it.
bytes make_signed_peer_record(const key_pair& signer, std::uint64_t seq, std::vector<multiaddr> addresses);
/// The record, if its peer signed it. All errors of codec_errc.
expected<peer_record, codec_errc> verify_signed_peer_record(byte_view envelope);

} // namespace troupe
