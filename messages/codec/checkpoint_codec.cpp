// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/checkpoint_codec.hpp"

#include "messages/codec/finished_table.hpp"

#include <bit>

namespace troupe::brb {
namespace {

using errc = agreement_codec_errc;

digest digest_of(const delivered_vector& vector) {
  const auto entries = to_wire(vector);
  return sha256(
    {reinterpret_cast<const std::uint8_t*>(entries.data()), entries.size() * sizeof(wire::DeliveredUpTo)});
}

wire::CheckpointStatement laid_out(const checkpoint_statement& what) {
  return {troupe::to_wire(what.group), what.gen.value(), troupe::to_wire(digest_of(what.delivered)),
          troupe::to_wire(what.state), what.state_size};
}

expected<checkpoint_statement, errc> read(const wire::CheckpointStatement& from,
                                          const flatbuffers::Vector<const wire::DeliveredUpTo*>* vector) {
  auto delivered = read_delivered(vector);
  if (!delivered)
    return unexpected(delivered.error());
  if (digest_of(*delivered) != from_wire(from.delivered()))
    return unexpected(errc::digest_mismatch);
  if (from.state_size() > state_size_max)
    return unexpected(errc::too_long);
  return checkpoint_statement{from_wire(from.group()), generation{from.generation()}, std::move(*delivered),
                              from_wire(from.state()), from.state_size()};
}

} // namespace

digest checkpoint_digest(std::string_view network, const checkpoint_statement& statement) {
  return signing_digest("troupe/brb/checkpoint/v1", network, view_of(laid_out(statement)));
}

flat<wire::BrbCheckpointVote> encode(const checkpoint_vote& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto statement = laid_out(message.what);
  const auto delivered = builder.CreateVectorOfStructs(to_wire(message.what.delivered));
  const auto seal = troupe::to_wire(message.seal);
  return finished(builder,
                  wire::CreateBrbCheckpointVote(builder, &statement, delivered, &seal, message.proposes));
}

flatbuffers::Offset<wire::BrbCheckpoint> encode_into(flatbuffers::FlatBufferBuilder& builder,
                                                     const checkpoint& message) {
  std::vector<wire::Signature64> seals;
  for (const auto& seal : message.seals)
    seals.push_back(troupe::to_wire(seal));
  const auto statement = laid_out(message.what);
  const auto delivered = builder.CreateVectorOfStructs(to_wire(message.what.delivered));
  const auto signers = builder.CreateVector(message.signers);
  const auto seals_at = builder.CreateVectorOfStructs(seals);
  return wire::CreateBrbCheckpoint(builder, &statement, delivered, signers, seals_at);
}

flat<wire::BrbCheckpoint> encode(const checkpoint& message) {
  flatbuffers::FlatBufferBuilder builder;
  return finished(builder, encode_into(builder, message));
}

flat<wire::CheckpointStateRequest> encode(const state_request& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto wanted = troupe::to_wire(message.checkpoint);
  return finished(builder, wire::CreateCheckpointStateRequest(builder, &wanted, message.offset));
}

flat<wire::CheckpointStatePage> encode(const state_page& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto part = builder.CreateVector(message.part);
  const auto of = troupe::to_wire(message.checkpoint);
  return finished(builder, wire::CreateCheckpointStatePage(builder, &of, message.offset, part));
}

expected<checkpoint_vote, errc> decode(const wire::BrbCheckpointVote& from) {
  auto statement = read(*from.statement(), from.delivered());
  if (!statement)
    return unexpected(statement.error());
  return checkpoint_vote{std::move(*statement), from_wire(*from.signature()), from.proposes()};
}

expected<checkpoint, errc> decode(const wire::BrbCheckpoint& from) {
  auto statement = read(*from.statement(), from.delivered());
  if (!statement)
    return unexpected(statement.error());
  if (from.signatures()->size() > checkpoint_signers_max ||
      from.signers()->size() > checkpoint_signers_max / 8)
    return unexpected(errc::too_many);
  checkpoint result{std::move(*statement), {from.signers()->begin(), from.signers()->end()}, {}};
  std::size_t set = 0;
  for (const auto octet : result.signers)
    set += static_cast<std::size_t>(std::popcount(octet));
  if (set != from.signatures()->size())
    return unexpected(errc::malformed);
  for (const auto* seal : *from.signatures())
    result.seals.push_back(from_wire(*seal));
  return result;
}

expected<state_request, errc> decode(const wire::CheckpointStateRequest& from) {
  return state_request{from_wire(*from.checkpoint()), from.offset()};
}

expected<state_page, errc> decode(const wire::CheckpointStatePage& from) {
  if (from.part()->size() == 0 || from.offset() >= state_size_max)
    return unexpected(errc::malformed);
  if (from.part()->size() > state_part_max)
    return unexpected(errc::too_long);
  return state_page{from_wire(*from.checkpoint()), from.offset(), {from.part()->begin(), from.part()->end()}};
}

} // namespace troupe::brb
