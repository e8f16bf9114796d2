// SPDX-License-Identifier: BSD-3-Clause
// The three key types that are not ours, as OpenSSL sees them. Used by keys.cpp alone. Thread-safe,
// stateless. Source: spec/libp2p.md 1.1.
#pragma once

#include "messages/crypto/keys.hpp"

namespace troupe::crypto {

constexpr int rsa_bits_min = 2048; ///< inclusive, go-libp2p's bound
constexpr int rsa_bits_max = 8192; ///< inclusive; verification time grows with the square

/// True if `data` is a usable key of `type`: DER SubjectPublicKeyInfo without trailing bytes for RSA (within
/// the bounds) and ECDSA (a named NIST curve), a compressed point for secp256k1.
bool foreign_key_usable(key_type type, byte_view data);

/// True if `signed_by_key` is the key's signature over SHA-256 of `message`: PKCS#1 v1.5 for RSA, DER ECDSA
/// for the others.
bool foreign_key_verify(key_type type, byte_view data, byte_view message, byte_view signed_by_key);

} // namespace troupe::crypto
