// SPDX-License-Identifier: BSD-3-Clause
// What a person gets of a trace: the file on disk, the first difference of two, a record as a line.
#include "tools/lab/run/run_record.hpp"
#include "tools/lab/trace/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace troupe::lab {
namespace {

std::string_view name_of(trace_kind kind) {
  switch (kind) {
  case trace_kind::sent:
    return "sent";
  case trace_kind::received:
    return "received";
  case trace_kind::lost:
    return "lost";
  case trace_kind::ran:
    return "ran";
  case trace_kind::fault:
    return "fault";
  case trace_kind::stopped:
    return "stopped";
  case trace_kind::started:
    return "started";
  case trace_kind::note:
    return "note";
  }
  return "unknown";
}

std::string node_or_dash(std::uint16_t node) {
  return node == no_node ? "-" : node_name(node);
}

std::string reason() {
  return errno == 0 ? "unknown reason" : std::strerror(errno);
}

} // namespace

std::optional<std::size_t> first_difference(const trace& a, const trace& b) {
  const auto both = std::min(a.records.size(), b.records.size());
  const auto [in_a, in_b] = std::mismatch(
    a.records.begin(), a.records.begin() + static_cast<std::ptrdiff_t>(both), b.records.begin());
  const auto index = static_cast<std::size_t>(in_a - a.records.begin());
  if (index < both)
    return index;
  // A trace that was full says nothing of what came after its last record.
  const bool a_goes_on = a.records.size() > both || a.dropped > 0,
             b_goes_on = b.records.size() > both || b.dropped > 0;
  return a_goes_on == b_goes_on ? std::nullopt : std::optional{both};
}

std::string text_of(const trace_record& record) {
  return fmt::format("{}.{:09} s {} {} to {}, type {:#06x}, {} bytes, hash {:016x}",
                     record.at_ns / 1'000'000'000, record.at_ns % 1'000'000'000, name_of(record.kind),
                     node_or_dash(record.from), node_or_dash(record.to), record.type, record.size,
                     record.bytes_hash);
}

expected<void, explained> write_trace(const trace& of, const std::filesystem::path& file) {
  const auto encoded = encode(of);
  const auto data = as_text(encoded);
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(data.data(), static_cast<std::streamsize>(data.size()));
  out.close();
  if (!out)
    return unexpected(explained{fmt::format("cannot write {}: {}", file.string(), reason())});
  return {};
}

expected<trace, explained> read_trace(const std::filesystem::path& file) {
  const auto about = [&](std::string_view what) {
    return unexpected(explained{fmt::format("{}: {}", file.string(), what)});
  };
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed)
    return about(failed.message());
  if (size > trace_header_size + trace_records_max * trace_record_size)
    return about(meaning(trace_errc::too_long));
  bytes data(size);
  std::ifstream in(file, std::ios::binary);
  if (!in.read(reinterpret_cast<char*>(data.data()), static_cast<std::streamsize>(size)))
    return about("it cannot be read");
  auto read = decode_trace(data);
  if (!read)
    return about(meaning(read.error()));
  return std::move(*read);
}

} // namespace troupe::lab
