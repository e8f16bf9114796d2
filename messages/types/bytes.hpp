// SPDX-License-Identifier: BSD-3-Clause
// Byte strings. `bytes` owns, `byte_view` looks; neither says anything about alignment.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

using bytes = std::vector<std::uint8_t>;
using byte_view = std::span<const std::uint8_t>;

inline byte_view as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(byte_view data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

inline bytes to_bytes(byte_view data) {
  return {data.begin(), data.end()};
}

} // namespace troupe
