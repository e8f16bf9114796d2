// SPDX-License-Identifier: BSD-3-Clause
// What one peer may be sent of anti-entropy: one page at a time, and so many in a second. A page is under way
// until the peer asks as one that has applied it, or until it may be taken for lost. Owner: anti_entropy.
// Source: spec: brb 8.4 point 9.
#pragma once

#include "messages/codec/brb_codec.hpp"
#include "messages/types/time.hpp"

namespace troupe::brb {

constexpr std::uint32_t pages_per_second_max = 32;
constexpr std::uint32_t pages_at_once_max = 8; ///< after a second of rest, one after the other
constexpr duration page_lost_after = std::chrono::seconds{2};

/// The generation that a node is in once it has applied the vote; 0 of one that decides nothing by itself.
generation decided_by(const membership::signed_vote& vote);

class page_credit {
public:
  /// When a page that answers `asked` may leave; no earlier than `now`.
  time_point next(const anti_entropy_request& asked, time_point now) const;
  /// A page has left.
  void sent(const anti_entropy_page& page, time_point now);

private:
  bool applied_by(const anti_entropy_request& asked) const;

  bool any_ = false; ///< sent
  time_point last_{};
  time_point
    allowance_from_{}; ///< the pages sent are worth this moment: each moves it on by a share of a second
  generation until_gen_;
  delivered_vector until_;
};

} // namespace troupe::brb
