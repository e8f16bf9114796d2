// SPDX-License-Identifier: BSD-3-Clause
#include "transport/sim/fault_plan.hpp"

#include "messages/types/assert.hpp"

#include <bit>

namespace troupe::transport {
namespace {

// Keeps the fixed-point product below 2^63: 2^39 * 2^22 * 2.
constexpr std::int64_t tail_max = std::int64_t{1} << 39; // ns, about 9 minutes

/// Exponentially distributed with this mean. -log2 of a uniform number is its count of leading zeros plus a
/// fraction that is nearly linear in the bits behind; that sum has the mean 3/2.
std::int64_t exponential(std::int64_t mean, random_stream& rng) {
  const std::uint64_t drawn = rng.next();
  const std::uint64_t fraction = rng.below(65536);
  const auto zeros = static_cast<std::uint64_t>(std::countl_zero(drawn));
  const std::uint64_t fixed = zeros * 65536 + fraction;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(mean) * fixed * 2 / (3 * 65536));
}

} // namespace

duration drawn_delay(const link_conditions& conditions, random_stream& rng) {
  const auto tail = (conditions.delay_mean - conditions.delay_min).count();
  TROUPE_ASSERT(tail >= 0 && tail < tail_max && conditions.delay_min.count() >= 0 &&
                conditions.jitter.count() >= 0);
  auto result = conditions.delay_min;
  if (tail > 0)
    result += duration{exponential(tail, rng)};
  if (conditions.jitter.count() > 0)
    result += duration{
      static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(conditions.jitter.count()) + 1))};
  return result;
}

void fault_plan::set(const peer_id& from, const peer_id& to, const link_conditions& conditions) {
  conditions_.insert_or_assign({from, to}, conditions);
}

const link_conditions& fault_plan::of(const peer_id& from, const peer_id& to) const {
  const auto found = conditions_.find({from, to});
  return found == conditions_.end() ? default_ : found->second;
}

void fault_plan::partition(const std::vector<std::vector<peer_id>>& groups, time_point now) {
  groups_.clear();
  partitioned_at_ = now;
  for (std::size_t group = 0; group < groups.size(); ++group)
    for (const auto& member : groups[group])
      groups_.insert_or_assign(member, group);
}

void fault_plan::heal_all() {
  cuts_.clear();
  groups_.clear();
  refusals_.clear();
}

std::optional<time_point> fault_plan::blocked_since(const peer_id& from, const peer_id& to) const {
  if (const auto cut_at = cuts_.find({from, to}); cut_at != cuts_.end())
    return cut_at->second;
  const auto left = groups_.find(from);
  const auto right = groups_.find(to);
  if (left != groups_.end() && right != groups_.end() && left->second != right->second)
    return partitioned_at_;
  return std::nullopt;
}

time_point fault_plan::stalled_until(const peer_id& from, const peer_id& to) const {
  const auto found = stalls_.find({from, to});
  return found == stalls_.end() ? time_point::min() : found->second;
}

} // namespace troupe::transport
