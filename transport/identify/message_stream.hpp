// SPDX-License-Identifier: BSD-3-Clause
// How identify messages travel: each behind its length as uvarint, at most 8 KiB; a large identity is split
// over up to 10 of them, which the reader merges (lists are joined, single fields replaced). Pure. Source:
// spec libp2p 1.7.
#pragma once

#include "messages/codec/identify.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "transport/errors.hpp"

namespace troupe::transport {

/// Splits and serialises. What does not fit into identify_messages_max is left out: addresses first, then
/// protocols.
bytes serialize_identify(const identify_message& whole);

class identify_reader {
public:
  /// Takes the next bytes of the stream; misbehaved for a length over the limit, a malformed or an eleventh
  /// message.
  transport_errc feed(byte_view data);
  /// The stream ended: all messages merged, or misbehaved if it ended inside one or held none.
  expected<identify_message, transport_errc> finish();

private:
  transport_errc take_message(byte_view encoded);

  bytes pending_; ///< an incomplete message with its length, at most identify_size_max + 2 bytes
  identify_message merged_;
  std::size_t messages_ = 0;
};

} // namespace troupe::transport
