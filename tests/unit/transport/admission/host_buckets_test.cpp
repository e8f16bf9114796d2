// SPDX-License-Identifier: BSD-3-Clause
#include "transport/admission/host_buckets.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;
using namespace std::chrono_literals;

namespace {

host_key host(std::uint32_t number) {
  const std::uint8_t address[] = {10, static_cast<std::uint8_t>(number >> 16),
                                  static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
  return host_of(address);
}

std::size_t take_all(host_buckets& from, const host_key& key, time_point now) {
  std::size_t taken = 0;
  while (taken < 10'000 && from.take(key, now))
    ++taken;
  return taken;
}

} // namespace

TEST_CASE("host buckets: a host gets its burst and then its rate", "[unit][admission]") {
  host_buckets buckets;
  const time_point start{1h};
  REQUIRE(take_all(buckets, host(1), start) == 500);
  REQUIRE(take_all(buckets, host(1), start + 19ms) == 0);
  REQUIRE(take_all(buckets, host(1), start + 20ms) == 1);
  REQUIRE(take_all(buckets, host(1), start + 1020ms) == 50);
}

TEST_CASE("host buckets: fractions of a token are not lost between calls", "[unit][admission]") {
  host_buckets buckets;
  const time_point start{1h};
  take_all(buckets, host(1), start);
  std::size_t taken = 0;
  for (int i = 1; i <= 1000; ++i)
    taken += buckets.take(host(1), start + i * 7ms);
  REQUIRE(taken == 350);
}

TEST_CASE("host buckets: a bucket never holds more than its burst", "[unit][admission]") {
  host_buckets buckets;
  const time_point start{1h};
  take_all(buckets, host(1), start);
  REQUIRE(take_all(buckets, host(1), start + 24h * 365 * 50) == 500);
}

TEST_CASE("host buckets: one host's spending leaves another's bucket full", "[unit][admission]") {
  host_buckets buckets;
  const time_point start{1h};
  take_all(buckets, host(1), start);
  REQUIRE(take_all(buckets, host(2), start) == 500);
}

TEST_CASE("host buckets: a clock that goes back refills nothing", "[unit][admission]") {
  host_buckets buckets;
  const time_point start{1h};
  take_all(buckets, host(1), start);
  REQUIRE_FALSE(buckets.take(host(1), start - 10min));
}

TEST_CASE("host buckets: the table keeps to its cap and forgets who was quiet longest", "[unit][admission]") {
  bucket_options options;
  options.burst = 2;
  options.hosts_max = 3;
  host_buckets buckets{options};
  const time_point start{1h};
  for (const auto number : {1u, 2u, 3u})
    REQUIRE(take_all(buckets, host(number), start) == 2);
  REQUIRE_FALSE(buckets.take(host(1), start)); // makes 2 the quiet one
  REQUIRE(take_all(buckets, host(4), start) == 2);
  REQUIRE(buckets.size() == 3);
  REQUIRE_FALSE(buckets.take(host(1), start));
  REQUIRE_FALSE(buckets.take(host(3), start));
  REQUIRE(buckets.take(host(2), start));
  for (std::uint32_t number = 0; number < 1000; ++number)
    buckets.take(host(number), start);
  REQUIRE(buckets.size() == 3);
}

TEST_CASE("host key: a host is an IPv4 address or an IPv6 prefix of 64 bits", "[unit][admission]") {
  const bytes v4{192, 0, 2, 1};
  bytes mapped(10, 0);
  mapped.insert(mapped.end(), {0xff, 0xff, 192, 0, 2, 1});
  REQUIRE(host_of(v4) == host_of(mapped));
  bytes one(16, 0x20);
  bytes neighbour = one;
  neighbour[15] = 1;
  REQUIRE(host_of(one) == host_of(neighbour));
  bytes other = one;
  other[7] = 1;
  REQUIRE(host_of(one) != host_of(other));
  REQUIRE(host_of(bytes(5, 1)) == host_of(bytes{}));
}
