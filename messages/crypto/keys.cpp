// SPDX-License-Identifier: BSD-3-Clause
#include "messages/crypto/keys.hpp"

#include "messages/codec/uvarint.hpp"
#include "messages/crypto/foreign_key.hpp"
#include "messages/crypto/sha256.hpp"
#include "messages/types/assert.hpp"

#include <sodium.h>

#include <algorithm>

namespace troupe {
namespace {

constexpr std::uint8_t type_tag = 0x08; // field 1, varint
constexpr std::uint8_t data_tag = 0x12; // field 2, length-delimited
constexpr std::size_t key_protobuf_size_max = public_key_size_max + 8;
constexpr std::size_t inline_key_max = 42; // spec/libp2p.md 1.1: longer serialised keys are hashed

struct key_fields {
  key_type type;
  byte_view data;
};

// By hand and not with protozero: exactly one encoding may pass, or one key would have several peer ids.
expected<key_fields, key_errc> read_key(byte_view encoded) {
  if (encoded.size() > key_protobuf_size_max || encoded.size() < 4 || encoded[0] != type_tag ||
      encoded[2] != data_tag)
    return unexpected(key_errc::malformed_protobuf);
  if (encoded[1] > static_cast<std::uint8_t>(key_type::ecdsa))
    return unexpected(encoded[1] < 0x80 ? key_errc::unknown_type : key_errc::malformed_protobuf);
  const auto rest = encoded.subspan(3);
  const auto length = read_uvarint(rest);
  if (!length || length->value != rest.size() - length->size)
    return unexpected(key_errc::malformed_protobuf);
  return key_fields{static_cast<key_type>(encoded[1]), rest.subspan(length->size)};
}

bytes write_key(key_type type, byte_view data) {
  bytes out{type_tag, static_cast<std::uint8_t>(type), data_tag};
  append_length_prefixed(out, data);
  return out;
}

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  TROUPE_ASSERT(started);
}

bool ed25519_valid(const std::uint8_t* key, byte_view message, byte_view signed_by_key) {
  start_sodium();
  return signed_by_key.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(signed_by_key.data(), message.data(), message.size(), key) == 0;
}

} // namespace

expected<public_key, key_errc> public_key::from_protobuf(byte_view encoded) {
  const auto fields = read_key(encoded);
  if (!fields)
    return unexpected(fields.error());
  if (fields->data.size() > public_key_size_max ||
      (fields->type == key_type::ed25519 && fields->data.size() != 32) ||
      (fields->type == key_type::secp256k1 && fields->data.size() != 33))
    return unexpected(key_errc::wrong_length);
  if (fields->type != key_type::ed25519 && !crypto::foreign_key_usable(fields->type, fields->data))
    return unexpected(key_errc::unusable);
  public_key result;
  result.type_ = fields->type;
  result.data_ = to_bytes(fields->data);
  return result;
}

public_key public_key::from_ed25519(const std::array<std::uint8_t, 32>& raw) {
  public_key result;
  result.data_.assign(raw.begin(), raw.end());
  return result;
}

bytes public_key::to_protobuf() const {
  return write_key(type_, data_);
}

peer_id public_key::id() const {
  const auto encoded = to_protobuf();
  bytes multihash;
  if (encoded.size() <= inline_key_max) {
    multihash = {0x00, static_cast<std::uint8_t>(encoded.size())};
    multihash.insert(multihash.end(), encoded.begin(), encoded.end());
  } else {
    const auto hash = sha256(encoded);
    multihash = {0x12, 0x20};
    multihash.insert(multihash.end(), hash.begin(), hash.end());
  }
  return peer_id::from_multihash(multihash).value();
}

bool public_key::verify(byte_view message, byte_view signed_by_key) const {
  if (type_ != key_type::ed25519)
    return crypto::foreign_key_verify(type_, data_, message, signed_by_key);
  return data_.size() == 32 && ed25519_valid(data_.data(), message, signed_by_key);
}

key_pair key_pair::generate() {
  start_sodium();
  std::array<std::uint8_t, 32> seed;
  randombytes_buf(seed.data(), seed.size());
  auto pair = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return pair;
}

key_pair key_pair::from_seed(const std::array<std::uint8_t, 32>& seed) {
  start_sodium();
  key_pair pair;
  std::array<std::uint8_t, 32> public_half;
  TROUPE_ASSERT(crypto_sign_seed_keypair(public_half.data(), pair.secret_.data(), seed.data()) == 0);
  return pair;
}

expected<key_pair, key_errc> key_pair::from_protobuf(byte_view encoded) {
  const auto fields = read_key(encoded);
  if (!fields)
    return unexpected(fields.error());
  if (fields->type != key_type::ed25519)
    return unexpected(key_errc::unknown_type);
  const auto data = fields->data;
  if (data.size() != 64 && data.size() != 96)
    return unexpected(key_errc::wrong_length);
  std::array<std::uint8_t, 32> seed;
  std::copy_n(data.begin(), seed.size(), seed.begin());
  auto pair = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  const auto public_half = byte_view{pair.secret_}.subspan(32);
  for (auto stored = data.subspan(32); !stored.empty(); stored = stored.subspan(32))
    if (!std::ranges::equal(stored.first(32), public_half))
      return unexpected(key_errc::unusable);
  return pair;
}

key_pair::~key_pair() {
  sodium_memzero(secret_.data(), secret_.size());
}

bytes key_pair::to_protobuf() const {
  return write_key(key_type::ed25519, secret_);
}

public_key key_pair::public_part() const {
  std::array<std::uint8_t, 32> raw;
  std::copy_n(secret_.begin() + 32, raw.size(), raw.begin());
  return public_key::from_ed25519(raw);
}

peer_id key_pair::id() const {
  return public_part().id();
}

signature key_pair::sign(byte_view message) const {
  signature result;
  TROUPE_ASSERT(
    crypto_sign_detached(result.data(), nullptr, message.data(), message.size(), secret_.data()) == 0);
  return result;
}

bool verify_ed25519(const peer_id& signer, byte_view message, byte_view signed_by_key) {
  const auto key = signer.ed25519_key();
  return key && ed25519_valid(key->data(), message, signed_by_key);
}

} // namespace troupe
