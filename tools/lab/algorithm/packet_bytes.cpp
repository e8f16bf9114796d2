// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/algorithm/packet_bytes.hpp"

#include <algorithm>

namespace troupe::lab {

void packet_writer::little_endian(std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i)
    out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void packet_writer::peer(const peer_id& value) {
  u8(static_cast<std::uint8_t>(value.multihash().size()));
  raw(value.multihash());
}

void packet_writer::blob(byte_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  raw(value);
}

byte_view packet_reader::raw(std::size_t size) {
  if (!good_ || size > rest_.size()) {
    good_ = false;
    return {};
  }
  const auto taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

std::uint64_t packet_reader::little_endian(std::size_t width) {
  std::uint64_t value = 0;
  const auto taken = raw(width);
  for (std::size_t i = 0; i < taken.size(); ++i)
    value |= std::uint64_t{taken[i]} << (8 * i);
  return value;
}

peer_id packet_reader::peer() {
  const auto id = peer_id::from_multihash(raw(u8()));
  if (!id)
    fail();
  return id.value_or(peer_id{});
}

signature packet_reader::seal() {
  signature value{};
  std::ranges::copy(raw(value.size()), value.begin());
  return value;
}

digest packet_reader::hash() {
  digest value{};
  std::ranges::copy(raw(value.size()), value.begin());
  return value;
}

bytes packet_reader::blob(std::size_t size_max) {
  const std::size_t size = u32();
  if (size > size_max)
    fail();
  return to_bytes(raw(size));
}

std::size_t packet_reader::count(std::size_t count_max) {
  const std::size_t value = u32();
  if (value > count_max)
    fail();
  return good_ ? value : 0;
}

} // namespace troupe::lab
