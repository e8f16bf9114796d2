// SPDX-License-Identifier: BSD-3-Clause
// The file `trace` of a result folder: what the network and the nodes of a simulated run did, in order, 32
// bytes each. Two runs that should be equal are compared by it, down to the first difference. Pure but for
// read_trace and write_trace. Bytes: docs/protocols/lab-trace.md.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/time.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace troupe::lab {

constexpr std::uint32_t trace_format = 1;
constexpr std::size_t trace_header_size = 128;
constexpr std::size_t trace_record_size = 32;
constexpr std::size_t trace_revision_max = 71;           ///< characters
constexpr std::size_t trace_records_default = 1u << 20u; ///< 32 MiB
constexpr std::uint64_t trace_records_max = 1u << 24u;   ///< that a reader takes, 512 MiB
constexpr std::uint16_t no_node = 0xffff;

/// Numbers are part of the format and never used again for something else.
enum class trace_kind : std::uint8_t {
  sent = 1,     ///< a frame left `from` for `to`
  received = 2, ///< it arrived
  lost = 3,     ///< it never will
  ran = 4,      ///< an actor of `from` took a message; `type` is its type id
  fault = 5,    ///< a fault began or ended; `type` is its kind's number in the scenario, `from` its node
  stopped = 6,  ///< node `from` is gone
  started = 7,  ///< node `from` is there again
  note = 8,     ///< what a machine of `from` noted; `bytes_hash` is of its text
};

struct trace_record {
  std::uint64_t at_ns = 0; ///< virtual time since the start
  std::uint16_t from = no_node;
  std::uint16_t to = no_node;
  trace_kind kind = trace_kind::note;
  std::uint16_t type = 0;
  std::uint32_t size = 0;       ///< bytes of the payload
  std::uint64_t bytes_hash = 0; ///< of the payload; 0: not hashed

  bool operator==(const trace_record&) const = default;
};

struct trace_identity {
  std::uint64_t scenario_hash = 0;
  std::uint64_t seed = 0;
  std::uint64_t trace_hash = 0;
  std::string revision; ///< cut at trace_revision_max when written

  bool operator==(const trace_identity&) const = default;
};

struct trace {
  trace_identity identity;
  std::uint64_t dropped = 0; ///< records after the last one here that there was no room for
  std::vector<trace_record> records;
};

/// Collects records up to a cap and counts the rest.
class trace_recorder {
public:
  explicit trace_recorder(std::size_t records_max = trace_records_default) : records_max_(records_max) {}

  void add(const trace_record& record) {
    if (trace_.records.size() < records_max_)
      trace_.records.push_back(record);
    else
      ++trace_.dropped;
  }
  std::uint64_t dropped() const { return trace_.dropped; }
  /// The recorder is empty afterwards.
  trace finish(trace_identity identity);

private:
  std::size_t records_max_;
  trace trace_;
};

enum class trace_errc : std::uint8_t {
  not_a_trace = 1,   ///< another magic, or shorter than it
  other_version = 2, ///< the format number is not ours
  truncated = 3,     ///< bytes are missing at the end
  damaged = 4,       ///< the checksum, or a field that can have no such value
  too_long = 5,      ///< more records than trace_records_max
};
std::string_view meaning(trace_errc error); ///< for a person, to follow the file's name

bytes encode(const trace& of);
expected<trace, trace_errc> decode_trace(byte_view data);

/// Index of the first record that is not the same in both; nothing: they are equal as far as both go.
std::optional<std::size_t> first_difference(const trace& a, const trace& b);
/// "12.000345678 s sent n1 to n3, type 0x0301, 212 bytes, hash 00112233aabbccdd"
std::string text_of(const trace_record& record);

expected<void, explained> write_trace(const trace& of, const std::filesystem::path& file);
/// Errors: one line with the file's name.
expected<trace, explained> read_trace(const std::filesystem::path& file);

} // namespace troupe::lab
