// SPDX-License-Identifier: BSD-3-Clause
// The records of the promise log: what a node has said in a way it must never contradict, and what it has
// delivered. A record is {u8 version = 1, u8 kind, 6 zero bytes, body}; the bodies are the frames of the same
// things (docs/protocols/brb.md). The log itself (segments, checksums, syncing) is actors/store. Source:
// spec: brb 8.4 point 8, design 8.
#pragma once

#include "messages/codec/lock_codec.hpp"

#include <optional>
#include <variant>

namespace troupe {

/// A trust or untrust command at a generation.
struct forced_promise {
  generation gen;
  membership::reconfig change;
};
/// A vote of our own, stored before it left.
struct own_vote_promise {
  membership::signed_vote_ptr vote;
};
/// The vote that decided a generation.
struct decided_promise {
  membership::signed_vote_ptr vote;
};
/// The slot is bound to this header, stored before our echo left; for our own slots before the request left,
/// so it is our own sequence number as well.
struct lock_promise {
  brb::send_message what;
};
/// The slot was delivered; the certificate has its payload.
struct delivered_promise {
  brb::certificate_ptr what;
};
/// The source signed two headers for one slot; both signatures were checked before it was stored.
struct equivocation_promise {
  brb::equivocation what;
};

/// What a quorum holds of a source's slots from before we joined in this generation; stored before our first
/// echo to it.
struct imported_promise {
  brb::lock_answer what; ///< of no certificate and no checkpoint
};
/// A joiner of this generation was told our locks of a source: no new one under an older generation.
struct answered_promise {
  brb::lock_query what;
};

/// A checkpoint that covers this much is stored beside the log: from now on the log need not say it. Stored
/// before the log forgets it, so that a node whose checkpoint is damaged knows what it has forgotten.
struct covered_promise {
  brb::delivered_vector up_to;
};

using promise =
  std::variant<forced_promise, own_vote_promise, decided_promise, lock_promise, delivered_promise,
               equivocation_promise, imported_promise, answered_promise, covered_promise>;

/// Effect: the promise is stored. The shell keeps it where a restart of the actor finds it.
struct remember {
  promise what;
};

/// The slot a lock or a delivery is about, without a look at its payload; nothing for other records.
struct slot_name {
  peer_id source;
  std::uint64_t sequence = 0;
};
std::optional<slot_name> slot_of(byte_view record);
/// What a covered_promise says; nothing for other records.
std::optional<brb::delivered_vector> covered_by(byte_view record);

bytes encode(const promise& what);
expected<promise, agreement_codec_errc> decode_promise(byte_view record, std::string_view network);

} // namespace troupe
