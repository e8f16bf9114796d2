// SPDX-License-Identifier: BSD-3-Clause
// From what a person types to a peer: `me`, a prefix of `i:` and the key in hex, or a whole peer id in base58. Pure.
#pragma once

#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::repl {

/// `i:` and the whole key in hex: what a prefix is matched against.
std::string full_name(const peer_id& id);

/// An exact match (short name of one peer only, full name, base58) wins over prefixes; otherwise the prefix must be of one peer.
/// `known` includes `self`. The error is the line to print.
expected<peer_id, explained> resolve(std::string_view typed, const peer_id& self, const std::vector<peer_id>& known);

} // namespace troupe::repl
