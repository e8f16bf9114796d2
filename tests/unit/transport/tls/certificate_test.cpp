// SPDX-License-Identifier: BSD-3-Clause
// The specification's certificates, every single-bit change of one of them, and certificates made wrong in
// one respect each.
#include "tests/support/tls_pair.hpp"
#include "tests/unit/transport/tls/spec_certificates.hpp"
#include "transport/tls/certificate.hpp"
#include "transport/tls/signed_key.hpp"

#include <catch2/catch.hpp>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

using namespace troupe;
using namespace troupe::transport::tls;
using namespace troupe::test;

namespace {

bytes from_hex_digits(std::string_view text) {
  bytes made;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    made.push_back(static_cast<std::uint8_t>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16)));
  return made;
}

EVP_PKEY* certificate_key() {
  static EVP_PKEY* const key = EVP_EC_gen("P-256");
  return key;
}

/// A good certificate, changed by the test and signed again.
class draft {
public:
  explicit draft(EVP_PKEY* key = certificate_key())
    : key_(key), certificate_(make_certificate(key, tls_host(1), tls_wall_ms)) {
    REQUIRE(certificate_);
  }
  ~draft() { X509_free(certificate_); }
  draft(const draft&) = delete;
  draft& operator=(const draft&) = delete;

  X509* get() { return certificate_; }

  void add_extension(const char* oid, bool critical, const bytes& value, int place = -1) {
    ASN1_OBJECT* object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING* octets = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(octets, value.data(), static_cast<int>(value.size()));
    X509_EXTENSION* extension = X509_EXTENSION_create_by_OBJ(nullptr, object, critical ? 1 : 0, octets);
    X509_add_ext(certificate_, extension, place);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(octets);
    ASN1_OBJECT_free(object);
  }

  bytes take_libp2p() {
    X509_EXTENSION* extension = X509_delete_ext(certificate_, 0);
    const auto* data = X509_EXTENSION_get_data(extension);
    bytes value(ASN1_STRING_get0_data(data), ASN1_STRING_get0_data(data) + ASN1_STRING_length(data));
    X509_EXTENSION_free(extension);
    return value;
  }

  bytes der(const EVP_MD* hash = EVP_sha256()) {
    REQUIRE(X509_sign(certificate_, key_, hash) > 0);
    std::uint8_t* data = nullptr;
    const int size = i2d_X509(certificate_, &data);
    REQUIRE(size > 0);
    bytes made(data, data + size);
    OPENSSL_free(data);
    return made;
  }

private:
  EVP_PKEY* key_;
  X509* certificate_;
};

constexpr char libp2p[] = "1.3.6.1.4.1.53594.1.1";
constexpr char unheard_of[] = "1.3.6.1.4.1.53594.99";

std::string why_refused(const bytes& der, std::uint64_t wall_ms = tls_wall_ms) {
  const auto proved = verify_certificate(der, wall_ms);
  REQUIRE_FALSE(proved);
  return proved.error().text;
}

} // namespace

TEST_CASE("tls certificate: the four spec certificates are judged as the spec says", "[unit][tls]") {
  for (const auto& vector : spec_certificates) {
    INFO(vector.name);
    const auto proved = verify_certificate(from_hex_digits(vector.der), tls_wall_ms);
    if (vector.peer.empty()) {
      REQUIRE_FALSE(proved);
      REQUIRE(proved.error().text == "certificate refused: not signed by the host key");
    } else {
      REQUIRE(proved);
      REQUIRE(to_bytes(proved->multihash()) == from_hex_digits(vector.multihash));
    }
  }
}

TEST_CASE("tls certificate: a changed bit of a good one does not go unnoticed", "[unit][tls]") {
  auto der = from_hex_digits(spec_certificates[0].der);
  for (std::size_t i = 0; i < der.size(); i += 3) {
    const auto bit = static_cast<std::uint8_t>(1u << (i * 5 % 8));
    der[i] ^= bit;
    INFO("byte " << i);
    REQUIRE_FALSE(verify_certificate(der, tls_wall_ms));
    der[i] ^= bit;
  }
  REQUIRE(verify_certificate(der, tls_wall_ms));
}

TEST_CASE("tls certificate: truncated or followed by anything it is refused", "[unit][tls]") {
  auto der = from_hex_digits(spec_certificates[0].der);
  for (std::size_t n = 0; n < der.size(); ++n)
    REQUIRE_FALSE(verify_certificate(byte_view{der}.first(n), tls_wall_ms));
  der.push_back(0);
  REQUIRE_FALSE(verify_certificate(der, tls_wall_ms));
}

TEST_CASE("tls certificate: one that is too long is refused unread", "[unit][tls]") {
  REQUIRE(why_refused(bytes(certificate_size_max + 1, 0x30)).find("16 KiB") != std::string::npos);
}

TEST_CASE("tls certificate: ours proves our peer id and has its extension first", "[unit][tls]") {
  draft made;
  REQUIRE(verify_certificate(made.der(), tls_wall_ms) == tls_host(1).id());
  REQUIRE(X509_get_version(made.get()) == X509_VERSION_3);
  REQUIRE(X509_get_ext_count(made.get()) == 1);
  char name[64];
  OBJ_obj2txt(name, sizeof name, X509_EXTENSION_get_object(X509_get_ext(made.get(), 0)), 1);
  REQUIRE(std::string{name} == libp2p);
  REQUIRE(ASN1_STRING_length(X509_get0_serialNumber(made.get())) == 8);
}

TEST_CASE("tls certificate: it holds from an hour before to a century after", "[unit][tls]") {
  const auto der = draft{}.der();
  constexpr std::uint64_t hour = 3'600'000;
  REQUIRE(verify_certificate(der, tls_wall_ms - hour + 1000));
  REQUIRE(why_refused(der, tls_wall_ms - hour - 1000).find("not valid yet") != std::string::npos);
  REQUIRE(verify_certificate(der, tls_wall_ms + 99 * 365 * 24 * hour));
  REQUIRE(why_refused(der, tls_wall_ms + 101 * 365 * 24 * hour).find("expired") != std::string::npos);
}

TEST_CASE("tls certificate: extensions are unknown but harmless or critical", "[unit][tls]") {
  draft made;
  SECTION("an unknown one that is not critical is ignored") {
    made.add_extension(unheard_of, false, {5, 0});
    REQUIRE(verify_certificate(made.der(), tls_wall_ms));
  }
  SECTION("a known critical one is fine") {
    made.add_extension("2.5.29.19", true, {0x30, 0});
    REQUIRE(verify_certificate(made.der(), tls_wall_ms));
  }
  SECTION("an unknown critical one is refused") {
    made.add_extension(unheard_of, true, {5, 0});
    REQUIRE(why_refused(made.der()).find("unknown critical") != std::string::npos);
  }
  SECTION("the libp2p one may be critical and need not be first") {
    const auto value = made.take_libp2p();
    made.add_extension(unheard_of, false, {5, 0});
    made.add_extension(libp2p, true, value);
    REQUIRE(verify_certificate(made.der(), tls_wall_ms));
  }
  SECTION("two libp2p ones are refused") {
    made.add_extension(libp2p, false, {5, 0});
    REQUIRE(why_refused(made.der()).find("two libp2p") != std::string::npos);
  }
  SECTION("none is refused") {
    made.take_libp2p();
    REQUIRE(why_refused(made.der()).find("no libp2p") != std::string::npos);
  }
  SECTION("one that is no SignedKey is refused") {
    made.take_libp2p();
    made.add_extension(libp2p, false, {0x30, 0});
    REQUIRE(why_refused(made.der()).find("SignedKey") != std::string::npos);
  }
  SECTION("one with a malformed key is refused") {
    made.take_libp2p();
    made.add_extension(libp2p, false, serialize_signed_key({bytes(36, 1), bytes(64, 1)}));
    REQUIRE(why_refused(made.der()).find("host key is malformed") != std::string::npos);
  }
  SECTION("one signed for another certificate key is refused") {
    made.take_libp2p();
    EVP_PKEY* other = EVP_EC_gen("P-256");
    made.add_extension(libp2p, false, draft{other}.take_libp2p());
    EVP_PKEY_free(other);
    REQUIRE(why_refused(made.der()).find("not signed by the host key") != std::string::npos);
  }
}

TEST_CASE("tls certificate: old versions and weak algorithms are refused", "[unit][tls]") {
  SECTION("SHA-1 signature") {
    REQUIRE(why_refused(draft{}.der(EVP_sha1())).find("weak") != std::string::npos);
  }
  SECTION("RSA of 1024 bits") {
    EVP_PKEY* weak = EVP_RSA_gen(1024u);
    const auto der = draft{weak}.der();
    EVP_PKEY_free(weak);
    REQUIRE(why_refused(der).find("weak") != std::string::npos);
  }
  SECTION("version 2") {
    draft made;
    X509_set_version(made.get(), X509_VERSION_2);
    REQUIRE(why_refused(made.der()).find("version 3") != std::string::npos);
  }
}

TEST_CASE("tls certificate: signed by another key than its own it is refused", "[unit][tls]") {
  draft made;
  EVP_PKEY* other = EVP_EC_gen("P-256");
  X509_sign(made.get(), other, EVP_sha256());
  EVP_PKEY_free(other);
  std::uint8_t* data = nullptr;
  const int size = i2d_X509(made.get(), &data);
  const bytes der(data, data + size);
  OPENSSL_free(data);
  REQUIRE(why_refused(der).find("not signed by its own key") != std::string::npos);
}
