// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/multibase.hpp"

#include "messages/codec/hex.hpp"

#include <algorithm>

namespace troupe {
namespace {

constexpr std::string_view base58_alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view base36_alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view base32_alphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view base64url_alphabet =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Multiplies the little-endian number in `digits` of `base` by `factor` and adds `carry`.
void multiply_add(bytes& digits, unsigned base, unsigned factor, unsigned carry) {
  for (auto& digit : digits) {
    carry += digit * factor;
    digit = static_cast<std::uint8_t>(carry % base);
    carry /= base;
  }
  for (; carry > 0; carry /= base)
    digits.push_back(static_cast<std::uint8_t>(carry % base));
}

// Leading zero bytes become leading first letters of the alphabet; the rest is one big number.
std::string number_encode(byte_view data, std::string_view alphabet) {
  const auto first = std::ranges::find_if(data, [](std::uint8_t byte) { return byte != 0; });
  std::string text(static_cast<std::size_t>(first - data.begin()), alphabet[0]);
  bytes digits;
  for (auto at = first; at != data.end(); ++at)
    multiply_add(digits, static_cast<unsigned>(alphabet.size()), 256, *at);
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit)
    text.push_back(alphabet[*digit]);
  return text;
}

std::optional<bytes> number_decode(std::string_view text, std::string_view alphabet) {
  if (text.size() > multibase_text_max)
    return std::nullopt;
  const auto zeros = std::min(text.find_first_not_of(alphabet[0]), text.size());
  bytes number;
  for (const char c : text.substr(zeros)) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos)
      return std::nullopt;
    multiply_add(number, 256, static_cast<unsigned>(alphabet.size()), static_cast<unsigned>(value));
  }
  number.insert(number.end(), zeros, 0);
  std::ranges::reverse(number);
  return number;
}

std::string bits_encode(byte_view data, std::string_view alphabet, unsigned width) {
  std::string text;
  unsigned held = 0;
  unsigned count = 0;
  for (const auto byte : data) {
    held = (held << 8 | byte) & 0xffffu;
    for (count += 8; count >= width; count -= width)
      text.push_back(alphabet[(held >> (count - width)) & (alphabet.size() - 1)]);
  }
  if (count > 0)
    text.push_back(alphabet[(held << (width - count)) & (alphabet.size() - 1)]);
  return text;
}

std::optional<bytes> bits_decode(std::string_view text, std::string_view alphabet, unsigned width) {
  if (text.size() > multibase_text_max)
    return std::nullopt;
  bytes data;
  unsigned held = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos)
      return std::nullopt;
    held = (held << width | static_cast<unsigned>(value)) & 0xffffu;
    count += width;
    if (count >= 8) {
      count -= 8;
      data.push_back(static_cast<std::uint8_t>(held >> count));
    }
  }
  // A whole letter too many, or padding bits that are set: another text encodes the same bytes.
  if (count >= width || (held & ((1u << count) - 1)) != 0)
    return std::nullopt;
  return data;
}

} // namespace

std::string base58_encode(byte_view data) {
  return number_encode(data, base58_alphabet);
}
std::optional<bytes> base58_decode(std::string_view text) {
  return number_decode(text, base58_alphabet);
}
std::string base36_encode(byte_view data) {
  return number_encode(data, base36_alphabet);
}
std::optional<bytes> base36_decode(std::string_view text) {
  return number_decode(text, base36_alphabet);
}
std::string base32_encode(byte_view data) {
  return bits_encode(data, base32_alphabet, 5);
}
std::optional<bytes> base32_decode(std::string_view text) {
  return bits_decode(text, base32_alphabet, 5);
}
std::string base64url_encode(byte_view data) {
  return bits_encode(data, base64url_alphabet, 6);
}
std::optional<bytes> base64url_decode(std::string_view text) {
  return bits_decode(text, base64url_alphabet, 6);
}

std::optional<bytes> multibase_decode(std::string_view text) {
  if (text.empty() || text.size() > multibase_text_max)
    return std::nullopt;
  const auto body = text.substr(1);
  switch (text[0]) {
  case 'f':
    return std::ranges::none_of(body, [](char c) { return c >= 'A' && c <= 'F'; }) ? from_hex(body)
                                                                                   : std::nullopt;
  case 'b':
    return base32_decode(body);
  case 'k':
    return base36_decode(body);
  case 'z':
    return base58_decode(body);
  case 'u':
    return base64url_decode(body);
  default:
    return std::nullopt;
  }
}

} // namespace troupe
