// SPDX-License-Identifier: BSD-3-Clause
// What all TLS engines of a node share: the SSL_CTX with a fresh P-256 certificate bound to the host key.
// Made once per node; used by the thread that runs the engines. Sessions are never resumed: resumption would
// skip the certificate check.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/types/expected.hpp"
#include "transport/tls/certificate.hpp"

#include <cstdint>
#include <functional>
#include <memory>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace troupe::transport::tls {

/// Now, milliseconds since 1970: against it certificates are dated and checked.
using wall_clock = std::function<std::uint64_t()>;

class context {
public:
  static expected<std::unique_ptr<context>, explained> make(const key_pair& host, wall_clock wall_ms);
  ~context();
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  std::uint64_t wall_ms() const { return wall_ms_(); }
  ssl_ctx_st* native() { return native_; }

private:
  context(ssl_ctx_st* native, wall_clock wall_ms);

  ssl_ctx_st* native_;
  wall_clock wall_ms_;
};

} // namespace troupe::transport::tls
