// SPDX-License-Identifier: BSD-3-Clause
// What all TLS engines of a node share: the SSL_CTX with a fresh P-256 certificate bound to the host key.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/types/expected.hpp"

#include <cstdint>
#include <memory>

namespace troupe::transport::tls {

class context {
public:
  /// `wall_ms`: now, milliseconds since 1970; the certificate is valid from one hour before to 100 years after.
  static expected<std::unique_ptr<context>, explained> make(const key_pair& host, std::uint64_t wall_ms);
  ~context();

  struct impl;
  impl& native() { return *impl_; }

private:
  context();
  std::unique_ptr<impl> impl_;
};

/// The peer id proved by a DER certificate, or why it proves none. Checks everything of spec/libp2p.md 1.4.
expected<peer_id, explained> verify_certificate(byte_view der, std::uint64_t wall_ms);

} // namespace troupe::transport::tls
