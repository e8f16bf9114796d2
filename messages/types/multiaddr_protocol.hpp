// SPDX-License-Identifier: BSD-3-Clause
// The protocols of multiaddr.hpp: names, sizes, and the two forms of their values. Used by multiaddr.cpp
// alone. Pure. Source: spec/libp2p.md 1.2.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

enum class multiaddr_value : std::uint8_t { none, ip4, ip6, u8, port, text, path, peer, hash };

struct multiaddr_protocol {
  std::uint32_t code;
  std::string_view name;
  multiaddr_value value;
};

/// Nothing if this build does not know the code. The pointers live as long as the program.
const multiaddr_protocol* find_multiaddr_protocol(std::uint64_t code);
/// By name; "ipfs" is an alias of "p2p".
const multiaddr_protocol* find_multiaddr_protocol(std::string_view name);

/// Bytes of the value, or nothing if a length precedes it.
std::optional<std::size_t> fixed_size(multiaddr_value value);

/// Text to bytes; the error says what such a value looks like.
expected<bytes, explained> value_from_text(multiaddr_value value, std::string_view text);
/// True if value_from_text could have given these bytes.
bool value_valid(multiaddr_value value, byte_view data);
/// Bytes that are valid to text. A path comes with its leading slash.
std::string value_to_text(multiaddr_value value, byte_view data);

} // namespace troupe
