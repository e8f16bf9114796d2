// SPDX-License-Identifier: BSD-3-Clause
#include "messages/crypto/keys.hpp"

#include "messages/codec/hex.hpp"
#include "messages/codec/uvarint.hpp"
#include "messages/crypto/sha256.hpp"
#include "tests/unit/messages/crypto/spec_keys.hpp"

#include <catch2/catch.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

using namespace troupe;

namespace {

using pkey = std::shared_ptr<EVP_PKEY>;

pkey owned(EVP_PKEY* key) {
  REQUIRE(key != nullptr);
  return {key, EVP_PKEY_free};
}

bytes hex(std::string_view text) {
  return from_hex(text).value();
}

bytes key_protobuf(std::uint8_t type, byte_view data) {
  bytes out{0x08, type, 0x12};
  append_length_prefixed(out, data);
  return out;
}

bytes subject_public_key_info(const pkey& key) {
  std::uint8_t* der = nullptr;
  const int length = i2d_PUBKEY(key.get(), &der);
  REQUIRE(length > 0);
  bytes result(der, der + length);
  OPENSSL_free(der);
  return result;
}

bytes compressed_point(const pkey& key) {
  EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed");
  bytes point(33);
  std::size_t length = 0;
  REQUIRE(EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                          &length) == 1);
  REQUIRE(length == 33);
  return point;
}

bytes sign_sha256(const pkey& key, byte_view message) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  REQUIRE(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(), nullptr) == 1);
  std::size_t length = 0;
  REQUIRE(EVP_DigestSign(context.get(), nullptr, &length, message.data(), message.size()) == 1);
  bytes result(length);
  REQUIRE(EVP_DigestSign(context.get(), result.data(), &length, message.data(), message.size()) == 1);
  result.resize(length);
  return result;
}

// An RSA public key whose modulus is 2^(bits-1) + 1: nobody can sign with it, but its size is exact.
bytes rsa_of_bits(int bits) {
  std::unique_ptr<BIGNUM, decltype(&BN_free)> modulus{BN_new(), BN_free};
  std::unique_ptr<BIGNUM, decltype(&BN_free)> exponent{BN_new(), BN_free};
  BN_set_bit(modulus.get(), bits - 1);
  BN_set_bit(modulus.get(), 0);
  BN_set_word(exponent.get(), 65537);
  std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder{OSSL_PARAM_BLD_new(),
                                                                          OSSL_PARAM_BLD_free};
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters{OSSL_PARAM_BLD_to_param(builder.get()),
                                                                     OSSL_PARAM_free};
  std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context{
    EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free};
  EVP_PKEY* key = nullptr;
  REQUIRE(EVP_PKEY_fromdata_init(context.get()) == 1);
  REQUIRE(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1);
  return subject_public_key_info(owned(key));
}

void requires_valid(const public_key& key, byte_view message, bytes signed_by_key) {
  REQUIRE(key.verify(message, signed_by_key));
  REQUIRE_FALSE(key.verify(as_bytes("another message"), signed_by_key));
  REQUIRE_FALSE(key.verify(message, {}));
  REQUIRE_FALSE(key.verify(message, bytes(4096, 0x30)));
  signed_by_key[signed_by_key.size() / 2] ^= 1;
  REQUIRE_FALSE(key.verify(message, signed_by_key));
}

} // namespace

TEST_CASE("keys: the spec's Ed25519 pair reads and writes byte for byte", "[unit][messages][keys]") {
  const auto pair = key_pair::from_protobuf(hex(spec_keys::ed25519_private));
  REQUIRE(pair);
  REQUIRE(to_hex(pair->to_protobuf()) == spec_keys::ed25519_private);
  REQUIRE(to_hex(pair->public_part().to_protobuf()) == spec_keys::ed25519_public);
  REQUIRE(to_hex(pair->id().multihash()) == "0024" + std::string{spec_keys::ed25519_public});
}

TEST_CASE("keys: the spec's public keys of all four types read and write byte for byte",
          "[unit][messages][keys]") {
  const auto vector = GENERATE(spec_keys::ed25519_public, spec_keys::secp256k1_public,
                               spec_keys::ecdsa_public, spec_keys::rsa_public);
  const auto key = public_key::from_protobuf(hex(vector));
  REQUIRE(key);
  REQUIRE(to_hex(key->to_protobuf()) == vector);
  REQUIRE(key->id().multihash()[0] == (vector.size() / 2 <= 42 ? 0x00 : 0x12));
}

TEST_CASE("keys: Ed25519 signatures verify and changed ones do not", "[unit][messages][keys]") {
  const auto pair = key_pair::generate();
  const auto message = as_bytes("three nodes agree");
  const auto made = pair.sign(message);
  requires_valid(pair.public_part(), message, to_bytes(made));
  REQUIRE(verify_ed25519(pair.id(), message, made));
  REQUIRE_FALSE(verify_ed25519(key_pair::generate().id(), message, made));
  REQUIRE_FALSE(verify_ed25519(public_key::from_protobuf(hex(spec_keys::ecdsa_public))->id(), message, made));
  REQUIRE_FALSE(verify_ed25519(peer_id{}, message, made));
}

TEST_CASE("keys: a small-order Ed25519 key verifies nothing", "[unit][messages][keys]") {
  std::array<std::uint8_t, 32> identity_point{1};
  bytes forged(64, 0); // R = identity, s = 0 satisfies the group equation for this key and any message
  forged[0] = 1;
  REQUIRE_FALSE(public_key::from_ed25519(identity_point).verify(as_bytes("any"), forged));
}

TEST_CASE("keys: RFC 8032 test 2 signature comes out of its seed", "[unit][messages][keys]") {
  std::array<std::uint8_t, 32> seed;
  std::ranges::copy(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), seed.begin());
  REQUIRE(to_hex(key_pair::from_seed(seed).sign(bytes{0x72})) ==
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST_CASE("keys: generated pairs differ", "[unit][messages][keys]") {
  REQUIRE(key_pair::generate().id() != key_pair::generate().id());
}

TEST_CASE("keys: the legacy 96-byte private key is taken only if the public key repeats",
          "[unit][messages][keys]") {
  const auto body = hex(spec_keys::ed25519_private.substr(8));
  auto legacy = body;
  legacy.insert(legacy.end(), body.begin() + 32, body.end());
  REQUIRE(key_pair::from_protobuf(key_protobuf(1, legacy)));
  legacy.back() ^= 1;
  REQUIRE(key_pair::from_protobuf(key_protobuf(1, legacy)).error() == key_errc::unusable);
  auto mixed = body;
  mixed[40] ^= 1;
  REQUIRE(key_pair::from_protobuf(key_protobuf(1, mixed)).error() == key_errc::unusable);
  REQUIRE(key_pair::from_protobuf(key_protobuf(1, bytes(32))).error() == key_errc::wrong_length);
  REQUIRE(key_pair::from_protobuf(hex(spec_keys::secp256k1_private)).error() == key_errc::unknown_type);
}

TEST_CASE("keys: RSA signatures of the spec's key verify", "[unit][messages][keys]") {
  const auto private_protobuf = hex(spec_keys::rsa_private);
  const auto* der = private_protobuf.data() + 5; // 08 00 12 and a two-byte length
  const auto key = owned(d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(private_protobuf.size() - 5)));
  const auto read = public_key::from_protobuf(hex(spec_keys::rsa_public));
  REQUIRE(read);
  requires_valid(*read, as_bytes("signed with RSA"), sign_sha256(key, as_bytes("signed with RSA")));
}

TEST_CASE("keys: ECDSA signatures verify on each curve of the standard", "[unit][messages][keys]") {
  const char* curve = GENERATE("P-256", "P-224", "P-384", "P-521");
  const auto key = owned(EVP_EC_gen(curve));
  const auto read = public_key::from_protobuf(key_protobuf(3, subject_public_key_info(key)));
  REQUIRE(read);
  requires_valid(*read, as_bytes("signed with ECDSA"), sign_sha256(key, as_bytes("signed with ECDSA")));
}

TEST_CASE("keys: secp256k1 signatures verify", "[unit][messages][keys]") {
  const auto key = owned(EVP_EC_gen("secp256k1"));
  const auto read = public_key::from_protobuf(key_protobuf(2, compressed_point(key)));
  REQUIRE(read);
  requires_valid(*read, as_bytes("signed with secp256k1"),
                 sign_sha256(key, as_bytes("signed with secp256k1")));
}

TEST_CASE("keys: RSA moduli outside 2048 to 8192 bits are refused", "[unit][messages][keys]") {
  const auto read = [](int bits) { return public_key::from_protobuf(key_protobuf(0, rsa_of_bits(bits))); };
  REQUIRE(read(2048));
  REQUIRE(read(8192));
  REQUIRE(read(2047).error() == key_errc::unusable);
  REQUIRE(read(1024).error() == key_errc::unusable);
  REQUIRE(read(8193).error() == key_errc::unusable);
}

TEST_CASE("keys: unusable foreign keys are refused", "[unit][messages][keys]") {
  const auto ecdsa = hex(spec_keys::ecdsa_public.substr(8));
  auto trailing = ecdsa;
  trailing.push_back(0);
  auto off_curve = ecdsa;
  off_curve.back() ^= 1;
  const auto refused =
    GENERATE_COPY(key_protobuf(3, trailing), key_protobuf(3, off_curve), key_protobuf(3, {}),
                  key_protobuf(0, ecdsa), key_protobuf(3, rsa_of_bits(2048)),
                  key_protobuf(3, subject_public_key_info(owned(EVP_EC_gen("secp256k1")))),
                  key_protobuf(2, bytes(33, 0x05)), key_protobuf(2, bytes(33, 0xff)));
  REQUIRE(public_key::from_protobuf(refused).error() == key_errc::unusable);
}

TEST_CASE("keys: only the canonical protobuf is read", "[unit][messages][keys]") {
  const std::string data = "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
  const auto malformed = GENERATE_COPY(
    std::string{}, std::string{"08"}, std::string{"0801"}, std::string{"080112"}, "1220" + data + "0801",
    "0801" + std::string{"0801"} + "1220" + data, "08011220" + data + "1800", "08011220" + data.substr(2),
    "08011220" + data + "00", "080112a000" + data, "0881001220" + data, "08011a20" + data, "0a011220" + data,
    "080112ffffffffffffffffff", "08011280808080808080808001");
  REQUIRE(public_key::from_protobuf(hex(malformed)).error() == key_errc::malformed_protobuf);
}

TEST_CASE("keys: unknown types and wrong lengths have errors of their own", "[unit][messages][keys]") {
  REQUIRE(public_key::from_protobuf(key_protobuf(4, bytes(32))).error() == key_errc::unknown_type);
  REQUIRE(public_key::from_protobuf(key_protobuf(1, bytes(31))).error() == key_errc::wrong_length);
  REQUIRE(public_key::from_protobuf(key_protobuf(1, bytes(33))).error() == key_errc::wrong_length);
  REQUIRE(public_key::from_protobuf(key_protobuf(2, bytes(32))).error() == key_errc::wrong_length);
  REQUIRE(public_key::from_protobuf(key_protobuf(0, bytes(public_key_size_max + 1))).error() ==
          key_errc::wrong_length);
  REQUIRE(public_key::from_protobuf(key_protobuf(0, bytes(1u << 20))).error() ==
          key_errc::malformed_protobuf);
}

TEST_CASE("sha256: parts hash like the whole", "[unit][messages][keys]") {
  REQUIRE(to_hex(sha256(as_bytes("abc"))) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  REQUIRE(to_hex(sha256(byte_view{})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  REQUIRE(sha256({as_bytes("a"), as_bytes(""), as_bytes("bc")}) == sha256(as_bytes("abc")));
}
