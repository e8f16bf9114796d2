// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/accounts_codec.hpp"

#include "wire/accounts_generated.h"

#include <fmt/format.h>

namespace troupe::accounts {

using errc = agreement_codec_errc;

bytes encode(const operation& op) {
  flatbuffers::FlatBufferBuilder builder;
  const auto owner = key_of(op.owner);
  if (op.what == action::open) {
    builder.Finish(wire::CreateAccountsOperation(builder, 1, &owner, 0, nullptr, op.amount));
  } else {
    const auto to = key_of(op.to);
    builder.Finish(wire::CreateAccountsOperation(builder, 2, &owner, op.counter, &to, op.amount));
  }
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

expected<operation, errc> decode(byte_view encoded) {
  const auto aligned = to_bytes(encoded);
  flatbuffers::Verifier verifier{aligned.data(), aligned.size()};
  if (aligned.empty() || !verifier.VerifyBuffer<wire::AccountsOperation>(nullptr))
    return unexpected(errc::malformed);
  const auto& from = *flatbuffers::GetRoot<wire::AccountsOperation>(aligned.data());
  if (from.action() < 1 || from.action() > 2 || !from.owner())
    return unexpected(errc::malformed);
  const bool transfer = from.action() == 2;
  if (transfer != (from.to() != nullptr) || transfer != (from.counter() != 0))
    return unexpected(errc::malformed);
  operation op{
    static_cast<action>(from.action()), actor_of(*from.owner()), from.counter(), {}, from.amount()};
  if (transfer)
    op.to = actor_of(*from.to());
  return op;
}

std::string describe(byte_view encoded) {
  const auto op = decode(encoded);
  if (!op)
    return "Malformed";
  if (op->what == action::open)
    return fmt::format("Open({}, {})", short_name(op->owner), op->amount);
  return fmt::format("Transfer({}.{}, {}, {})", short_name(op->owner), op->counter, short_name(op->to),
                     op->amount);
}

} // namespace troupe::accounts
