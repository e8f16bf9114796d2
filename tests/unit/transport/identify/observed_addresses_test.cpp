// SPDX-License-Identifier: BSD-3-Clause
#include "transport/identify/observed_addresses.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;

namespace {

host_key host(std::uint8_t number) {
  return host_of(bytes{10, 0, 0, number});
}

tcp_endpoint seen_at(std::uint8_t last, std::uint16_t port = 4001) {
  tcp_endpoint made;
  made.host = {192, 0, 2, last};
  made.port = port;
  return made;
}

} // namespace

TEST_CASE("observed addresses: one counts once four different hosts have told it", "[unit][identify]") {
  observed_addresses subject;
  for (std::uint8_t i = 1; i <= 3; ++i)
    subject.tell(link_id{i}, host(i), seen_at(7));
  subject.tell(link_id{20}, host(3), seen_at(7));
  REQUIRE(subject.confirmed().empty());
  subject.tell(link_id{4}, host(4), seen_at(7));
  REQUIRE(subject.confirmed() == std::vector<multiaddr>{to_multiaddr(seen_at(7))});
}

TEST_CASE("observed addresses: a word goes with its link and is replaced by a later one",
          "[unit][identify]") {
  observed_limits limits;
  limits.observers_min = 2;
  observed_addresses subject{limits};
  subject.tell(link_id{1}, host(1), seen_at(7));
  subject.tell(link_id{2}, host(2), seen_at(7));
  REQUIRE(subject.confirmed().size() == 1);
  subject.forget(link_id{1});
  subject.forget(link_id{1});
  REQUIRE(subject.confirmed().empty());
  subject.tell(link_id{3}, host(3), seen_at(7));
  REQUIRE(subject.confirmed().size() == 1);
  subject.tell(link_id{3}, host(3), seen_at(8));
  REQUIRE(subject.confirmed().empty());
}

TEST_CASE("observed addresses: wildcards and port 0 are no addresses", "[unit][identify]") {
  observed_limits limits;
  limits.observers_min = 1;
  observed_addresses subject{limits};
  subject.tell(link_id{1}, host(1), tcp_endpoint{});
  subject.tell(link_id{2}, host(1), seen_at(1, 0));
  REQUIRE(subject.confirmed().empty());
}

TEST_CASE("observed addresses: candidates and announced ones are bounded", "[unit][identify]") {
  observed_limits limits;
  limits.observers_min = 1;
  observed_addresses subject{limits};
  for (std::uint64_t i = 1; i <= 200; ++i)
    subject.tell(link_id{i}, host(1), seen_at(static_cast<std::uint8_t>(i)));
  REQUIRE(subject.confirmed().size() == limits.confirmed_max);
  // A 65th candidate was ignored, until an earlier one is forgotten.
  for (std::uint64_t i = 1; i <= 64; ++i)
    subject.forget(link_id{i});
  REQUIRE(subject.confirmed().empty());
  subject.tell(link_id{65}, host(1), seen_at(65));
  REQUIRE(subject.confirmed().size() == 1);
}
