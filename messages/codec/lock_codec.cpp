// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/lock_codec.hpp"

#include "messages/codec/finished_table.hpp"

namespace troupe::brb {
namespace {

using errc = agreement_codec_errc;

bool belongs(const operation_header& header, const lock_answer& to) {
  return header.group == to.group && header.source == to.source;
}

/// Ascending, and no slot more than twice.
bool in_order(const std::vector<sealed_header>& locks) {
  for (std::size_t i = 1; i < locks.size(); ++i) {
    const auto slot = locks[i].header.sequence;
    if (slot < locks[i - 1].header.sequence || locks[i] == locks[i - 1] ||
        (i > 1 && slot == locks[i - 2].header.sequence))
      return false;
  }
  return true;
}

expected<std::vector<sealed_header>, errc>
read_locks(const flatbuffers::Vector<const wire::SealedHeader*>& from, const lock_answer& of) {
  if (from.size() > locks_max)
    return unexpected(errc::too_many);
  std::vector<sealed_header> result;
  for (const auto* one : from) {
    const auto header = decode(one->header());
    if (!header || !belongs(*header, of) || header->sequence <= of.delivered)
      return unexpected(errc::malformed);
    result.push_back({*header, from_wire(one->signature())});
  }
  if (!in_order(result))
    return unexpected(errc::malformed);
  return result;
}

} // namespace

flat<wire::BrbLockQuery> encode(const lock_query& message) {
  flatbuffers::FlatBufferBuilder builder;
  const auto group = troupe::to_wire(message.group);
  const auto source = key_of(message.source);
  return finished(builder, wire::CreateBrbLockQuery(builder, &group, &source, message.gen.value()));
}

flat<wire::BrbLocks> encode(const lock_answer& message) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<wire::SealedHeader> locks;
  for (const auto& one : message.locks)
    locks.emplace_back(laid_out(one.header), troupe::to_wire(one.seal));
  const auto locks_at = builder.CreateVectorOfStructs(locks);
  const auto proof =
    message.proof ? encode_into(builder, *message.proof, false) : flatbuffers::Offset<wire::BrbCertificate>{};
  const auto base =
    message.base ? encode_into(builder, *message.base) : flatbuffers::Offset<wire::BrbCheckpoint>{};
  const auto group = troupe::to_wire(message.group);
  const auto source = key_of(message.source);
  return finished(builder, wire::CreateBrbLocks(builder, &group, &source, message.gen.value(),
                                                message.delivered, locks_at, proof, base));
}

expected<lock_query, errc> decode(const wire::BrbLockQuery& from) {
  return lock_query{from_wire(*from.group()), actor_of(*from.source()), generation{from.generation()}};
}

expected<lock_answer, errc> decode(const wire::BrbLocks& from) {
  lock_answer result{from_wire(*from.group()),
                     actor_of(*from.source()),
                     generation{from.generation()},
                     from.delivered(),
                     {},
                     {},
                     {}};
  if (from.locks()) {
    auto locks = read_locks(*from.locks(), result);
    if (!locks)
      return unexpected(locks.error());
    result.locks = std::move(*locks);
  }
  if (from.proof()) {
    auto proof = decode(*from.proof());
    if (!proof)
      return unexpected(proof.error());
    if (!belongs(proof->header, result) || proof->header.sequence != result.delivered)
      return unexpected(errc::malformed);
    result.proof = std::make_shared<const certificate>(std::move(*proof));
  }
  if (from.checkpoint()) {
    auto base = decode(*from.checkpoint());
    if (!base)
      return unexpected(base.error());
    result.base = std::make_shared<const checkpoint>(std::move(*base));
  }
  return result;
}

} // namespace troupe::brb
