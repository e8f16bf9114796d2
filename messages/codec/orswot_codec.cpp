// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/orswot_codec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::orswot {

using errc = agreement_codec_errc;

bytes encode(const operation& op) {
  flatbuffers::FlatBufferBuilder builder;
  const auto members = builder.CreateVector(op.members);
  if (op.what == action::add) {
    const wire::OrswotDot dot{key_of(op.actor), op.counter};
    builder.Finish(wire::CreateOrswotOperation(builder, 1, &dot, members));
  } else {
    std::vector<wire::OrswotDot> witness;
    for (const auto& [actor, counter] : op.witness)
      witness.emplace_back(key_of(actor), counter);
    const auto witness_at = builder.CreateVectorOfStructs(witness);
    builder.Finish(wire::CreateOrswotOperation(builder, 2, nullptr, members, witness_at));
  }
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

expected<operation, errc> decode(byte_view encoded) {
  const auto aligned = to_bytes(encoded);
  flatbuffers::Verifier verifier{aligned.data(), aligned.size()};
  if (aligned.empty() || !verifier.VerifyBuffer<wire::OrswotOperation>(nullptr))
    return unexpected(errc::malformed);
  const auto& from = *flatbuffers::GetRoot<wire::OrswotOperation>(aligned.data());
  if (from.action() < 1 || from.action() > 2 || from.members()->size() == 0)
    return unexpected(errc::malformed);
  if (from.members()->size() > members_max || (from.witness() && from.witness()->size() > witness_max))
    return unexpected(errc::too_many);
  operation op{
    static_cast<action>(from.action()), {}, 0, {from.members()->begin(), from.members()->end()}, {}};
  if (op.what == action::add) {
    if (!from.dot() || from.dot()->counter() == 0)
      return unexpected(errc::malformed);
    op.actor = actor_of(from.dot()->actor());
    op.counter = from.dot()->counter();
    return op;
  }
  for (flatbuffers::uoffset_t i = 0; from.witness() && i < from.witness()->size(); ++i) {
    const auto* seen = from.witness()->Get(i);
    if (seen->counter() == 0 || !op.witness.emplace(actor_of(seen->actor()), seen->counter()).second)
      return unexpected(errc::malformed);
  }
  return op;
}

std::string describe(byte_view encoded) {
  const auto op = decode(encoded);
  if (!op)
    return "Malformed";
  if (op->what == action::add)
    return fmt::format("Add({}.{}, [{}])", short_name(op->actor), op->counter, fmt::join(op->members, ", "));
  std::string witness;
  for (const auto& [actor, counter] : op->witness)
    witness += fmt::format("{}{}: {}", witness.empty() ? "" : ", ", short_name(actor), counter);
  return fmt::format("Rm({{{}}}, [{}])", witness, fmt::join(op->members, ", "));
}

} // namespace troupe::orswot
