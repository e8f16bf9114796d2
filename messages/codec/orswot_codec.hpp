// SPDX-License-Identifier: BSD-3-Clause
// Operations of the observed-remove set (docs/protocols/orswot.md). Source: spec: brb 4.
#pragma once

#include "messages/codec/signing.hpp"
#include "messages/types/expected.hpp"

#include <map>
#include <set>
#include <vector>

namespace troupe::orswot {

constexpr std::size_t members_max = 16;
constexpr std::size_t witness_max = 256;

/// Per actor how many adds have been seen; a missing actor is at 0.
using clock = std::map<peer_id, std::uint64_t>;

enum class action : std::uint8_t { add = 1, remove = 2 };

struct operation {
  action what = action::add;
  peer_id actor;             ///< of the dot of an add
  std::uint64_t counter = 0; ///< of the dot, from 1
  std::vector<std::uint64_t> members;
  clock witness; ///< of a remove
};

/// All of a set.
struct contents {
  clock seen;
  std::map<std::uint64_t, clock> entries;            ///< value -> the dots that keep it
  std::map<clock, std::set<std::uint64_t>> deferred; ///< removes that saw more than had arrived
};

bytes encode(const operation& op);
/// Equal contents give equal bytes.
bytes encode(const contents& all);
/// Errors: malformed. Entries without dots and unsorted parts are malformed.
expected<contents, agreement_codec_errc> decode_contents(byte_view encoded);
/// Errors: malformed, too_many.
expected<operation, agreement_codec_errc> decode(byte_view encoded);
/// `Add(i:3497d6.1, [3])`, `Rm({i:3497d6: 1}, [3])`; `Malformed` for anything else.
std::string describe(byte_view encoded);

} // namespace troupe::orswot
