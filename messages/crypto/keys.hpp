// SPDX-License-Identifier: BSD-3-Clause
// Identity keys. Ours are Ed25519 (libsodium, the one pinned verifier); remote ones may be of any of libp2p's four types,
// the other three verified by OpenSSL. Source: spec/libp2p.md 1.1. Thread-safe: values without shared state.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <array>
#include <cstdint>

namespace troupe {

enum class key_type : std::uint8_t { rsa = 0, ed25519 = 1, secp256k1 = 2, ecdsa = 3 };

enum class key_errc : std::uint8_t {
  malformed_protobuf = 1, ///< not the canonical encoding of a key
  unknown_type = 2,
  wrong_length = 3, ///< the key bytes do not have the type's length
  unusable = 4,     ///< the crypto library refuses the key
};

using signature = std::array<std::uint8_t, 64>; ///< Ed25519

/// The longest foreign key accepted: an RSA key of 8192 bits in DER, with room to spare.
constexpr std::size_t public_key_size_max = 2048;

class public_key {
public:
  /// The libp2p PublicKey protobuf, canonical encoding only.
  static expected<public_key, key_errc> from_protobuf(byte_view encoded);
  static public_key from_ed25519(const std::array<std::uint8_t, 32>& raw);

  key_type type() const { return type_; }
  byte_view data() const { return data_; } ///< as in the protobuf's Data field
  bytes to_protobuf() const;
  peer_id id() const;

  /// True if `signed_by_key` is this key's signature over `message` in libp2p's scheme for its type.
  bool verify(byte_view message, byte_view signed_by_key) const;

  friend bool operator==(const public_key&, const public_key&) = default;

private:
  key_type type_ = key_type::ed25519;
  bytes data_;
};

/// An Ed25519 key pair. The secret is wiped when the last copy goes.
class key_pair {
public:
  static key_pair generate();
  /// From 32 bytes of seed; for tests and simulations, where keys are drawn from the seeded generator.
  static key_pair from_seed(const std::array<std::uint8_t, 32>& seed);
  /// The libp2p PrivateKey protobuf: 64 bytes seed and public key, or the legacy 96 with the public key repeated.
  static expected<key_pair, key_errc> from_protobuf(byte_view encoded);

  key_pair(const key_pair&) = default;
  key_pair(key_pair&&) noexcept = default;
  key_pair& operator=(const key_pair&) = default;
  key_pair& operator=(key_pair&&) noexcept = default;
  ~key_pair();

  bytes to_protobuf() const;
  public_key public_part() const;
  peer_id id() const;
  signature sign(byte_view message) const;

private:
  key_pair() = default;
  std::array<std::uint8_t, 64> secret_{}; // libsodium's layout: seed, public key
};

/// Ed25519 over a peer id that inlines its key: the hot path of votes and echoes. False for ids of other key types.
bool verify_ed25519(const peer_id& signer, byte_view message, byte_view signed_by_key);

} // namespace troupe
