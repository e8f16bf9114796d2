// SPDX-License-Identifier: BSD-3-Clause
// Operations of the accounts type, at2 (docs/protocols/accounts.md). A transfer is named by its owner and
// counter, so equal transfers stay two. Source: spec: brb 4.
#pragma once

#include "messages/codec/signing.hpp"
#include "messages/types/expected.hpp"

namespace troupe::accounts {

enum class action : std::uint8_t { open = 1, transfer = 2 };

struct operation {
  action what = action::open;
  peer_id owner;             ///< whose account is opened or debited
  std::uint64_t counter = 0; ///< of a transfer, from 1
  peer_id to;                ///< of a transfer
  std::uint64_t amount = 0;  ///< what the account opens with, or what is transferred
};

/// Every id must be that of an Ed25519 key.
bytes encode(const operation& op);
/// Errors: malformed.
expected<operation, agreement_codec_errc> decode(byte_view encoded);
/// `Open(i:3497d6, 100)`, `Transfer(i:3497d6.1, i:1fd2a6, 5)`; `Malformed` for anything else.
std::string describe(byte_view encoded);

} // namespace troupe::accounts
