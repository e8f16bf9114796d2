// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/signing.hpp"

#include "messages/types/assert.hpp"

#include <fmt/format.h>

#include <cstring>

namespace troupe {
namespace {

template <class Wire, class Array>
Wire copied(const Array& from) {
  static_assert(sizeof(Wire) == sizeof(Array));
  Wire to;
  std::memcpy(&to, from.data(), sizeof(to));
  return to;
}

} // namespace

std::string_view name(agreement_codec_errc code) {
  switch (code) {
  case agreement_codec_errc::malformed:
    return "Malformed";
  case agreement_codec_errc::too_many:
    return "TooMany";
  case agreement_codec_errc::too_long:
    return "TooLong";
  case agreement_codec_errc::too_deep:
    return "TooDeep";
  case agreement_codec_errc::unknown_nested:
    return "UnknownNestedVote";
  case agreement_codec_errc::digest_mismatch:
    return "PayloadDigestMismatch";
  case agreement_codec_errc::bad_record:
    return "BadPromiseRecord";
  }
  return "Unknown";
}

digest signing_digest(std::string_view purpose, std::string_view network, byte_view body) {
  const auto size = static_cast<std::uint32_t>(network.size());
  const std::uint8_t separator[] = {0, static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8),
                                    static_cast<std::uint8_t>(size >> 16),
                                    static_cast<std::uint8_t>(size >> 24)};
  return sha256({as_bytes(purpose), separator, as_bytes(network), body});
}

group_id make_group_id(std::string_view network, const std::set<peer_id>& forced_at_genesis) {
  bytes keys;
  for (const auto& actor : forced_at_genesis) {
    const auto key = key_of(actor);
    keys.insert(keys.end(), key.bytes()->begin(), key.bytes()->end());
  }
  return sha256({as_bytes("troupe/group/v1"), as_bytes(network), keys});
}

peer_id actor_of(const wire::Key32& raw) {
  std::array<std::uint8_t, 38> multihash{0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
  std::memcpy(multihash.data() + 6, &raw, sizeof(raw));
  return *peer_id::from_multihash(multihash);
}

wire::Key32 key_of(const peer_id& actor) {
  const auto key = actor.ed25519_key();
  TROUPE_ASSERT(key.has_value());
  return copied<wire::Key32>(*key);
}

wire::Digest32 to_wire(const digest& value) {
  return copied<wire::Digest32>(value);
}

wire::Signature64 to_wire(const signature& value) {
  return copied<wire::Signature64>(value);
}

digest from_wire(const wire::Digest32& value) {
  digest result;
  std::memcpy(result.data(), &value, sizeof(value));
  return result;
}

signature from_wire(const wire::Signature64& value) {
  signature result;
  std::memcpy(result.data(), &value, sizeof(value));
  return result;
}

std::string short_name(const signature& seal) {
  return fmt::format("sig:{:02x}{:02x}{:02x}", seal[0], seal[1], seal[2]);
}

} // namespace troupe
