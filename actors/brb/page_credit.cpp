// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/page_credit.hpp"

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr duration share =
  std::chrono::duration_cast<duration>(std::chrono::seconds{1}) / pages_per_second_max;

} // namespace

generation decided_by(const membership::signed_vote& vote) {
  return vote.ballot == membership::ballot_kind::super_majority && vote.depth > 2 ? vote.gen : generation{0};
}

bool page_credit::applied_by(const anti_entropy_request& asked) const {
  return asked.gen >= until_gen_ && std::all_of(until_.begin(), until_.end(), [&](const auto& entry) {
           const auto has = asked.delivered.find(entry.first);
           return has != asked.delivered.end() && has->second >= entry.second;
         });
}

time_point page_credit::next(const anti_entropy_request& asked, time_point now) const {
  if (!any_)
    return now;
  const auto paced = allowance_from_ - share * (pages_at_once_max - 1);
  return std::max({now, paced, applied_by(asked) ? now : last_ + page_lost_after});
}

void page_credit::sent(const anti_entropy_page& page, time_point now) {
  allowance_from_ = (any_ ? std::max(allowance_from_, now) : now) + share;
  any_ = true;
  last_ = now;
  until_gen_ = {};
  until_.clear();
  for (const auto& vote : page.votes)
    until_gen_ = std::max(until_gen_, decided_by(*vote));
  for (const auto& one : page.certificates) {
    auto& up_to = until_[one->header.source];
    up_to = std::max(up_to, one->header.sequence);
  }
}

} // namespace troupe::brb
