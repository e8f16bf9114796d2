// SPDX-License-Identifier: BSD-3-Clause
#include "transport/yamux/window.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;
using namespace troupe::transport::yamux;
using std::chrono::milliseconds;

namespace {

struct fixture {
  explicit fixture(std::size_t limit = 64u << 20) : budget(limit) {
    reserved = budget.reserve(initial_window);
  }
  /// The peer uses up half the window and the consumer returns it.
  std::optional<std::uint32_t> turn(receive_window& window, time_point now, std::optional<duration> rtt) {
    REQUIRE(window.take(window.size() / 2));
    return window.give_back(window.size() / 2, now, rtt);
  }
  byte_budget budget;
  bool reserved = false;
};

} // namespace

TEST_CASE("yamux window: the peer may send 256 KiB and not a byte more", "[unit][yamux]") {
  fixture f;
  receive_window window{f.budget};
  REQUIRE(window.take(initial_window - 1));
  REQUIRE_FALSE(window.take(2));
  REQUIRE(window.take(1));
  REQUIRE_FALSE(window.take(1));
  REQUIRE_FALSE(window.take(0xffffffffu));
}

TEST_CASE("yamux window: credit goes out at half a window and only for what was returned", "[unit][yamux]") {
  fixture f;
  receive_window window{f.budget};
  REQUIRE(window.take(initial_window));
  REQUIRE_FALSE(window.give_back(initial_window / 2 - 1, time_point{}, {}));
  REQUIRE(window.available() == 0);
  REQUIRE(window.give_back(1, time_point{}, {}) == initial_window / 2);
  REQUIRE(window.available() == initial_window / 2);
  REQUIRE(window.held() == initial_window / 2);
}

TEST_CASE("yamux window: a consumer cannot return more than it holds", "[unit][yamux]") {
  fixture f;
  receive_window window{f.budget};
  REQUIRE(window.take(10));
  REQUIRE_FALSE(window.give_back(initial_window, time_point{}, {}));
  REQUIRE(window.held() == 0);
  REQUIRE(window.take(initial_window - 10));
  REQUIRE(window.give_back(SIZE_MAX, time_point{}, {}) == initial_window);
}

TEST_CASE("yamux window: grows by doubling while it turns over in less than 4 round trips", "[unit][yamux]") {
  fixture f;
  receive_window window{f.budget};
  window.limit(1u << 20);
  time_point now{};
  const auto rtt = milliseconds{10};
  REQUIRE(f.turn(window, now, rtt) == initial_window / 2); // nothing to compare with yet
  REQUIRE(f.turn(window, now += milliseconds{39}, rtt) == initial_window / 2 + initial_window);
  REQUIRE(window.size() == 2 * initial_window);
  REQUIRE(f.turn(window, now += milliseconds{40}, rtt) == initial_window);         // too slow
  REQUIRE(f.turn(window, now += milliseconds{1}, std::nullopt) == initial_window); // round trip unknown
  REQUIRE(window.size() == 2 * initial_window);
}

TEST_CASE("yamux window: never grows beyond its limit", "[unit][yamux]") {
  fixture f;
  receive_window window{f.budget};
  window.limit(initial_window * 3);
  time_point now{};
  for (int i = 0; i < 8; ++i)
    f.turn(window, now += milliseconds{1}, milliseconds{10});
  REQUIRE(window.size() == initial_window * 3);
  REQUIRE(f.budget.used() == initial_window * 3);
}

TEST_CASE("yamux window: grows only as far as the budgets above allow", "[unit][yamux]") {
  byte_budget node{initial_window * 2 + 100};
  byte_budget peer{64u << 20, &node};
  REQUIRE(peer.reserve(initial_window));
  {
    receive_window window{peer};
    window.limit(16u << 20);
    time_point now{};
    for (int i = 0; i < 8; ++i) {
      REQUIRE(window.take(window.size() / 2));
      window.give_back(window.size() / 2, now += milliseconds{1}, milliseconds{10});
    }
    REQUIRE(window.size() == 2 * initial_window);
    REQUIRE(node.used() == 2 * initial_window);
  }
  REQUIRE(node.used() == 0);
}
