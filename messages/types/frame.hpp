// SPDX-License-Identifier: BSD-3-Clause
// Troupe's own frame: an 8-byte little-endian header, an optional number, an optional trace context, a padded payload.
// The byte table is docs/protocols/frame.md. A frame always starts at a multiple of 8, so its payload can be read in place.
#pragma once

#include "messages/types/bytes.hpp"

#include <cstddef>
#include <cstdint>

namespace troupe {

struct frame_header {
  std::uint32_t length; ///< payload bytes, without prefixes and padding
  std::uint16_t type;   ///< frame_type<T>
  std::uint16_t flags;
};

static_assert(sizeof(frame_header) == 8);

constexpr std::uint16_t frame_numbered = 1; ///< a u64 number follows the header
constexpr std::uint16_t frame_traced = 2;   ///< 25 bytes of trace context, 1 of snapshot colour, 6 of padding follow

constexpr std::size_t frame_length_max = 16u << 20; ///< no payload is longer, whatever its protocol allows

constexpr std::size_t padded(std::size_t length) {
  return (length + 7) & ~std::size_t{7};
}

/// Bytes between the start of the header and the payload.
constexpr std::size_t frame_prefix(std::uint16_t flags) {
  return sizeof(frame_header) + ((flags & frame_numbered) ? 8u : 0u) + ((flags & frame_traced) ? 32u : 0u);
}

/// Bytes a frame takes on the wire.
constexpr std::size_t frame_size(const frame_header& header) {
  return frame_prefix(header.flags) + padded(header.length);
}

/// The frame type of a FlatBuffers table, unique over all protocols and never renumbered; specialised beside each codec.
template <class Table>
struct frame_type;

template <class Table>
inline constexpr std::uint16_t frame_type_v = frame_type<Table>::value;

} // namespace troupe
