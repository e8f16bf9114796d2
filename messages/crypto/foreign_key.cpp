// SPDX-License-Identifier: BSD-3-Clause
#include "messages/crypto/foreign_key.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>

namespace troupe::crypto {
namespace {

template <auto Free>
struct deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using key_ptr = std::unique_ptr<EVP_PKEY, deleter<EVP_PKEY_free>>;
using key_context_ptr = std::unique_ptr<EVP_PKEY_CTX, deleter<EVP_PKEY_CTX_free>>;
using digest_context_ptr = std::unique_ptr<EVP_MD_CTX, deleter<EVP_MD_CTX_free>>;

constexpr std::size_t signature_size_max = rsa_bits_max / 8;

bool is_nist_curve(EVP_PKEY* key) {
  char group[64];
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group, sizeof(group), &length) != 1)
    return false;
  const int curve = OBJ_sn2nid(group);
  return curve == NID_X9_62_prime256v1 || curve == NID_secp224r1 || curve == NID_secp384r1 ||
         curve == NID_secp521r1;
}

key_ptr from_subject_public_key_info(byte_view der) {
  const auto* cursor = der.data();
  key_ptr key{d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der.size()))};
  if (key && cursor != der.data() + der.size())
    key.reset();
  return key;
}

key_ptr from_compressed_point(byte_view point) {
  if (point.size() != 33 || (point[0] != 2 && point[0] != 3))
    return {};
  char group[] = "secp256k1";
  const OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
    OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::uint8_t*>(point.data()),
                                      point.size()),
    OSSL_PARAM_construct_end(),
  };
  const key_context_ptr context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, const_cast<OSSL_PARAM*>(parameters)) != 1)
    return {};
  return key_ptr{key};
}

key_ptr load(key_type type, byte_view data) {
  if (type == key_type::secp256k1)
    return from_compressed_point(data);
  auto key = from_subject_public_key_info(data);
  if (!key)
    return {};
  if (type == key_type::rsa) {
    const int bits = EVP_PKEY_get_bits(key.get());
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA || bits < rsa_bits_min || bits > rsa_bits_max)
      return {};
  } else if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC || !is_nist_curve(key.get())) {
    return {};
  }
  return key;
}

} // namespace

bool foreign_key_usable(key_type type, byte_view data) {
  const bool usable = load(type, data) != nullptr;
  ERR_clear_error(); // else the TLS engine of this thread would report the leftovers as its own
  return usable;
}

bool foreign_key_verify(key_type type, byte_view data, byte_view message, byte_view signed_by_key) {
  bool valid = false;
  if (signed_by_key.size() <= signature_size_max) {
    const auto key = load(type, data);
    const digest_context_ptr context{EVP_MD_CTX_new()};
    valid =
      key && context &&
      EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(), nullptr) == 1 &&
      EVP_DigestVerify(context.get(), signed_by_key.data(), signed_by_key.size(), message.data(),
                       message.size()) == 1;
  }
  ERR_clear_error();
  return valid;
}

} // namespace troupe::crypto
