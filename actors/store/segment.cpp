// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/segment.hpp"

#include "actors/store/promise_log.hpp"
#include "messages/coding/crc32c.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace troupe::store {
namespace {

constexpr std::string_view magic = "TROUPEPL";
constexpr std::size_t version_at = 8, number_at = 12, first_record_at = 16, identity_at = 24,
                      began_with_at = 71, compacted_at = 75, checksum_at = 76;

void put(bytes& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t get(byte_view data, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= std::uint64_t{data[at + i]} << (8 * i);
  return value;
}

// The index is summed but not stored, so a record that is whole but in the wrong place is noticed.
std::uint32_t header_checksum(byte_view length_and_payload_checksum, std::uint64_t index) {
  bytes place;
  put(place, index, 8);
  return crc32c(place, crc32c(length_and_payload_checksum));
}

bool all_zero(byte_view data) {
  return std::ranges::all_of(data, [](std::uint8_t byte) { return byte == 0; });
}

} // namespace

bytes encode_segment_header(const segment_header& header, std::uint32_t version) {
  bytes out = to_bytes(as_bytes(magic));
  put(out, version, 4);
  put(out, header.number, 4);
  put(out, header.first_record, 8);
  const auto identity = header.identity.multihash();
  out.push_back(static_cast<std::uint8_t>(identity.size()));
  out.insert(out.end(), identity.begin(), identity.end());
  out.resize(began_with_at);
  put(out, header.began_with, 4);
  out.push_back(header.compacted ? 1 : 0);
  put(out, crc32c(out), 4);
  return out;
}

expected<segment_header, segment_errc> decode_segment_header(byte_view segment) {
  if (segment.size() < segment_header_size || as_text(segment.first(magic.size())) != magic)
    return unexpected(segment_errc::no_segment);
  if (get(segment, version_at, 4) > promise_format_version)
    return unexpected(segment_errc::newer_version);
  if (get(segment, checksum_at, 4) != crc32c(segment.first(checksum_at)))
    return unexpected(segment_errc::damaged);
  const std::size_t identity_size = segment[identity_at];
  const auto identity = identity_size <= peer_id::size_max
                          ? peer_id::from_multihash(segment.subspan(identity_at + 1, identity_size))
                          : std::nullopt;
  if (!identity)
    return unexpected(segment_errc::damaged);
  const auto version = get(segment, version_at, 4);
  const auto compacted = segment[compacted_at];
  if (version < plain_format_version || compacted > (version == plain_format_version ? 0 : 1))
    return unexpected(segment_errc::damaged);
  return segment_header{static_cast<std::uint32_t>(get(segment, number_at, 4)),
                        get(segment, first_record_at, 8), *identity, compacted == 1,
                        static_cast<std::uint32_t>(get(segment, began_with_at, 4))};
}

void append_record(bytes& out, std::uint64_t index, byte_view record) {
  const auto start = out.size();
  put(out, record.size(), 4);
  put(out, crc32c(record), 4);
  put(out, header_checksum(byte_view{out}.subspan(start, 8), index), 4);
  out.insert(out.end(), record.begin(), record.end());
}

segment_content read_records(byte_view segment, const segment_header& header) {
  segment_content content;
  content.whole_size = segment_header_size;
  auto rest = segment.subspan(segment_header_size);
  while (!rest.empty()) {
    // Only what an unfinished append leaves may be cut: a prefix of a record, or zeros where the file grew
    // before its bytes arrived. A length is believed after its checksum, so a flipped one never passes for a
    // torn tail.
    if (rest.size() < record_header_size || all_zero(rest)) {
      content.end = segment_content::ending::torn;
      content.torn_size = rest.size();
      return content;
    }
    const auto length = get(rest, 0, 4);
    if (get(rest, 8, 4) != header_checksum(rest.first(8), header.first_record + content.records.size()) ||
        length == 0 || length > record_size_max) {
      content.end = segment_content::ending::flipped;
      return content;
    }
    if (rest.size() - record_header_size < length) {
      content.end = segment_content::ending::torn;
      content.torn_size = rest.size();
      return content;
    }
    const auto record = rest.subspan(record_header_size, length);
    if (get(rest, 4, 4) != crc32c(record)) {
      content.end = segment_content::ending::flipped;
      return content;
    }
    content.records.push_back(record);
    content.whole_size += record_header_size + length;
    rest = rest.subspan(record_header_size + length);
  }
  return content;
}

std::string segment_name(std::uint32_t number) {
  return fmt::format("promises-{:08}.log", number);
}

bool is_segment_name(const std::string& name) {
  constexpr std::size_t prefix = 9; // "promises-"
  constexpr std::size_t digits = 8;
  return name.size() == prefix + digits + 4 && name.starts_with("promises-") && name.ends_with(".log") &&
         std::ranges::all_of(name.substr(prefix, digits), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace troupe::store
