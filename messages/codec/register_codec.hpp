// SPDX-License-Identifier: BSD-3-Clause
// Operations of the last-value register (docs/protocols/register.md). A fixed layout and no table: this is
// the type that benchmarks count, so an operation costs nine bytes over its value and one allocation.
#pragma once

#include "messages/types/bytes.hpp"

#include <optional>
#include <string>

namespace troupe::last_value {

constexpr std::size_t value_size_max = 1024; ///< bytes
constexpr std::size_t overhead = 9;          ///< bytes of an operation that are not its value

struct write {
  std::uint64_t counter = 1; ///< from 1
  byte_view value;           ///< any bytes; lives as long as what was decoded
};

/// `what.value` has at most value_size_max bytes.
bytes encode(const write& what);
/// Nothing if the bytes are no operation of a register.
std::optional<write> decode(byte_view encoded);
/// The value if it is UTF-8 without control characters, else `0x` and hex.
std::string printed(byte_view value);
/// `Set(7, hello)`; `Malformed` for anything else.
std::string describe(byte_view encoded);

} // namespace troupe::last_value
