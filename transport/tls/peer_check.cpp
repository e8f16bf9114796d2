// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tls/peer_check.hpp"

#include "transport/tls/context.hpp"

#include <openssl/ssl.h>

#include <algorithm>

namespace troupe::transport::tls {
namespace {

int refuse(x509_store_ctx_st* store, peer_check& check, transport_errc verdict, std::string detail) {
  check.verdict = verdict;
  check.detail = std::move(detail);
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED); // which the peer gets as bad_certificate
  return 0;
}

} // namespace

int check_certificate(x509_store_ctx_st* store, void*) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& check = *static_cast<peer_check*>(SSL_get_app_data(ssl));
  // The untrusted stack is what the peer sent, leaf included.
  const auto* sent = X509_STORE_CTX_get0_untrusted(store);
  if (sk_X509_num(sent) != 1)
    return refuse(store, check, transport_errc::certificate_refused,
                  "certificate refused: the peer sent not exactly one");
  const auto proved = verify_certificate(*sk_X509_value(sent, 0), check.with->wall_ms());
  if (!proved)
    return refuse(store, check, transport_errc::certificate_refused, proved.error().text);
  check.remote = *proved;
  if (check.wanted && *check.wanted != *proved)
    return refuse(store, check, transport_errc::wrong_peer,
                  "another peer answered, " + short_name(*proved) + " instead of " +
                    short_name(*check.wanted));
  X509_STORE_CTX_set_error(store, X509_V_OK);
  return 1;
}

int select_alpn(ssl_st* ssl, const unsigned char** chosen, unsigned char* chosen_length,
                const unsigned char* offered, unsigned int offered_length, void*) {
  auto& check = *static_cast<peer_check*>(SSL_get_app_data(ssl));
  for (byte_view rest{offered, offered_length}; !rest.empty();) {
    const std::size_t length = rest[0];
    if (length == 0 || length >= rest.size())
      break;
    const auto id = as_text(rest.subspan(1, length));
    if (id == alpn_classic || std::find(check.muxers.begin(), check.muxers.end(), id) != check.muxers.end()) {
      *chosen = rest.data() + 1;
      *chosen_length = static_cast<unsigned char>(length);
      return SSL_TLSEXT_ERR_OK;
    }
    rest = rest.subspan(1 + length);
  }
  check.verdict = transport_errc::negotiation_failed;
  check.detail = "no ALPN id in common with the peer";
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

} // namespace troupe::transport::tls
