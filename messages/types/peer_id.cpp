// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/peer_id.hpp"

#include <fmt/format.h>

namespace troupe {
namespace {

constexpr std::array<std::uint8_t, 6> ed25519_prefix{0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
constexpr std::size_t inline_key_max = 42; // spec/libp2p.md 1.1: longer keys are hashed

} // namespace

std::optional<peer_id> peer_id::from_multihash(byte_view multihash) {
  if (multihash.size() < 2 || multihash.size() - 2 != multihash[1])
    return std::nullopt;
  const bool is_inline = multihash[0] == 0x00 && multihash[1] > 0 && multihash[1] <= inline_key_max;
  const bool is_sha256 = multihash[0] == 0x12 && multihash[1] == 0x20;
  if (!is_inline && !is_sha256)
    return std::nullopt;
  peer_id result;
  std::copy(multihash.begin(), multihash.end(), result.data_.begin());
  result.size_ = static_cast<std::uint8_t>(multihash.size());
  return result;
}

std::optional<std::array<std::uint8_t, 32>> peer_id::ed25519_key() const {
  if (size_ != ed25519_prefix.size() + 32 || !std::equal(ed25519_prefix.begin(), ed25519_prefix.end(), data_.begin()))
    return std::nullopt;
  std::array<std::uint8_t, 32> key;
  std::copy_n(data_.begin() + ed25519_prefix.size(), key.size(), key.begin());
  return key;
}

std::string short_name(const peer_id& id) {
  if (id.empty())
    return "i:none";
  const auto key = id.ed25519_key();
  const auto hash = id.multihash();
  const auto* first = key ? key->data() : hash.data() + 2;
  return fmt::format("i:{:02x}{:02x}{:02x}", first[0], first[1], first[2]);
}

} // namespace troupe
