// SPDX-License-Identifier: BSD-3-Clause
// The bytes of one segment of the promise log: an 80-byte header, then records. Byte table:
// docs/protocols/promise-log.md. Pure; used by promise_log.cpp and its tests.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::store {

constexpr std::size_t segment_header_size = 80;
constexpr std::size_t record_header_size = 12;
constexpr std::uint32_t plain_format_version = 1;   ///< of segments that cannot stand for others
constexpr std::uint32_t promise_format_version = 2; ///< newer logs are refused untouched

enum class segment_errc : std::uint8_t {
  no_segment = 1,    ///< too short, or the magic is another
  newer_version = 2, ///< written by a later troupe
  damaged = 3,       ///< the header's checksum or fields are wrong
};

struct segment_header {
  std::uint32_t number = 1;       ///< 1, 2, ... without gaps
  std::uint64_t first_record = 0; ///< records in the segments before
  peer_id identity;
  /// It begins with what was still alive of all segments before, which it stands for.
  bool compacted = false;
  /// Bytes of that beginning with this header, which is durable before anything follows it; 0: not known, of
  /// an earlier troupe.
  std::uint32_t began_with = 0;

  friend bool operator==(const segment_header&, const segment_header&) = default;
};

bytes encode_segment_header(const segment_header& header, std::uint32_t version = promise_format_version);
/// Of the first segment_header_size bytes of a segment.
expected<segment_header, segment_errc> decode_segment_header(byte_view segment);

/// Appends a record with its header; `index` counts all records of the log from 0.
void append_record(bytes& out, std::uint64_t index, byte_view record);

struct segment_content {
  enum class ending : std::uint8_t {
    whole,  ///< the last record ends where the file does
    torn,   ///< the file ends inside a record, or in zeros: an append that never finished
    flipped ///< a complete record, or its header, is not what was written
  };
  std::vector<byte_view> records; ///< parts of the segment they were read from
  std::size_t whole_size = 0;     ///< bytes up to the end of the last whole record
  std::size_t torn_size = 0;      ///< bytes behind it, if the ending is torn
  ending end = ending::whole;
};

/// Finds the records behind a header that decoded well. The content is of use while `segment` is.
segment_content read_records(byte_view segment, const segment_header& header);

/// "promises-00000001.log"
std::string segment_name(std::uint32_t number);
bool is_segment_name(const std::string& name);

} // namespace troupe::store
