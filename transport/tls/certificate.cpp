// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tls/certificate.hpp"

#include "messages/types/assert.hpp"
#include "transport/tls/signed_key.hpp"

#include <algorithm>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace troupe::transport::tls {
namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using x509_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using object_ptr = std::unique_ptr<ASN1_OBJECT, freed_by<ASN1_OBJECT_free>>;
using octets_ptr = std::unique_ptr<ASN1_OCTET_STRING, freed_by<ASN1_OCTET_STRING_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;

constexpr char libp2p_oid[] = "1.3.6.1.4.1.53594.1.1";
constexpr std::string_view signature_prefix = "libp2p-tls-handshake:";
constexpr int security_bits_min = 112; // what OpenSSL's level 2 asks for: RSA 2048, P-224, SHA-224
constexpr std::int64_t seconds_before = 60 * 60;
constexpr std::int64_t seconds_after = std::int64_t{100} * 365 * 24 * 60 * 60;

std::int64_t to_seconds(std::uint64_t wall_ms) {
  return static_cast<std::int64_t>(wall_ms / 1000);
}

tl::unexpected<explained> refused(const char* why) {
  ERR_clear_error(); // the queue is per thread and OpenSSL's next caller reads it
  return tl::unexpected(explained{std::string{"certificate refused: "} + why});
}

byte_view view_of(const ASN1_STRING* string) {
  return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

/// What the host key signs: the prefix and the certificate key's SubjectPublicKeyInfo.
bytes signed_message(const X509* certificate) {
  std::uint8_t* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  bytes message;
  message.reserve(signature_prefix.size() + static_cast<std::size_t>(std::max(length, 0)));
  message.assign(signature_prefix.begin(), signature_prefix.end());
  if (length > 0)
    message.insert(message.end(), der, der + length);
  OPENSSL_free(der);
  return message;
}

const char* unusable_x509(X509* certificate, std::uint64_t wall_ms) {
  if (X509_get_version(certificate) != X509_VERSION_3)
    return "not X.509 version 3";
  const ASN1_BIT_STRING* issuer_uid = nullptr;
  const ASN1_BIT_STRING* subject_uid = nullptr;
  X509_get0_uids(certificate, &issuer_uid, &subject_uid);
  if (issuer_uid || subject_uid)
    return "unique ids are not allowed";
  time_t now = to_seconds(wall_ms);
  // X509_cmp_time answers 0 for a date it cannot read, which is neither earlier nor later.
  if (X509_cmp_time(X509_get0_notBefore(certificate), &now) >= 0)
    return "not valid yet";
  if (X509_cmp_time(X509_get0_notAfter(certificate), &now) <= 0)
    return "expired";
  int signature_bits = 0;
  std::uint32_t flags = 0;
  if (!X509_get_signature_info(certificate, nullptr, nullptr, &signature_bits, &flags) ||
      signature_bits < security_bits_min)
    return "weak or unknown signature algorithm";
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (!key || EVP_PKEY_get_security_bits(key) < security_bits_min)
    return "weak or unknown key";
  if (X509_verify(certificate, key) != 1)
    return "not signed by its own key";
  return nullptr;
}

struct found_extension {
  const ASN1_OCTET_STRING* value = nullptr;
  const char* problem = nullptr;
};

found_extension find_extension(const X509* certificate) {
  static const object_ptr libp2p{OBJ_txt2obj(libp2p_oid, 1)};
  found_extension found;
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    X509_EXTENSION* extension = X509_get_ext(certificate, i);
    if (OBJ_cmp(X509_EXTENSION_get_object(extension), libp2p.get()) == 0) {
      if (found.value)
        return {nullptr, "two libp2p extensions"};
      found.value = X509_EXTENSION_get_data(extension);
    } else if (X509_EXTENSION_get_critical(extension) && !X509_supported_extension(extension)) {
      return {nullptr, "an unknown critical extension"};
    }
  }
  if (!found.value)
    found.problem = "no libp2p extension";
  return found;
}

bool set_dates(X509* certificate, std::uint64_t wall_ms) {
  const auto now = to_seconds(wall_ms);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), now - seconds_before) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), now + seconds_after);
}

bool set_names(X509* certificate) {
  std::uint8_t random[8];
  if (RAND_bytes(random, sizeof random) != 1)
    return false;
  random[0] = static_cast<std::uint8_t>((random[0] & 0x3f) | 0x40); // positive, and always 8 bytes
  std::uint64_t serial = 0;
  for (const auto byte : random)
    serial = serial << 8 | byte;
  const auto text = std::to_string(serial);
  X509_NAME* name = X509_get_subject_name(certificate);
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) &&
         X509_NAME_add_entry_by_NID(name, NID_serialNumber, MBSTRING_ASC,
                                    reinterpret_cast<const std::uint8_t*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) &&
         X509_set_issuer_name(certificate, name);
}

bool add_extension(X509* certificate, const key_pair& host) {
  const auto signature = host.sign(signed_message(certificate));
  const auto public_key = host.public_part().to_protobuf();
  const auto value = serialize_signed_key({public_key, signature});
  const octets_ptr octets{ASN1_OCTET_STRING_new()};
  const object_ptr oid{OBJ_txt2obj(libp2p_oid, 1)};
  if (!octets || !oid || !ASN1_OCTET_STRING_set(octets.get(), value.data(), static_cast<int>(value.size())))
    return false;
  const extension_ptr extension{X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), 0, octets.get())};
  return extension && X509_add_ext(certificate, extension.get(), 0);
}

} // namespace

expected<peer_id, explained> verify_certificate(byte_view der, std::uint64_t wall_ms) {
  if (der.empty() || der.size() > certificate_size_max)
    return refused("its length is not between 1 byte and 16 KiB");
  const auto* at = der.data();
  const x509_ptr certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
  if (!certificate || at != der.data() + der.size())
    return refused("not exactly one DER certificate");
  return verify_certificate(*certificate, wall_ms);
}

expected<peer_id, explained> verify_certificate(x509_st& certificate, std::uint64_t wall_ms) {
  if (const auto* problem = unusable_x509(&certificate, wall_ms))
    return refused(problem);
  const auto extension = find_extension(&certificate);
  if (extension.problem)
    return refused(extension.problem);
  const auto parts = parse_signed_key(view_of(extension.value));
  if (!parts)
    return refused("the libp2p extension is no SignedKey");
  const auto host = public_key::from_protobuf(parts->public_key);
  if (!host)
    return refused("the host key is malformed");
  if (!host->verify(signed_message(&certificate), parts->signature))
    return refused("not signed by the host key");
  ERR_clear_error();
  return host->id();
}

x509_st* make_certificate(evp_pkey_st* key, const key_pair& host, std::uint64_t wall_ms) {
  x509_ptr made{X509_new()};
  const bool good = made && X509_set_version(made.get(), X509_VERSION_3) && set_dates(made.get(), wall_ms) &&
                    set_names(made.get()) && X509_set_pubkey(made.get(), key) &&
                    add_extension(made.get(), host) && X509_sign(made.get(), key, EVP_sha256());
  return good ? made.release() : nullptr;
}

} // namespace troupe::transport::tls
