// SPDX-License-Identifier: BSD-3-Clause
// The encoding of the packets of the algorithms that are compared with troupe's own: integers little endian,
// a peer id after its length in one byte, a byte string after its length in four. One value has one encoding,
// as what is encoded is also what is signed. Pure; used by original_packet.cpp and bracha_packet.cpp.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/crypto/sha256.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/peer_id.hpp"

#include <cstdint>

namespace troupe::lab {

/// The longest operation either algorithm takes, in bytes; as long as troupe's own.
constexpr std::size_t operation_size_max = 64 * 1024;

class packet_writer {
public:
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u32(std::uint32_t value) { little_endian(value, 4); }
  void u64(std::uint64_t value) { little_endian(value, 8); }
  void peer(const peer_id& value);
  void raw(byte_view value) { out_.insert(out_.end(), value.begin(), value.end()); }
  void blob(byte_view value);

  bytes take() { return std::move(out_); }

private:
  void little_endian(std::uint64_t value, int width);

  bytes out_;
};

/// Reads what packet_writer wrote. After the first thing that does not fit, everything reads as zero or empty
/// and complete() is false; nothing is allocated for a length that the packet does not have.
class packet_reader {
public:
  explicit packet_reader(byte_view from) : rest_(from) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(little_endian(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
  std::uint64_t u64() { return little_endian(8); }
  peer_id peer();
  signature seal();
  digest hash();
  /// A byte string of at most `size_max`.
  bytes blob(std::size_t size_max);
  /// The number of entries of a list, at most `count_max`.
  std::size_t count(std::size_t count_max);
  void fail() { good_ = false; }

  byte_view rest() const { return rest_; }
  bool good() const { return good_; }
  /// All was read, and it was what it should be.
  bool complete() const { return good_ && rest_.empty(); }

private:
  byte_view raw(std::size_t size);
  std::uint64_t little_endian(std::size_t width);

  byte_view rest_;
  bool good_ = true;
};

} // namespace troupe::lab
