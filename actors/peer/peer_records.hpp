// SPDX-License-Identifier: BSD-3-Clause
// The remembered peers in the record store: one record, in the bytes of an introduction
// (docs/protocols/introductions.md). Pure.
#pragma once

#include "actors/store/record_store.hpp"
#include "messages/codec/introduction_codec.hpp"

#include <vector>

namespace troupe::peer {

/// At most introduction_peers_max of them, each with addresses.
store::record_change record_of(const std::vector<known_peer>& peers);

/// None if there is no record. The error says what is damaged.
expected<std::vector<known_peer>, explained> read_peers(store::record_store& from);

} // namespace troupe::peer
