// SPDX-License-Identifier: BSD-3-Clause
// A token bucket per host: how fast one host may open connections to us. Pure: time is an argument, integers
// only. The table is bounded; at its cap the host that has been quiet longest is forgotten, which at worst
// gives it a full bucket.
#pragma once

#include "messages/types/time.hpp"
#include "transport/admission/host_key.hpp"

#include <cstddef>
#include <list>
#include <map>

namespace troupe::transport {

struct bucket_options {
  std::uint32_t per_second = 50; ///< tokens refilled, at least 1
  std::uint32_t burst = 500;     ///< tokens of a full bucket, at least 1
  std::size_t hosts_max = 4096;  ///< about 150 bytes each
};

class host_buckets {
public:
  explicit host_buckets(bucket_options options = {});

  /// Takes one token; false if the host has none left. `now` never goes back.
  bool take(const host_key& host, time_point now);
  std::size_t size() const { return buckets_.size(); }

private:
  struct bucket {
    std::int64_t level; ///< billionths of a token, so that a nanosecond refills a whole number
    time_point at;
    std::list<host_key>::iterator place;
  };

  std::int64_t full() const;

  bucket_options options_;
  std::map<host_key, bucket> buckets_;
  std::list<host_key> by_use_; ///< longest quiet first
};

} // namespace troupe::transport
