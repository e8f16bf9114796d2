// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/peer_id_text.hpp"
#include "tools/conform/suites.hpp"
#include "transport/tls/certificate.hpp"

#include <chrono>

namespace troupe::conform {

outcome evaluate_tls_certificate(const boost::json::object& from) {
  const auto der = hex_field(from, "der");
  if (!der)
    return unexpected{der.error()};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto wall_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return transport::tls::verify_certificate(*der, static_cast<std::uint64_t>(wall_ms))
    .map([](const peer_id& id) {
      return boost::json::object{{"peer_id", to_base58(id)}};
    });
}

} // namespace troupe::conform
