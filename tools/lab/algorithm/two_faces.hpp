// SPDX-License-Identifier: BSD-3-Clause
// How a liar that says two things splits the world: which other content it tells, and to whom. Pure; used by
// original_liar.cpp and bracha_liar.cpp.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/peer_id.hpp"

#include <algorithm>
#include <set>

namespace troupe::lab {

/// Differs in the lowest bit of the last byte; an empty operation becomes one byte.
inline bytes other_content(byte_view op) {
  bytes twisted(std::max<std::size_t>(op.size(), 1), 0);
  std::copy(op.begin(), op.end(), twisted.begin());
  twisted.back() ^= 1;
  return twisted;
}

/// The members but the liar, by id: the first half, the larger one if they are odd, is told the truth.
inline bool told_other_content(const std::set<peer_id>& members, const peer_id& liar, const peer_id& who) {
  std::size_t others = 0;
  std::size_t before = 0;
  for (const auto& member : members)
    if (member != liar) {
      ++others;
      before += member < who;
    }
  return before >= (others + 1) / 2;
}

/// The one member that a withholding liar favours: the first but itself; empty if there is none.
inline peer_id favoured(const std::set<peer_id>& members, const peer_id& liar) {
  for (const auto& member : members)
    if (member != liar)
      return member;
  return {};
}

} // namespace troupe::lab
