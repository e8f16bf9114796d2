// SPDX-License-Identifier: BSD-3-Clause
// The text forms of peer ids: base58btc of the multihash (what is displayed), or a CIDv1 with codec
// libp2p-key in any base. Source: spec/libp2p.md 1.1. Pure, any thread.
#pragma once

#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <string>
#include <string_view>

namespace troupe {

constexpr std::size_t peer_id_text_max = 128; ///< characters; the longest form of a 44-byte multihash is 97

/// "12D3KooW..." or "Qm..."; empty for the empty id.
std::string to_base58(const peer_id& id);
std::string to_cid_base32(const peer_id& id); ///< "bafz..."
std::string to_cid_base36(const peer_id& id); ///< "k..."

/// Takes either form: text that starts with 1 or Qm is base58, all else is a multibase CIDv1.
expected<peer_id, explained> parse_peer_id(std::string_view text);

} // namespace troupe
