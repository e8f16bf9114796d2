// SPDX-License-Identifier: BSD-3-Clause
// What a joiner asks about locks, and the answer, in domain form (docs/protocols/brb.md). Source: spec:
// brb 8.4 points 2 and 3. Pure.
#pragma once

#include "messages/codec/brb_codec.hpp"

namespace troupe::brb {

constexpr std::size_t locks_max = 64; ///< in one answer: two of each slot that a receiver opens

/// A header with its source's signature.
struct sealed_header {
  operation_header header;
  signature seal{};

  friend bool operator==(const sealed_header&, const sealed_header&) = default;
};

struct lock_query {
  group_id group{};
  peer_id source;
  generation gen; ///< in which the asker joined
};

struct lock_answer {
  group_id group{};
  peer_id source;
  generation gen;              ///< that was asked about
  std::uint64_t delivered = 0; ///< all slots up to here
  std::vector<sealed_header>
    locks;               ///< of slots behind, ascending; one slot twice if its source contradicts itself
  certificate_ptr proof; ///< of slot `delivered`, without payload; or
  checkpoint_ptr base;   ///< one that covers it. Null both: the asker has to know
};
using lock_answer_ptr = std::shared_ptr<const lock_answer>;

flat<wire::BrbLockQuery> encode(const lock_query& message);
flat<wire::BrbLocks> encode(const lock_answer& message);

expected<lock_query, agreement_codec_errc> decode(const wire::BrbLockQuery& from);
/// Malformed if a lock or the proof is of another group or source, or of a slot that does not belong there.
expected<lock_answer, agreement_codec_errc> decode(const wire::BrbLocks& from);

} // namespace troupe::brb
