// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/orswot.hpp"

#include "messages/types/random_stream.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

const auto a = actor_number(0);
const auto b = actor_number(1);

bytes add(const peer_id& actor, std::uint64_t counter, std::uint64_t value) {
  return orswot::encode({orswot::action::add, actor, counter, {value}, {}});
}

bytes remove(std::uint64_t value, orswot::clock witness) {
  return orswot::encode({orswot::action::remove, {}, 0, {value}, std::move(witness)});
}

} // namespace

TEST_CASE("orswot: reads ascending and removes what it saw", "[unit][datatype]") {
  orswot::replica set(a);
  REQUIRE(set.read() == "{}");
  set.apply(a, *set.prepare("add", 3, {}));
  set.apply(a, *set.prepare("add", 1, {}));
  REQUIRE(set.read() == "{1, 3}");
  set.apply(a, *set.prepare("remove", 3, {}));
  REQUIRE(set.read() == "{1}");
  set.apply(a, *set.prepare("remove", 9, {}));
  REQUIRE(set.read() == "{1}");
}

TEST_CASE("orswot: every refusal has its name", "[unit][datatype]") {
  orswot::replica set(a);
  REQUIRE(set.validate(a, add(a, 2, 1), {}) == "Orswot(DotRange)");
  REQUIRE(set.validate(b, add(a, 1, 1), {}) == "SourceDoesNotMatchOp");
  REQUIRE(set.validate(a, orswot::encode({orswot::action::remove, {}, 0, {1, 2}, {}}), {}) ==
          "RemoveOnlySupportedForOneMember");
  REQUIRE(set.validate(a, remove(1, {{b, 1}}), {}) == "RemovingDataWeHaventSeenYet");
  REQUIRE(set.validate(a, bytes{1, 2, 3}, {}) == "Malformed");
  REQUIRE(set.validate(a, {}, {}) == "Malformed");
  REQUIRE(set.prepare("invent", 1, {}).error() == "UnknownAction");
  REQUIRE_FALSE(set.validate(a, add(a, 1, 1), {}).has_value());
  REQUIRE_FALSE(set.validate(a, remove(1, {}), {}).has_value());
}

TEST_CASE("orswot: operations on their way count for those behind them", "[unit][datatype]") {
  orswot::replica set(a);
  const std::vector<bytes> before{*set.prepare("add", 7, {})};
  const auto second = *set.prepare("add", 8, before);
  REQUIRE(set.validate(a, second, {}) == "Orswot(DotRange)");
  REQUIRE_FALSE(set.validate(a, second, before).has_value());
  const auto gone = *set.prepare("remove", 7, before);
  REQUIRE_FALSE(set.validate(a, gone, before).has_value());
  set.apply(a, before[0]);
  set.apply(a, gone);
  REQUIRE(set.read() == "{}");
}

TEST_CASE("orswot: a concurrent add wins and a seen dot is ignored", "[unit][datatype]") {
  orswot::replica set(a);
  set.apply(a, add(a, 1, 5));
  set.apply(b, add(b, 1, 5));
  set.apply(a, remove(5, {{a, 1}}));
  REQUIRE(set.read() == "{5}");
  set.apply(a, add(a, 1, 6));
  REQUIRE(set.read() == "{5}");
}

TEST_CASE("orswot: a remove ahead of its add takes effect when the add arrives", "[unit][datatype]") {
  orswot::replica early(a);
  orswot::replica late(a);
  early.apply(b, remove(5, {{a, 1}}));
  early.apply(a, add(a, 1, 5));
  late.apply(a, add(a, 1, 5));
  late.apply(b, remove(5, {{a, 1}}));
  REQUIRE(early.read() == "{}");
  REQUIRE(early.state() == late.state());
}

TEST_CASE("orswot: prop any interleaving of two sources ends in the same state", "[unit][datatype]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    random_stream rng(seed);
    // Each source works on its own replica, which hears of the other now and then.
    orswot::replica first(a);
    orswot::replica second(b);
    std::vector<bytes> of_a;
    std::vector<bytes> of_b;
    for (int i = 0; i < 20; ++i) {
      of_a.push_back(*first.prepare(rng.chance(600'000) ? "add" : "remove", rng.below(4), {}));
      first.apply(a, of_a.back());
      of_b.push_back(*second.prepare(rng.chance(600'000) ? "add" : "remove", rng.below(4), {}));
      second.apply(b, of_b.back());
    }
    std::optional<digest> agreed;
    for (int order = 0; order < 5; ++order) {
      orswot::replica third(actor_number(2));
      for (std::size_t i = 0, j = 0; i < of_a.size() || j < of_b.size();) {
        if (j == of_b.size() || (i < of_a.size() && rng.chance(500'000)))
          third.apply(a, of_a[i++]);
        else
          third.apply(b, of_b[j++]);
      }
      if (!agreed)
        agreed = third.state();
      REQUIRE(third.state() == *agreed);
    }
  }
}

TEST_CASE("orswot: describes operations in the seed's words", "[unit][datatype]") {
  const auto name = short_name(a);
  REQUIRE(orswot::describe(add(a, 1, 3)) == "Add(" + name + ".1, [3])");
  REQUIRE(orswot::describe(remove(3, {{a, 1}})) == "Rm({" + name + ": 1}, [3])");
  REQUIRE(orswot::describe(bytes{0}) == "Malformed");
}
