// SPDX-License-Identifier: BSD-3-Clause
// Fixed layouts without a schema, for what has exactly one form as bytes: integers are little endian, a text
// has its length before it. Pure, any thread.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/peer_id.hpp"

namespace troupe {

class packer {
public:
  packer& u8(std::uint8_t value);
  packer& u16(std::uint16_t value);
  packer& u32(std::uint32_t value);
  packer& u64(std::uint64_t value);
  /// One byte of length, then the multihash.
  packer& id(const peer_id& value);
  /// Two bytes of length, then the text, which has at most 65,535 bytes.
  packer& text(byte_view value);
  /// What was packed; the packer is empty afterwards.
  bytes take() { return std::move(out_); }

private:
  void little_endian(std::uint64_t value, unsigned width);

  bytes out_;
};

/// Reads what a packer wrote. Beyond the end, or at an id that is none, everything reads as zero or empty and
/// good() is false from then on.
class unpacker {
public:
  explicit unpacker(byte_view from) : rest_(from) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(little_endian(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(little_endian(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
  std::uint64_t u64() { return little_endian(8); }
  peer_id id();
  /// Lives as long as the bytes that are read.
  byte_view text() { return part(u16()); }

  bool good() const { return good_; }
  /// Everything was read, and nothing is left.
  bool done() const { return good_ && rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

private:
  byte_view part(std::size_t size);
  std::uint64_t little_endian(std::size_t width);

  byte_view rest_;
  bool good_ = true;
};

} // namespace troupe
