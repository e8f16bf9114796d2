// SPDX-License-Identifier: BSD-3-Clause
// The Identify protobuf of /ipfs/id/1.0.0 and its push. Field order and bytes as go-libp2p writes them;
// unknown fields and fields of another wire type are skipped. Text that cannot be printed and addresses that
// cannot be parsed are dropped alone. Source: spec/libp2p.md 1.7. Pure, any thread.
#pragma once

#include "messages/codec/codec_errc.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/multiaddr.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe {

constexpr std::size_t identify_size_max = 8192;    ///< bytes of one message, js's and go's limit
constexpr std::size_t identify_messages_max = 10;  ///< merged into one
constexpr std::size_t identify_addresses_max = 32; ///< kept, in the order they came
constexpr std::size_t identify_protocols_max = 256;
constexpr std::size_t identify_text_max =
  256; ///< bytes of a version or a protocol id; longer ones are dropped

/// What is absent was not in the message: in a push it means "unchanged".
struct identify_message {
  std::optional<bytes> public_key; ///< PublicKey protobuf, unchecked
  std::vector<multiaddr> listen_addresses;
  std::vector<std::string> protocols;
  std::optional<multiaddr> observed_address;
  std::optional<std::string> protocol_version;
  std::optional<std::string> agent_version;
  std::optional<bytes> signed_peer_record; ///< Envelope, unchecked; see peer_record.hpp

  friend bool operator==(const identify_message&, const identify_message&) = default;
};

/// One message or, if the signed record makes it longer than identify_size_max, two.
std::vector<bytes> encode_identify(const identify_message& message);
/// Errors: too_long, malformed.
expected<identify_message, codec_errc> decode_identify(byte_view encoded);
/// Adds a further message of the same exchange: lists grow up to their caps, single fields are replaced.
void merge(identify_message& into, identify_message more);

} // namespace troupe
