// SPDX-License-Identifier: BSD-3-Clause
// The two steps that every encoder of frames ends with. For codec sources only.
#pragma once

#include "messages/types/flat.hpp"

namespace troupe {

template <class Table>
flat<Table> finished(flatbuffers::FlatBufferBuilder& builder, flatbuffers::Offset<Table> root) {
  builder.Finish(root);
  return flat<Table>::of(builder);
}

/// The bytes of a wire struct, which signatures cover: it has no padding.
template <class Struct>
byte_view view_of(const Struct& laid_out) {
  return {reinterpret_cast<const std::uint8_t*>(&laid_out), sizeof(laid_out)};
}

} // namespace troupe
