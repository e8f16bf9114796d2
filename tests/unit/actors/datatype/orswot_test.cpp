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

using operations = std::vector<bytes>;

std::unique_ptr<data_type::outlook> ahead_of(const orswot::replica& set, const peer_id& source,
                                             const operations& before) {
  auto ahead = set.look_ahead(source);
  for (const auto& one : before)
    REQUIRE_FALSE(ahead->admit(one).has_value());
  return ahead;
}

expected<bytes, std::string> prepared(const orswot::replica& set, const peer_id& source, std::string action,
                                      std::uint64_t value, const operations& before = {}) {
  return ahead_of(set, source, before)->prepare({std::move(action), {std::to_string(value)}});
}

std::optional<std::string> refusal(const orswot::replica& set, const peer_id& source, const bytes& operation,
                                   const operations& before = {}) {
  return ahead_of(set, source, before)->admit(operation);
}

} // namespace

TEST_CASE("orswot: reads ascending and removes what it saw", "[unit][datatype]") {
  orswot::replica set;
  REQUIRE(set.read() == "{}");
  set.apply(a, *prepared(set, a, "add", 3));
  set.apply(a, *prepared(set, a, "add", 1));
  REQUIRE(set.read() == "{1, 3}");
  set.apply(a, *prepared(set, a, "remove", 3));
  REQUIRE(set.read() == "{1}");
  set.apply(a, *prepared(set, a, "remove", 9));
  REQUIRE(set.read() == "{1}");
}

TEST_CASE("orswot: every refusal has its name", "[unit][datatype]") {
  orswot::replica set;
  REQUIRE(refusal(set, a, add(a, 2, 1)) == "Orswot(DotRange)");
  REQUIRE(refusal(set, b, add(a, 1, 1)) == "SourceDoesNotMatchOp");
  REQUIRE(refusal(set, a, orswot::encode({orswot::action::remove, {}, 0, {1, 2}, {}})) ==
          "RemoveOnlySupportedForOneMember");
  REQUIRE(refusal(set, a, remove(1, {{b, 1}})) == "RemovingDataWeHaventSeenYet");
  REQUIRE(refusal(set, a, bytes{1, 2, 3}) == "Malformed");
  REQUIRE(refusal(set, a, {}) == "Malformed");
  REQUIRE(prepared(set, a, "invent", 1).error() == "UnknownAction");
  REQUIRE(set.look_ahead(a)->prepare({"add", {"12x"}}).error() == "BadArgument");
  REQUIRE(set.look_ahead(a)->prepare({"add", {}}).error() == "BadArgument");
  REQUIRE_FALSE(refusal(set, a, add(a, 1, 1)).has_value());
  REQUIRE_FALSE(refusal(set, a, remove(1, {})).has_value());
}

TEST_CASE("orswot: operations on their way count for those behind them", "[unit][datatype]") {
  orswot::replica set;
  const operations before{*prepared(set, a, "add", 7)};
  const auto second = *prepared(set, a, "add", 8, before);
  REQUIRE(refusal(set, a, second) == "Orswot(DotRange)");
  REQUIRE_FALSE(refusal(set, a, second, before).has_value());
  const auto gone = *prepared(set, a, "remove", 7, before);
  REQUIRE_FALSE(refusal(set, a, gone, before).has_value());
  set.apply(a, before[0]);
  set.apply(a, gone);
  REQUIRE(set.read() == "{}");
}

TEST_CASE("orswot: a concurrent add wins and a seen dot is ignored", "[unit][datatype]") {
  orswot::replica set;
  set.apply(a, add(a, 1, 5));
  set.apply(b, add(b, 1, 5));
  set.apply(a, remove(5, {{a, 1}}));
  REQUIRE(set.read() == "{5}");
  set.apply(a, add(a, 1, 6));
  REQUIRE(set.read() == "{5}");
}

TEST_CASE("orswot: a remove ahead of its add takes effect when the add arrives", "[unit][datatype]") {
  orswot::replica early;
  orswot::replica late;
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
    orswot::replica first;
    orswot::replica second;
    std::vector<bytes> of_a;
    std::vector<bytes> of_b;
    for (int i = 0; i < 20; ++i) {
      of_a.push_back(*prepared(first, a, rng.chance(600'000) ? "add" : "remove", rng.below(4)));
      first.apply(a, of_a.back());
      of_b.push_back(*prepared(second, b, rng.chance(600'000) ? "add" : "remove", rng.below(4)));
      second.apply(b, of_b.back());
    }
    std::optional<digest> agreed;
    for (int order = 0; order < 5; ++order) {
      orswot::replica third;
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

TEST_CASE("orswot: an outlook counts what was applied in between once", "[unit][datatype]") {
  orswot::replica set;
  const auto ahead = set.look_ahead(a);
  const auto first = *ahead->prepare({"add", {"1"}});
  REQUIRE_FALSE(ahead->admit(first).has_value());
  set.apply(a, first);
  const auto second = *ahead->prepare({"add", {"2"}});
  REQUIRE(second == add(a, 2, 2));
  REQUIRE_FALSE(ahead->admit(second).has_value());
  REQUIRE(ahead->admit(add(a, 4, 2)) == "Orswot(DotRange)");
}

TEST_CASE("orswot: what was saved loads as the same set", "[unit][datatype]") {
  orswot::replica set;
  set.apply(a, add(a, 1, 5));
  set.apply(b, add(b, 1, 5));
  set.apply(b, remove(7, {{a, 3}}));
  orswot::replica copy;
  REQUIRE(copy.load(set.save()));
  REQUIRE(copy.state() == set.state());
  copy.apply(a, add(a, 2, 7));
  copy.apply(a, add(a, 3, 7));
  REQUIRE(copy.read() == "{5}");
  for (auto damaged = set.save(); !damaged.empty(); damaged.pop_back())
    if (damaged != set.save())
      REQUIRE_FALSE(copy.load(damaged));
  REQUIRE(copy.read() == "{5}");
}
