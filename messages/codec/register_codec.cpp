// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/register_codec.hpp"

#include "messages/codec/hex.hpp"
#include "messages/codec/utf8.hpp"
#include "messages/types/assert.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::last_value {
namespace {

constexpr std::uint8_t mark = 'r'; // an operation of another type is told apart before its fields are read

} // namespace

bytes encode(const write& what) {
  TROUPE_ASSERT(what.value.size() <= value_size_max);
  bytes out(overhead + what.value.size());
  out[0] = mark;
  for (unsigned i = 0; i < 8; ++i)
    out[1 + i] = static_cast<std::uint8_t>(what.counter >> (8 * i));
  std::copy(what.value.begin(), what.value.end(), out.begin() + overhead);
  return out;
}

std::optional<write> decode(byte_view encoded) {
  if (encoded.size() < overhead || encoded.size() > overhead + value_size_max || encoded[0] != mark)
    return std::nullopt;
  write what{0, encoded.subspan(overhead)};
  for (unsigned i = 0; i < 8; ++i)
    what.counter |= std::uint64_t{encoded[1 + i]} << (8 * i);
  return what.counter == 0 ? std::nullopt : std::optional{what};
}

std::string printed(byte_view value) {
  const auto control = [](std::uint8_t byte) { return byte < 0x20 || byte == 0x7f; };
  if (is_utf8(value) && std::none_of(value.begin(), value.end(), control))
    return std::string{as_text(value)};
  return "0x" + to_hex(value);
}

std::string describe(byte_view encoded) {
  const auto what = decode(encoded);
  return what ? fmt::format("Set({}, {})", what->counter, printed(what->value)) : "Malformed";
}

} // namespace troupe::last_value
