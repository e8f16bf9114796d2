// SPDX-License-Identifier: BSD-3-Clause
// A libp2p peer id: the multihash of a serialised public key, kept inline so that copying allocates nothing.
// Text forms are messages/codec/peer_id_text.hpp. Source: spec/libp2p.md 1.1.
#pragma once

#include "messages/types/bytes.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace troupe {

class peer_id {
public:
  static constexpr std::size_t size_max = 44; ///< an identity multihash of a 42-byte key is the longest

  /// An id no peer has; empty() is true.
  peer_id() = default;

  /// Takes `00 len key` with len <= 42 or `12 20 sha256`; anything else is no peer id.
  static std::optional<peer_id> from_multihash(byte_view multihash);

  byte_view multihash() const { return {data_.data(), size_}; }
  bool empty() const { return size_ == 0; }

  /// The 32 raw bytes of the Ed25519 key inlined in the id, or nothing for any other kind of key.
  std::optional<std::array<std::uint8_t, 32>> ed25519_key() const;

  friend bool operator==(const peer_id&, const peer_id&) = default;
  friend std::strong_ordering operator<=>(const peer_id& a, const peer_id& b) {
    return std::lexicographical_compare_three_way(a.data_.begin(), a.data_.begin() + a.size_, b.data_.begin(),
                                                  b.data_.begin() + b.size_);
  }

private:
  std::array<std::uint8_t, size_max> data_{};
  std::uint8_t size_ = 0;
};

/// `i:` and the first 3 bytes of the raw public key in hex, as seed 000 prints an actor; ids of other key types use the
/// first 3 bytes of the hash.
std::string short_name(const peer_id& id);

} // namespace troupe

template <>
struct std::hash<troupe::peer_id> {
  std::size_t operator()(const troupe::peer_id& id) const noexcept {
    return std::hash<std::string_view>{}(troupe::as_text(id.multihash()));
  }
};
