// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/utf8.hpp"

#include <algorithm>

namespace troupe {

std::size_t utf8_character_size(byte_view rest) {
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

bool is_utf8(byte_view data) {
  while (!data.empty()) {
    const auto length = utf8_character_size(data);
    if (length == 0)
      return false;
    data = data.subspan(length);
  }
  return true;
}

std::string mended_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto length = utf8_character_size(as_bytes(text));
    if (length == 0)
      out += "\xef\xbf\xbd";
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

} // namespace troupe
