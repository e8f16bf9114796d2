// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/utf8.hpp"

#include <algorithm>

namespace troupe {
namespace {

// Length of the sequence at the start of `rest`, 0 if there is none.
std::size_t sequence_length(byte_view rest) {
  const auto lead = rest[0];
  if (lead < 0x80)
    return 1;
  const std::size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                             : (lead & 0xf0) == 0xe0        ? 3
                             : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                            : 0;
  if (length == 0 || rest.size() < length ||
      !std::ranges::all_of(rest.subspan(1, length - 1), [](std::uint8_t c) { return (c & 0xc0) == 0x80; }))
    return 0;
  const bool overlong = (lead == 0xe0 && rest[1] < 0xa0) || (lead == 0xf0 && rest[1] < 0x90);
  const bool surrogate = lead == 0xed && rest[1] > 0x9f;
  const bool above_range = lead == 0xf4 && rest[1] > 0x8f;
  return overlong || surrogate || above_range ? 0 : length;
}

} // namespace

bool is_utf8(byte_view data) {
  while (!data.empty()) {
    const auto length = sequence_length(data);
    if (length == 0)
      return false;
    data = data.subspan(length);
  }
  return true;
}

} // namespace troupe
