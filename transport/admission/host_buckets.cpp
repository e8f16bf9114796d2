// SPDX-License-Identifier: BSD-3-Clause
#include "transport/admission/host_buckets.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe::transport {
namespace {

constexpr std::int64_t token = 1'000'000'000;

} // namespace

host_buckets::host_buckets(bucket_options options) : options_(options) {
  TROUPE_ASSERT(options.per_second > 0 && options.burst > 0 && options.hosts_max > 0);
}

std::int64_t host_buckets::full() const {
  return std::int64_t{options_.burst} * token;
}

bool host_buckets::take(const host_key& host, time_point now) {
  auto found = buckets_.find(host);
  if (found == buckets_.end()) {
    if (buckets_.size() == options_.hosts_max) {
      buckets_.erase(by_use_.front());
      by_use_.pop_front();
    }
    by_use_.push_back(host);
    found = buckets_.emplace(host, bucket{full(), now, std::prev(by_use_.end())}).first;
  }
  auto& at = found->second;
  by_use_.splice(by_use_.end(), by_use_, at.place);
  // Comparing with the time to fill avoids the overflow of elapsed * rate.
  const auto elapsed = std::max<std::int64_t>((now - at.at).count(), 0);
  const std::int64_t rate = options_.per_second;
  const auto missing = full() - at.level;
  at.level = elapsed > missing / rate ? full() : at.level + elapsed * rate;
  at.at = now;
  if (at.level < token)
    return false;
  at.level -= token;
  return true;
}

} // namespace troupe::transport
