// SPDX-License-Identifier: BSD-3-Clause
// The frames of reliable broadcast in domain form (docs/protocols/brb.md). decode checks lengths, ranges and
// that a payload is the one its header names; what a message means is the machines' to judge. Source: spec:
// brb 8.4, 8.6.
#pragma once

#include "messages/codec/batch_codec.hpp"
#include "messages/codec/checkpoint_codec.hpp"
#include "messages/codec/membership_codec.hpp"

#include <map>

namespace troupe::brb {

constexpr std::size_t payload_max = 256u << 10;
constexpr std::size_t batch_bytes_max = 64u << 10; ///< of a payload of more than one operation, at its source
constexpr std::size_t signers_max = 64;            ///< members a certificate can name
constexpr std::size_t page_certificates_max = 256;
constexpr std::size_t page_votes_max = 64;
constexpr std::size_t page_bytes_max = 1u << 20; ///< soft: the certificate that passes it is the page's last

/// A slot and what it holds. Two headers of one slot with different ids prove that the source equivocates.
struct operation_header {
  group_id group{};
  peer_id source;
  std::uint64_t sequence = 0; ///< from 1
  generation gen;             ///< in which it was issued
  digest payload_digest{};
  std::uint32_t operations = 1; ///< in the payload, up to batch_operations_max

  friend bool operator==(const operation_header&, const operation_header&) = default;
};

/// What the source signs once, in place of an echo in the header's generation; also the identity of a header.
digest header_digest(std::string_view network, const operation_header& header);
/// What a member signs to echo the header under `gen`.
digest echo_digest(std::string_view network, generation gen, const operation_header& header);

struct send_message {
  generation gen; ///< whose members are asked
  operation_header header;
  signature seal{}; ///< the source's, over header_digest
  bytes payload;
};

/// What a source sends in place of a large payload: to each member one fragment, which that member hands on.
/// The request it belongs to is for the members of the header's generation.
struct fragment_message {
  operation_header header;
  signature seal{};        ///< the source's, over header_digest
  std::uint32_t size = 0;  ///< bytes of the payload
  std::uint32_t index = 0; ///< place of the member whose fragment it is, ids ascending
  digest root{};           ///< of the hash tree over all fragments
  std::vector<digest> proof;
  bytes fragment;
};
using fragment_ptr = std::shared_ptr<const fragment_message>;

struct echo_message {
  generation gen;
  operation_header header;
  signature seal{};
};

struct certificate {
  generation gen;
  operation_header header;
  signature header_seal{};
  bytes signers; ///< bit i (of byte i/8, from the lowest) = the i-th member of `gen`, ids ascending
  std::vector<signature> seals; ///< one per set bit, in order
  bytes payload;                ///< empty = not sent along
};
using certificate_ptr = std::shared_ptr<const certificate>;

struct delivered_message {
  group_id group{};
  delivered_vector delivered;
};

struct anti_entropy_request {
  group_id group{}; ///< zeros = in no group yet
  generation gen;
  delivered_vector delivered;
  bool wants_checkpoint = false; ///< rather than certificates
};

struct anti_entropy_page {
  group_id group{};
  std::vector<membership::signed_vote_ptr> votes;
  std::vector<certificate_ptr> certificates;
  bool more = false;
  checkpoint_ptr checkpoint; ///< what is lacked first is not kept any more: this state has it. Null: nothing
};

/// Two headers of one slot, both signed by the source: proof that it equivocates, if the signatures hold.
struct equivocation {
  operation_header first;
  signature first_seal{};
  operation_header second;
  signature second_seal{};
};

wire::OperationHeader laid_out(const operation_header& header);
expected<operation_header, agreement_codec_errc> decode(const wire::OperationHeader& from);

flat<wire::BrbSend> encode(const send_message& message);
flat<wire::BrbFragment> encode(const fragment_message& message);
flat<wire::BrbEcho> encode(const echo_message& message);
/// Without the payload if `with_payload` is false.
flat<wire::BrbCertificate> encode(const certificate& message, bool with_payload);
flatbuffers::Offset<wire::BrbCertificate> encode_into(flatbuffers::FlatBufferBuilder& builder,
                                                      const certificate& message, bool with_payload);
flat<wire::BrbDelivered> encode(const delivered_message& message);
flat<wire::AntiEntropyRequest> encode(const anti_entropy_request& message);
flat<wire::AntiEntropyPage> encode(const anti_entropy_page& message);
flat<wire::BrbEvidence> encode(const equivocation& proof);

expected<send_message, agreement_codec_errc> decode(const wire::BrbSend& from);
/// Whether the proof holds is the machines' to judge.
expected<fragment_message, agreement_codec_errc> decode(const wire::BrbFragment& from);
expected<echo_message, agreement_codec_errc> decode(const wire::BrbEcho& from);
expected<certificate, agreement_codec_errc> decode(const wire::BrbCertificate& from);
expected<delivered_message, agreement_codec_errc> decode(const wire::BrbDelivered& from);
expected<anti_entropy_request, agreement_codec_errc> decode(const wire::AntiEntropyRequest& from);
expected<anti_entropy_page, agreement_codec_errc> decode(const wire::AntiEntropyPage& from,
                                                         std::string_view network);
/// Malformed if the headers are of different slots or the same; the signatures are the machines' to check.
expected<equivocation, agreement_codec_errc> decode(const wire::BrbEvidence& from);

} // namespace troupe::brb
