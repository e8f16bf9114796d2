// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tls/signed_key.hpp"

#include "messages/types/assert.hpp"

namespace troupe::transport::tls {
namespace {

constexpr std::uint8_t tag_octet_string = 0x04;
constexpr std::uint8_t tag_sequence = 0x30;

/// Takes one value with this tag off the front of `from`.
std::optional<byte_view> take(byte_view& from, std::uint8_t tag) {
  if (from.size() < 2 || from[0] != tag)
    return std::nullopt;
  std::size_t header = 2;
  std::size_t length = from[1];
  if (length >= 0x80) {
    const std::size_t digits = length & 0x7f;
    if (digits == 0 || digits > 2 || from.size() < 2 + digits)
      return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < digits; ++i)
      length = length << 8 | from[2 + i];
    header += digits;
    const bool minimal = digits == 1 ? length >= 0x80 : length >= 0x100;
    if (!minimal)
      return std::nullopt;
  }
  if (from.size() - header < length)
    return std::nullopt;
  const auto value = from.subspan(header, length);
  from = from.subspan(header + length);
  return value;
}

void put(bytes& out, std::uint8_t tag, byte_view value) {
  const auto length = value.size();
  TROUPE_ASSERT(length < 0x10000);
  out.push_back(tag);
  if (length >= 0x100) {
    out.push_back(0x82);
    out.push_back(static_cast<std::uint8_t>(length >> 8));
  } else if (length >= 0x80) {
    out.push_back(0x81);
  }
  out.push_back(static_cast<std::uint8_t>(length));
  out.insert(out.end(), value.begin(), value.end());
}

} // namespace

std::optional<signed_key> parse_signed_key(byte_view der) {
  auto body = take(der, tag_sequence);
  if (!body || !der.empty())
    return std::nullopt;
  const auto public_key = take(*body, tag_octet_string);
  if (!public_key)
    return std::nullopt;
  const auto signature = take(*body, tag_octet_string);
  if (!signature || !body->empty())
    return std::nullopt;
  return signed_key{*public_key, *signature};
}

bytes serialize_signed_key(const signed_key& from) {
  bytes body;
  put(body, tag_octet_string, from.public_key);
  put(body, tag_octet_string, from.signature);
  bytes result;
  put(result, tag_sequence, body);
  return result;
}

} // namespace troupe::transport::tls
