// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a peer's certificate and as the value of its libp2p extension.
#include "transport/tls/certificate.hpp"
#include "transport/tls/signed_key.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  constexpr std::uint64_t wall_ms = 1'700'000'000'000;
  const byte_view input{data, size};
  transport::tls::verify_certificate(input, wall_ms);
  if (const auto parts = transport::tls::parse_signed_key(input)) {
    // The form is unique: what was read is written back as the same bytes.
    if (transport::tls::serialize_signed_key(*parts) != to_bytes(input))
      __builtin_trap();
  }
  return 0;
}
