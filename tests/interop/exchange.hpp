// SPDX-License-Identifier: BSD-3-Clause
// Our side of /troupe-interop/exchange/1 (tests/interop/README.md), mounted at run time as any embedder would.
#pragma once

#include "node/node.hpp"

#include <future>
#include <string>

namespace troupe::test {

inline constexpr const char* exchange_protocol = "/troupe-interop/exchange/1";

struct exchange_result {
  bool sent_equal = false;
  bool received_equal = false;
  std::string failure;
};

/// The serving side, under any protocol id.
transport::protocol serve_exchange(std::string id = exchange_protocol);

/// The opening side: `size` bytes each way.
std::future<exchange_result> open_exchange(node& from, const peer_id& to, std::uint64_t size,
                                           std::string id = exchange_protocol);

} // namespace troupe::test
