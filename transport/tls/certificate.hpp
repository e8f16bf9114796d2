// SPDX-License-Identifier: BSD-3-Clause
// The libp2p certificate: a self-signed X.509 certificate of a throw-away key, with an extension in which the
// host key signs for it. Pure functions, any thread. Source: spec libp2p 1.4 and its pitfalls 3 and 4; byte
// table in docs/protocols/tls.md.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <cstdint>

struct evp_pkey_st; // OpenSSL's EVP_PKEY
struct x509_st;     // OpenSSL's X509

namespace troupe::transport::tls {

constexpr std::size_t certificate_size_max = 16 * 1024; ///< DER bytes; an RSA-8192 host key needs about 3 KiB

/// The peer id proved by a DER certificate, or why it proves none: dates, self-signature, key strength,
/// critical extensions, the libp2p extension and the host key's signature. `wall_ms`: now, milliseconds since
/// 1970.
expected<peer_id, explained> verify_certificate(byte_view der, std::uint64_t wall_ms);
/// The same for one that OpenSSL has parsed already, which costs it as much as all the rest.
expected<peer_id, explained> verify_certificate(x509_st& certificate, std::uint64_t wall_ms);

/// A certificate for `key`, signed by it and bound to `host`; valid from one hour before `wall_ms` to 100
/// years after. The caller frees it. Null if OpenSSL fails.
x509_st* make_certificate(evp_pkey_st* key, const key_pair& host, std::uint64_t wall_ms);

} // namespace troupe::transport::tls
