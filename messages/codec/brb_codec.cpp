// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/brb_codec.hpp"

#include "messages/codec/finished_table.hpp"
#include "messages/coding/merkle.hpp"

#include <bit>

namespace troupe::brb {
namespace {

using errc = agreement_codec_errc;

wire::EchoStatement to_wire(generation gen, const operation_header& header) {
  return {gen.value(), laid_out(header)};
}

expected<bytes, errc> read_payload(const flatbuffers::Vector<std::uint8_t>& from,
                                   const operation_header& header) {
  if (from.size() == 0)
    return unexpected(errc::malformed);
  if (from.size() > payload_max)
    return unexpected(errc::too_long);
  const byte_view payload{from.data(), from.size()};
  if (sha256(payload) != header.payload_digest)
    return unexpected(errc::digest_mismatch);
  if (const auto operations = decode_batch(payload, header.operations); !operations)
    return unexpected(operations.error());
  return to_bytes(payload);
}

} // namespace

wire::OperationHeader laid_out(const operation_header& header) {
  return {troupe::to_wire(header.group),
          key_of(header.source),
          header.sequence,
          header.gen.value(),
          troupe::to_wire(header.payload_digest),
          header.operations,
          0};
}

expected<operation_header, errc> decode(const wire::OperationHeader& from) {
  if (from.sequence() == 0 || from.operations() == 0 || from.operations() > batch_operations_max ||
      from.reserved() != 0)
    return unexpected(errc::malformed);
  return operation_header{from_wire(from.group()),       actor_of(from.source()),          from.sequence(),
                          generation{from.generation()}, from_wire(from.payload_digest()), from.operations()};
}

digest header_digest(std::string_view network, const operation_header& header) {
  return signing_digest("troupe/brb/header/v1", network, view_of(laid_out(header)));
}

digest echo_digest(std::string_view network, generation gen, const operation_header& header) {
  return signing_digest("troupe/brb/echo/v1", network, view_of(to_wire(gen, header)));
}

flat<wire::BrbSend> encode(const send_message& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto payload = builder.CreateVector(message.payload);
  const auto header = laid_out(message.header);
  const auto seal = troupe::to_wire(message.seal);
  return finished(builder, wire::CreateBrbSend(builder, message.gen.value(), &header, &seal, payload));
}

flat<wire::BrbEcho> encode(const echo_message& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto statement = to_wire(message.gen, message.header);
  const auto seal = troupe::to_wire(message.seal);
  return finished(builder, wire::CreateBrbEcho(builder, &statement, &seal));
}

flatbuffers::Offset<wire::BrbCertificate> encode_into(flatbuffers::FlatBufferBuilder& builder,
                                                      const certificate& message, bool with_payload) {
  std::vector<wire::Signature64> seals;
  for (const auto& seal : message.seals)
    seals.push_back(troupe::to_wire(seal));
  const auto signers = builder.CreateVector(message.signers);
  const auto seals_at = builder.CreateVectorOfStructs(seals);
  const auto payload = with_payload && !message.payload.empty()
                         ? builder.CreateVector(message.payload)
                         : flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>>{};
  const auto statement = to_wire(message.gen, message.header);
  const auto seal = troupe::to_wire(message.header_seal);
  return wire::CreateBrbCertificate(builder, &statement, &seal, signers, seals_at, payload);
}

flat<wire::BrbFragment> encode(const fragment_message& message) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<wire::Digest32> proof;
  for (const auto& sibling : message.proof)
    proof.push_back(troupe::to_wire(sibling));
  const auto proof_at = builder.CreateVectorOfStructs(proof);
  const auto fragment = builder.CreateVector(message.fragment);
  const auto header = laid_out(message.header);
  const auto seal = troupe::to_wire(message.seal);
  const auto root = troupe::to_wire(message.root);
  return finished(builder, wire::CreateBrbFragment(builder, &header, &seal, message.size, message.index,
                                                   &root, proof_at, fragment));
}

flat<wire::BrbCertificate> encode(const certificate& message, bool with_payload) {
  flatbuffers::FlatBufferBuilder builder;
  return finished(builder, encode_into(builder, message, with_payload));
}

flat<wire::BrbDelivered> encode(const delivered_message& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto group = troupe::to_wire(message.group);
  const auto delivered = builder.CreateVectorOfStructs(to_wire(message.delivered));
  return finished(builder, wire::CreateBrbDelivered(builder, &group, delivered));
}

flat<wire::AntiEntropyRequest> encode(const anti_entropy_request& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto group = troupe::to_wire(message.group);
  const auto delivered = builder.CreateVectorOfStructs(to_wire(message.delivered));
  return finished(builder, wire::CreateAntiEntropyRequest(builder, &group, message.gen.value(), delivered,
                                                          message.wants_checkpoint));
}

flat<wire::AntiEntropyPage> encode(const anti_entropy_page& message) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<wire::MembershipVote>> votes;
  for (const auto& vote : message.votes)
    votes.push_back(membership::encode_into(builder, *vote));
  std::vector<flatbuffers::Offset<wire::BrbCertificate>> certificates;
  for (const auto& one : message.certificates)
    certificates.push_back(encode_into(builder, *one, true));
  const auto votes_at = builder.CreateVector(votes);
  const auto certificates_at = builder.CreateVector(certificates);
  const auto checkpoint = message.checkpoint ? encode_into(builder, *message.checkpoint)
                                             : flatbuffers::Offset<wire::BrbCheckpoint>{};
  const auto group = troupe::to_wire(message.group);
  return finished(builder, wire::CreateAntiEntropyPage(builder, &group, votes_at, certificates_at,
                                                       message.more, checkpoint));
}

flat<wire::BrbEvidence> encode(const equivocation& proof) {
  flatbuffers::FlatBufferBuilder builder;
  const auto first = laid_out(proof.first);
  const auto second = laid_out(proof.second);
  const auto first_seal = troupe::to_wire(proof.first_seal);
  const auto second_seal = troupe::to_wire(proof.second_seal);
  return finished(builder, wire::CreateBrbEvidence(builder, &first, &first_seal, &second, &second_seal));
}

expected<send_message, errc> decode(const wire::BrbSend& from) {
  const auto header = decode(*from.header());
  if (!header)
    return unexpected(header.error());
  auto payload = read_payload(*from.payload(), *header);
  if (!payload)
    return unexpected(payload.error());
  return send_message{generation{from.generation()}, *header, from_wire(*from.header_signature()),
                      std::move(*payload)};
}

expected<fragment_message, errc> decode(const wire::BrbFragment& from) {
  const auto header = decode(*from.header());
  if (!header)
    return unexpected(header.error());
  if (from.size() > payload_max || from.fragment()->size() > from.size())
    return unexpected(errc::too_long);
  if (from.fragment()->size() == 0 || from.index() >= signers_max)
    return unexpected(errc::malformed);
  if (from.proof()->size() > coding::proof_depth_max)
    return unexpected(errc::too_many);
  fragment_message result{*header,
                          from_wire(*from.header_signature()),
                          from.size(),
                          from.index(),
                          from_wire(*from.root()),
                          {},
                          {from.fragment()->begin(), from.fragment()->end()}};
  for (const auto* sibling : *from.proof())
    result.proof.push_back(from_wire(*sibling));
  return result;
}

expected<echo_message, errc> decode(const wire::BrbEcho& from) {
  const auto header = decode(from.statement()->header());
  if (!header)
    return unexpected(header.error());
  return echo_message{generation{from.statement()->generation()}, *header, from_wire(*from.signature())};
}

expected<certificate, errc> decode(const wire::BrbCertificate& from) {
  const auto header = decode(from.statement()->header());
  if (!header)
    return unexpected(header.error());
  if (from.signatures()->size() > signers_max || from.signers()->size() > signers_max / 8)
    return unexpected(errc::too_many);
  certificate result{
    generation{from.statement()->generation()},       *header, from_wire(*from.header_signature()),
    {from.signers()->begin(), from.signers()->end()}, {},      {}};
  std::size_t set = 0;
  for (const auto octet : result.signers)
    set += static_cast<std::size_t>(std::popcount(octet));
  if (set != from.signatures()->size())
    return unexpected(errc::malformed);
  for (const auto* seal : *from.signatures())
    result.seals.push_back(from_wire(*seal));
  if (from.payload()) {
    auto payload = read_payload(*from.payload(), *header);
    if (!payload)
      return unexpected(payload.error());
    result.payload = std::move(*payload);
  }
  return result;
}

expected<delivered_message, errc> decode(const wire::BrbDelivered& from) {
  auto delivered = read_delivered(from.delivered());
  if (!delivered)
    return unexpected(delivered.error());
  return delivered_message{from_wire(*from.group()), std::move(*delivered)};
}

expected<anti_entropy_request, errc> decode(const wire::AntiEntropyRequest& from) {
  auto delivered = read_delivered(from.delivered());
  if (!delivered)
    return unexpected(delivered.error());
  return anti_entropy_request{from_wire(*from.group()), generation{from.generation()}, std::move(*delivered),
                              from.wants_checkpoint()};
}

expected<anti_entropy_page, errc> decode(const wire::AntiEntropyPage& from, std::string_view network) {
  anti_entropy_page page{from_wire(*from.group()), {}, {}, from.more(), {}};
  if (from.votes() && from.votes()->size() > page_votes_max)
    return unexpected(errc::too_many);
  if (from.certificates() && from.certificates()->size() > page_certificates_max)
    return unexpected(errc::too_many);
  for (flatbuffers::uoffset_t i = 0; from.votes() && i < from.votes()->size(); ++i) {
    auto vote = membership::decode(*from.votes()->Get(i), network);
    if (!vote)
      return unexpected(vote.error());
    page.votes.push_back(std::move(*vote));
  }
  for (flatbuffers::uoffset_t i = 0; from.certificates() && i < from.certificates()->size(); ++i) {
    auto one = decode(*from.certificates()->Get(i));
    if (!one)
      return unexpected(one.error());
    if (one->payload.empty())
      return unexpected(errc::malformed);
    page.certificates.push_back(std::make_shared<const certificate>(std::move(*one)));
  }
  if (from.checkpoint()) {
    auto base = decode(*from.checkpoint());
    if (!base)
      return unexpected(base.error());
    page.checkpoint = std::make_shared<const checkpoint>(std::move(*base));
  }
  return page;
}

expected<equivocation, errc> decode(const wire::BrbEvidence& from) {
  const auto first = decode(*from.first());
  const auto second = decode(*from.second());
  if (!first || !second)
    return unexpected(errc::malformed);
  if (first->group != second->group || first->source != second->source ||
      first->sequence != second->sequence || *first == *second)
    return unexpected(errc::malformed);
  return equivocation{*first, from_wire(*from.first_signature()), *second,
                      from_wire(*from.second_signature())};
}

} // namespace troupe::brb
