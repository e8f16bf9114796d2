// SPDX-License-Identifier: BSD-3-Clause
// The text encodings of multiformats: base58btc, base32, base36, base64url, and the multibase prefix
// character that names one. Decoding is strict: only the one text that encoding would give (upper case
// refused). Source: spec/libp2p.md 1.1. Pure.
#pragma once

#include "messages/types/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// base58btc and base36 take time in the square of the length, so longer texts are refused by all decoders.
constexpr std::size_t multibase_text_max = 2048;

std::string base58_encode(byte_view data);
std::optional<bytes> base58_decode(std::string_view text);
std::string base36_encode(byte_view data); ///< lower case
std::optional<bytes> base36_decode(std::string_view text);
std::string base32_encode(byte_view data); ///< RFC 4648 alphabet, lower case, no padding
std::optional<bytes> base32_decode(std::string_view text);
std::string base64url_encode(byte_view data); ///< RFC 4648 section 5, no padding
std::optional<bytes> base64url_decode(std::string_view text);

/// Text whose first character names its encoding: f base16, b base32, k base36, z base58btc, u base64url.
std::optional<bytes> multibase_decode(std::string_view text);

} // namespace troupe
