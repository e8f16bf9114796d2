// SPDX-License-Identifier: BSD-3-Clause
// The floor under every figure: a blocking OpenSSL pair on a loopback socket, in two processes, with the suite and certificate
// kind that troupe uses and nothing else.
#pragma once

#include "messages/types/expected.hpp"

#include <cstdint>

namespace troupe::bench {

/// Sends `total` bytes in 64 KiB writes to a forked receiver and answers MB/s (10^6 bytes) as the receiver's answer ends the clock.
expected<double, explained> raw_tls_stream_mb_s(std::uint64_t total);

} // namespace troupe::bench
