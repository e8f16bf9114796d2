// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/tree_codec.hpp"

#include "messages/codec/utf8.hpp"

#include "wire/tree_generated.h"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::tree {

using errc = agreement_codec_errc;

bool is_name(std::string_view text, std::size_t size_max) {
  const auto allowed = [](char one) {
    return static_cast<unsigned char>(one) > 0x20 && one != 0x7f &&
           std::string_view{"{}[],:"}.find(one) == std::string_view::npos;
  };
  return text.size() <= size_max && std::ranges::all_of(text, allowed) && is_utf8(as_bytes(text));
}

bytes encode(const move& op) {
  flatbuffers::FlatBufferBuilder builder;
  const auto child = builder.CreateString(op.child);
  const auto parent = builder.CreateString(op.parent);
  const auto meta = builder.CreateString(op.meta);
  const wire::TreeTimestamp when{key_of(op.when.actor), op.when.counter};
  builder.Finish(wire::CreateTreeMove(builder, &when, child, parent, meta));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

expected<move, errc> decode(byte_view encoded) {
  const auto aligned = to_bytes(encoded);
  flatbuffers::Verifier verifier{aligned.data(), aligned.size()};
  if (aligned.empty() || !verifier.VerifyBuffer<wire::TreeMove>(nullptr))
    return unexpected(errc::malformed);
  const auto& from = *flatbuffers::GetRoot<wire::TreeMove>(aligned.data());
  if (!from.timestamp() || from.timestamp()->counter() == 0)
    return unexpected(errc::malformed);
  const auto child = from.child()->string_view();
  const auto parent = from.parent()->string_view();
  const auto meta = from.meta()->string_view();
  if (child.size() > name_size_max || parent.size() > name_size_max || meta.size() > meta_size_max)
    return unexpected(errc::too_long);
  if (child.empty() || parent.empty() || !is_name(child, name_size_max) || !is_name(parent, name_size_max) ||
      !is_name(meta, meta_size_max))
    return unexpected(errc::malformed);
  return move{{from.timestamp()->counter(), actor_of(from.timestamp()->actor())},
              std::string{child},
              std::string{parent},
              std::string{meta}};
}

std::string describe(byte_view encoded) {
  const auto op = decode(encoded);
  if (!op)
    return "Malformed";
  return fmt::format("Move({}.{}, {}, {}, [{}])", short_name(op->when.actor), op->when.counter, op->child,
                     op->parent, op->meta);
}

} // namespace troupe::tree
