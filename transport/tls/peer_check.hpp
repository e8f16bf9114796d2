// SPDX-License-Identifier: BSD-3-Clause
// What OpenSSL asks about the peer in the middle of a handshake: is this certificate acceptable, which ALPN
// id do we choose. The engine owns one peer_check per connection and hangs it on its SSL object; the
// callbacks write their verdict there.
#pragma once

#include "messages/types/peer_id.hpp"
#include "transport/errors.hpp"

#include <optional>
#include <string>
#include <vector>

struct ssl_st;            // OpenSSL's SSL
struct x509_store_ctx_st; // OpenSSL's X509_STORE_CTX

namespace troupe::transport::tls {

class context;

/// The ALPN id that leaves the muxer to multistream-select.
inline constexpr char alpn_classic[] = "libp2p";

struct peer_check {
  const context* with = nullptr;
  std::optional<peer_id> wanted;
  std::vector<std::string> muxers;
  peer_id remote; ///< set when the certificate proved it
  transport_errc verdict = transport_errc::none;
  std::string detail;
};

/// An SSL_CTX_set_cert_verify_callback: 1 if the peer is who it must be.
int check_certificate(x509_store_ctx_st* store, void* unused);
/// An SSL_CTX_alpn_select_cb: the first id of the client's list that we have; the handshake aborts if there
/// is none.
int select_alpn(ssl_st* ssl, const unsigned char** chosen, unsigned char* chosen_length,
                const unsigned char* offered, unsigned int offered_length, void* unused);

} // namespace troupe::transport::tls
