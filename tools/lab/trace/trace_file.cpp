// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/trace/trace_file.hpp"

#include "messages/codec/utf8.hpp"
#include "messages/coding/crc32c.hpp"

#include <algorithm>
#include <utility>

namespace troupe::lab {
namespace {

constexpr std::string_view magic = "TROUPELT";
constexpr std::size_t version_at = 8, checksum_at = 12, seed_at = 16, scenario_at = 24, hash_at = 32,
                      records_at = 40, dropped_at = 48, revision_at = 56;
static_assert(revision_at + 1 + trace_revision_max == trace_header_size);

void put(std::uint8_t* to, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint64_t get(byte_view data, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= std::uint64_t{data[at + i]} << (8 * i);
  return value;
}

// Of everything behind the checksum; what is before it is compared with constants.
std::uint32_t checksum(byte_view file) {
  return crc32c(file.subspan(seed_at));
}

void encode_record(std::uint8_t* to, const trace_record& record) {
  put(to, record.at_ns, 8);
  put(to + 8, record.from, 2);
  put(to + 10, record.to, 2);
  to[12] = static_cast<std::uint8_t>(record.kind);
  put(to + 14, record.type, 2);
  put(to + 16, record.size, 4);
  put(to + 24, record.bytes_hash, 8);
}

// Nothing: a kind or padding that no writer makes.
std::optional<trace_record> decode_record(byte_view data) {
  if (data[12] < static_cast<std::uint8_t>(trace_kind::sent) ||
      data[12] > static_cast<std::uint8_t>(trace_kind::note) || data[13] != 0 || get(data, 20, 4) != 0)
    return std::nullopt;
  return trace_record{get(data, 0, 8),
                      static_cast<std::uint16_t>(get(data, 8, 2)),
                      static_cast<std::uint16_t>(get(data, 10, 2)),
                      trace_kind{data[12]},
                      static_cast<std::uint16_t>(get(data, 14, 2)),
                      static_cast<std::uint32_t>(get(data, 16, 4)),
                      get(data, 24, 8)};
}

// The text and zeros behind it.
std::optional<std::string> decode_revision(byte_view field) {
  const std::size_t length = field[0];
  if (length > trace_revision_max)
    return std::nullopt;
  const auto text = field.subspan(1, length), rest = field.subspan(1 + length);
  if (!is_utf8(text) || !std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == 0; }))
    return std::nullopt;
  return std::string{as_text(text)};
}

// A whole number of characters.
std::string fitting(std::string_view revision) {
  auto text = mended_utf8(revision);
  while (text.size() > trace_revision_max || !is_utf8(as_bytes(text)))
    text.pop_back();
  return text;
}

} // namespace

trace trace_recorder::finish(trace_identity identity) {
  trace_.identity = std::move(identity);
  return std::exchange(trace_, {});
}

std::string_view meaning(trace_errc error) {
  switch (error) {
  case trace_errc::not_a_trace:
    return "it is no trace of the laboratory";
  case trace_errc::other_version:
    return "it has a format that this program does not read: use the program that wrote it, or run again";
  case trace_errc::truncated:
    return "its end is missing";
  case trace_errc::damaged:
    return "it is damaged";
  case trace_errc::too_long:
    return "it has more records than this program takes";
  }
  return "it cannot be read";
}

bytes encode(const trace& of) {
  bytes out(trace_header_size + of.records.size() * trace_record_size);
  auto* const to = out.data();
  std::ranges::copy(as_bytes(magic), to);
  put(to + version_at, trace_format, 4);
  put(to + seed_at, of.identity.seed, 8);
  put(to + scenario_at, of.identity.scenario_hash, 8);
  put(to + hash_at, of.identity.trace_hash, 8);
  put(to + records_at, of.records.size(), 8);
  put(to + dropped_at, of.dropped, 8);
  const auto revision = fitting(of.identity.revision);
  to[revision_at] = static_cast<std::uint8_t>(revision.size());
  std::ranges::copy(as_bytes(revision), to + revision_at + 1);
  for (std::size_t i = 0; i < of.records.size(); ++i)
    encode_record(to + trace_header_size + i * trace_record_size, of.records[i]);
  put(to + checksum_at, checksum(out), 4);
  return out;
}

expected<trace, trace_errc> decode_trace(byte_view data) {
  if (data.size() < checksum_at || as_text(data.first(magic.size())) != magic)
    return unexpected(trace_errc::not_a_trace);
  if (get(data, version_at, 4) != trace_format)
    return unexpected(trace_errc::other_version);
  if (data.size() < trace_header_size)
    return unexpected(trace_errc::truncated);
  const auto count = get(data, records_at, 8);
  if (count > trace_records_max)
    return unexpected(trace_errc::too_long);
  const auto size = trace_header_size + count * trace_record_size;
  if (data.size() < size)
    return unexpected(trace_errc::truncated);
  auto revision = decode_revision(data.subspan(revision_at, 1 + trace_revision_max));
  if (data.size() > size || !revision || get(data, checksum_at, 4) != checksum(data))
    return unexpected(trace_errc::damaged);
  trace out{{get(data, scenario_at, 8), get(data, seed_at, 8), get(data, hash_at, 8), std::move(*revision)},
            get(data, dropped_at, 8),
            {}};
  out.records.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto record =
      decode_record(data.subspan(trace_header_size + i * trace_record_size, trace_record_size));
    if (!record)
      return unexpected(trace_errc::damaged);
    out.records.push_back(*record);
  }
  return out;
}

} // namespace troupe::lab
