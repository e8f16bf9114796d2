// SPDX-License-Identifier: BSD-3-Clause
// Unsigned variable-length integers as multiformats has them: 7 bits a byte, low bits first, at most 9 bytes,
// minimal. Source: spec/libp2p.md 1.1 and 1.2. Pure, any thread.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <cstddef>
#include <cstdint>

namespace troupe {

constexpr std::size_t uvarint_size_max = 9;                         ///< bytes
constexpr std::uint64_t uvarint_max = (std::uint64_t{1} << 63) - 1; ///< the largest value 9 bytes hold

enum class uvarint_errc : std::uint8_t {
  truncated = 1,   ///< the input ends inside the integer; more bytes may complete it
  not_minimal = 2, ///< the last byte is zero though a shorter form exists
  too_long = 3,    ///< more than 9 bytes
};

struct uvarint {
  std::uint64_t value;
  std::size_t size; ///< bytes read
};

/// The integer at the start of `data`.
expected<uvarint, uvarint_errc> read_uvarint(byte_view data);

/// Appends `value` <= uvarint_max.
void append_uvarint(bytes& out, std::uint64_t value);

/// Appends uvarint(part.size()) and the part.
void append_length_prefixed(bytes& out, byte_view part);

} // namespace troupe
