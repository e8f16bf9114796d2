// SPDX-License-Identifier: BSD-3-Clause
// Between the crypto actor and its workers.
#pragma once

#include "actors/runtime/shell/tickets.hpp"
#include "messages/crypto/sha256.hpp"

#include <vector>

namespace troupe::crypto {

struct waiting_check {
  verify_order order;
  digest key; ///< seen_key
};

struct check_batch {
  std::size_t worker; ///< comes back in checked_batch
  std::vector<waiting_check> checks;
};

/// The worker has answered them all and is free.
struct checked_batch {
  std::size_t worker;
  std::vector<digest> valid;
};

} // namespace troupe::crypto

template <>
inline constexpr std::string_view troupe::signal_name<troupe::crypto::check_batch> = "crypto.check_batch";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::crypto::checked_batch> = "crypto.checked_batch";

namespace troupe::crypto {

using messages = message_list<check_batch, checked_batch>;

} // namespace troupe::crypto
