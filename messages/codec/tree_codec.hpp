// SPDX-License-Identifier: BSD-3-Clause
// Moves of the movable tree (docs/protocols/tree.md). Source: spec: brb 4; Kleppmann et al. 2021.
#pragma once

#include "messages/codec/signing.hpp"
#include "messages/types/expected.hpp"

#include <compare>

namespace troupe::tree {

constexpr std::size_t name_size_max = 64;  ///< bytes
constexpr std::size_t meta_size_max = 256; ///< bytes

/// Orders all moves: by counter, then by actor.
struct timestamp {
  std::uint64_t counter = 0; ///< from 1
  peer_id actor;

  friend auto operator<=>(const timestamp&, const timestamp&) = default;
  friend bool operator==(const timestamp&, const timestamp&) = default;
};

struct move {
  timestamp when;
  std::string child;  ///< is_name, not empty
  std::string parent; ///< likewise
  std::string meta;   ///< is_name up to meta_size_max; may be empty

  friend bool operator==(const move&, const move&) = default;
};

/// At most `size_max` bytes of UTF-8 without spaces, control characters and the signs `{}[],:` that show
/// uses.
bool is_name(std::string_view text, std::size_t size_max);

/// The actor must be that of an Ed25519 key.
bytes encode(const move& op);
/// Errors: malformed, too_long.
expected<move, agreement_codec_errc> decode(byte_view encoded);
/// `Move(i:3497d6.1, docs, root, [meta])`; `Malformed` for anything else.
std::string describe(byte_view encoded);

} // namespace troupe::tree
