// SPDX-License-Identifier: BSD-3-Clause
// The frames of checkpoints in domain form (docs/protocols/brb.md). Source: spec: brb 8.4 point 9. Pure.
#pragma once

#include "messages/codec/delivered_codec.hpp"
#include "messages/types/flat.hpp"
#include "messages/types/strong.hpp"

#include <memory>

namespace troupe::brb {

constexpr std::size_t checkpoint_signers_max = 64;
constexpr std::uint64_t state_size_max = 48u << 20; ///< bytes of one saved state
constexpr std::size_t state_part_max = 256u << 10;  ///< bytes of it in one page

/// The state of the data type after exactly these slots.
struct checkpoint_statement {
  group_id group{};
  generation gen; ///< whose members sign
  delivered_vector delivered;
  digest state{}; ///< SHA-256 of the saved bytes
  std::uint64_t state_size = 0;

  friend bool operator==(const checkpoint_statement&, const checkpoint_statement&) = default;
};

/// What members sign: also the identity of a checkpoint.
digest checkpoint_digest(std::string_view network, const checkpoint_statement& statement);

struct checkpoint_vote {
  checkpoint_statement what;
  signature seal{};
  bool proposes = false; ///< asks for the words of others; not signed
};

struct checkpoint {
  checkpoint_statement what;
  bytes signers; ///< bit i (of byte i/8, from the lowest) = the i-th member of `gen`, ids ascending
  std::vector<signature> seals; ///< one per set bit, in order
};
using checkpoint_ptr = std::shared_ptr<const checkpoint>;

struct state_request {
  digest checkpoint{};
  std::uint64_t offset = 0;
};

struct state_page {
  digest checkpoint{};
  std::uint64_t offset = 0;
  bytes part; ///< 1..state_part_max
};

flat<wire::BrbCheckpointVote> encode(const checkpoint_vote& message);
flat<wire::BrbCheckpoint> encode(const checkpoint& message);
flatbuffers::Offset<wire::BrbCheckpoint> encode_into(flatbuffers::FlatBufferBuilder& builder,
                                                     const checkpoint& message);
flat<wire::CheckpointStateRequest> encode(const state_request& message);
flat<wire::CheckpointStatePage> encode(const state_page& message);

/// Errors of all: malformed, too_many (sources, signers), too_long (state, part).
expected<checkpoint_vote, agreement_codec_errc> decode(const wire::BrbCheckpointVote& from);
expected<checkpoint, agreement_codec_errc> decode(const wire::BrbCheckpoint& from);
expected<state_request, agreement_codec_errc> decode(const wire::CheckpointStateRequest& from);
expected<state_page, agreement_codec_errc> decode(const wire::CheckpointStatePage& from);

} // namespace troupe::brb
