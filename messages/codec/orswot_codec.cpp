// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/orswot_codec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::orswot {

using errc = agreement_codec_errc;

namespace {

using dots_vector = flatbuffers::Vector<const wire::OrswotDot*>;

std::vector<wire::OrswotDot> dots_of(const clock& from) {
  std::vector<wire::OrswotDot> dots;
  for (const auto& [actor, counter] : from)
    dots.emplace_back(key_of(actor), counter);
  return dots;
}

/// False unless every dot counts and no actor comes twice.
bool read_dots(const dots_vector* from, clock& to) {
  for (flatbuffers::uoffset_t i = 0; from && i < from->size(); ++i) {
    const auto* seen = from->Get(i);
    if (seen->counter() == 0 || !to.emplace(actor_of(seen->actor()), seen->counter()).second)
      return false;
  }
  return true;
}

template <class Values>
flatbuffers::Offset<wire::OrswotEntry> entry_of(flatbuffers::FlatBufferBuilder& builder, const Values& values,
                                                const clock& dots) {
  const auto values_at = builder.CreateVector(std::vector<std::uint64_t>(values.begin(), values.end()));
  return wire::CreateOrswotEntry(builder, values_at, builder.CreateVectorOfStructs(dots_of(dots)));
}

} // namespace

bytes encode(const operation& op) {
  flatbuffers::FlatBufferBuilder builder;
  const auto members = builder.CreateVector(op.members);
  if (op.what == action::add) {
    const wire::OrswotDot dot{key_of(op.actor), op.counter};
    builder.Finish(wire::CreateOrswotOperation(builder, 1, &dot, members));
  } else {
    const auto witness_at = builder.CreateVectorOfStructs(dots_of(op.witness));
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
  if (!read_dots(from.witness(), op.witness))
    return unexpected(errc::malformed);
  return op;
}

bytes encode(const contents& all) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<wire::OrswotEntry>> entries;
  for (const auto& [value, dots] : all.entries)
    entries.push_back(entry_of(builder, std::vector{value}, dots));
  std::vector<flatbuffers::Offset<wire::OrswotEntry>> deferred;
  for (const auto& [witness, values] : all.deferred)
    deferred.push_back(entry_of(builder, values, witness));
  const auto clock_at = builder.CreateVectorOfStructs(dots_of(all.seen));
  const auto entries_at = builder.CreateVector(entries);
  builder.Finish(wire::CreateOrswotState(builder, clock_at, entries_at, builder.CreateVector(deferred)));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

expected<contents, errc> decode_contents(byte_view encoded) {
  const auto aligned = to_bytes(encoded);
  flatbuffers::Verifier verifier{aligned.data(), aligned.size()};
  if (aligned.empty() || !verifier.VerifyBuffer<wire::OrswotState>(nullptr))
    return unexpected(errc::malformed);
  const auto& from = *flatbuffers::GetRoot<wire::OrswotState>(aligned.data());
  contents all;
  bool whole = read_dots(from.clock(), all.seen);
  for (const auto* entry : *from.entries()) {
    clock dots;
    whole = whole && read_dots(entry->dots(), dots) && !dots.empty() && entry->values()->size() == 1 &&
            all.entries.emplace(entry->values()->Get(0), std::move(dots)).second;
  }
  for (const auto* entry : *from.deferred()) {
    clock witness;
    whole = whole && read_dots(entry->dots(), witness) && !witness.empty() && entry->values()->size() > 0;
    const std::set<std::uint64_t> values{entry->values()->begin(), entry->values()->end()};
    whole = whole && all.deferred.emplace(std::move(witness), values).second;
  }
  if (!whole || encode(all) != aligned)
    return unexpected(errc::malformed);
  return all;
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
