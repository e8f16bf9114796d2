// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/uvarint.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe {

expected<uvarint, uvarint_errc> read_uvarint(byte_view data) {
  std::uint64_t value = 0;
  const auto available = std::min(data.size(), uvarint_size_max);
  for (std::size_t i = 0; i < available; ++i) {
    value |= std::uint64_t{data[i] & 0x7fu} << (7 * i);
    if ((data[i] & 0x80u) == 0) {
      if (data[i] == 0 && i > 0)
        return unexpected(uvarint_errc::not_minimal);
      return uvarint{value, i + 1};
    }
  }
  return unexpected(available == uvarint_size_max ? uvarint_errc::too_long : uvarint_errc::truncated);
}

void append_uvarint(bytes& out, std::uint64_t value) {
  TROUPE_ASSERT(value <= uvarint_max);
  for (; value >= 0x80; value >>= 7)
    out.push_back(static_cast<std::uint8_t>(value | 0x80u));
  out.push_back(static_cast<std::uint8_t>(value));
}

void append_length_prefixed(bytes& out, byte_view part) {
  append_uvarint(out, part.size());
  out.insert(out.end(), part.begin(), part.end());
}

} // namespace troupe
