// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/packed.hpp"

#include "messages/types/assert.hpp"

namespace troupe {

void packer::little_endian(std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i)
    out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

packer& packer::u8(std::uint8_t value) {
  out_.push_back(value);
  return *this;
}

packer& packer::u16(std::uint16_t value) {
  little_endian(value, 2);
  return *this;
}

packer& packer::u32(std::uint32_t value) {
  little_endian(value, 4);
  return *this;
}

packer& packer::u64(std::uint64_t value) {
  little_endian(value, 8);
  return *this;
}

packer& packer::id(const peer_id& value) {
  const auto multihash = value.multihash();
  u8(static_cast<std::uint8_t>(multihash.size()));
  out_.insert(out_.end(), multihash.begin(), multihash.end());
  return *this;
}

packer& packer::text(byte_view value) {
  TROUPE_ASSERT(value.size() <= 0xffff);
  u16(static_cast<std::uint16_t>(value.size()));
  out_.insert(out_.end(), value.begin(), value.end());
  return *this;
}

byte_view unpacker::part(std::size_t size) {
  if (!good_ || size > rest_.size()) {
    good_ = false;
    return {};
  }
  const auto result = rest_.first(size);
  rest_ = rest_.subspan(size);
  return result;
}

std::uint64_t unpacker::little_endian(std::size_t width) {
  std::uint64_t value = 0;
  const auto from = part(width);
  for (std::size_t i = 0; i < from.size(); ++i)
    value |= std::uint64_t{from[i]} << (8 * i);
  return value;
}

peer_id unpacker::id() {
  const auto multihash = part(u8());
  if (multihash.empty())
    return {};
  const auto read = peer_id::from_multihash(multihash);
  good_ = read.has_value();
  return read.value_or(peer_id{});
}

} // namespace troupe
