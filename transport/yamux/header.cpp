// SPDX-License-Identifier: BSD-3-Clause
#include "transport/yamux/header.hpp"

namespace troupe::transport::yamux {
namespace {

void put32(std::uint8_t* to, std::uint32_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 24);
  to[1] = static_cast<std::uint8_t>(value >> 16);
  to[2] = static_cast<std::uint8_t>(value >> 8);
  to[3] = static_cast<std::uint8_t>(value);
}

std::uint32_t get32(const std::uint8_t* from) {
  return std::uint32_t{from[0]} << 24 | std::uint32_t{from[1]} << 16 | std::uint32_t{from[2]} << 8 | from[3];
}

} // namespace

void encode(const header& from, std::uint8_t* to) {
  to[0] = 0;
  to[1] = static_cast<std::uint8_t>(from.type);
  to[2] = static_cast<std::uint8_t>(from.flags >> 8);
  to[3] = static_cast<std::uint8_t>(from.flags);
  put32(to + 4, from.stream);
  put32(to + 8, from.length);
}

expected<header, explained> decode(const std::uint8_t* from) {
  if (from[0] != 0)
    return unexpected{explained{"yamux version " + std::to_string(from[0]) + " is not 0"}};
  if (from[1] > 3)
    return unexpected{
      explained{"yamux frame type " + std::to_string(from[1]) + " is unknown (0 to 3 exist)"}};
  return header{static_cast<frame_type>(from[1]), static_cast<std::uint16_t>(from[2] << 8 | from[3]),
                get32(from + 4), get32(from + 8)};
}

expected<frame_list, explained> parse_frames(byte_view data) {
  frame_list found;
  while (data.size() >= header_size) {
    const auto next = decode(data.data());
    if (!next)
      return unexpected{next.error()};
    const std::size_t payload = next->type == frame_type::data ? next->length : 0;
    if (data.size() - header_size < payload)
      break;
    found.frames.push_back(*next);
    data = data.subspan(header_size + payload);
  }
  found.rest = data.size();
  return found;
}

} // namespace troupe::transport::yamux
