// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tls/context.hpp"

#include "transport/tls/peer_check.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace troupe::transport::tls {
namespace {

// 128 first: 8 % faster than 256 and no weaker link of the chain.
constexpr char suites[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

bool configure(SSL_CTX* made) {
  SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(made, SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION |
                              SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                           SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_max_cert_list(made, static_cast<long>(certificate_size_max));
  SSL_CTX_set_quiet_shutdown(made, 0);
  SSL_CTX_set_verify(made, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // Replaces chain building as a whole: a plain verify callback would have to argue with OpenSSL about
  // self-signed certificates.
  SSL_CTX_set_cert_verify_callback(made, check_certificate, nullptr);
  SSL_CTX_set_alpn_select_cb(made, select_alpn, nullptr);
  return SSL_CTX_set_min_proto_version(made, TLS1_3_VERSION) && SSL_CTX_set_num_tickets(made, 0) &&
         SSL_CTX_set_ciphersuites(made, suites);
}

bool install_certificate(SSL_CTX* made, const key_pair& host, std::uint64_t wall_ms) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = key ? make_certificate(key, host, wall_ms) : nullptr;
  const bool good =
    certificate && SSL_CTX_use_certificate(made, certificate) == 1 && SSL_CTX_use_PrivateKey(made, key) == 1;
  X509_free(certificate);
  EVP_PKEY_free(key);
  return good;
}

} // namespace

context::context(ssl_ctx_st* native, wall_clock wall_ms) : native_(native), wall_ms_(std::move(wall_ms)) {
  // nop
}

context::~context() {
  SSL_CTX_free(native_);
}

expected<std::unique_ptr<context>, explained> context::make(const key_pair& host, wall_clock wall_ms) {
  ERR_clear_error();
  const auto now = wall_ms();
  std::unique_ptr<context> made{new context(SSL_CTX_new(TLS_method()), std::move(wall_ms))};
  if (made->native_ && configure(made->native_) && install_certificate(made->native_, host, now))
    return made;
  const auto* reason = ERR_reason_error_string(ERR_peek_last_error());
  explained why{std::string{"cannot set up TLS: "} + (reason ? reason : "OpenSSL gives no reason") +
                " (check the OpenSSL configuration of this machine)"};
  ERR_clear_error();
  return unexpected(std::move(why));
}

} // namespace troupe::transport::tls
