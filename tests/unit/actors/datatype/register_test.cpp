// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/register.hpp"

#include "tests/support/agreement_cluster.hpp"
#include "tests/support/typed_group.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <limits>

using namespace troupe;
using namespace troupe::test;

namespace {

const auto a = actor_number(0);
const auto b = actor_number(1);

bytes write(std::uint64_t counter, std::string_view value) {
  return last_value::encode({counter, as_bytes(value)});
}

std::string set(last_value::replica& at, const peer_id& source, std::string value) {
  const auto judge = at.look_ahead(source);
  const auto operation = judge->prepare({"set", {std::move(value)}});
  if (!operation)
    return operation.error();
  if (const auto refused = judge->admit(*operation))
    return *refused;
  at.apply(source, *operation);
  return "";
}

} // namespace

TEST_CASE("register: reads the last value", "[unit][datatype]") {
  last_value::replica at;
  REQUIRE(at.read() == "(unset)");
  REQUIRE(set(at, a, "one").empty());
  REQUIRE(set(at, b, "two").empty());
  REQUIRE(at.read() == "two");
  REQUIRE(at.counter() == 2);
  REQUIRE(set(at, a, "").empty());
  REQUIRE(at.read().empty());
}

TEST_CASE("register: the layout is as documented", "[unit][datatype]") {
  REQUIRE(write(0x0102, "ab") == bytes{'r', 2, 1, 0, 0, 0, 0, 0, 0, 'a', 'b'});
  REQUIRE(last_value::describe(write(7, "hello")) == "Set(7, hello)");
  REQUIRE(last_value::describe(write(7, "\x01")) == "Set(7, 0x01)");
  REQUIRE(last_value::describe({}) == "Malformed");
}

TEST_CASE("register: of concurrent writes the higher counter and then the higher source stands",
          "[unit][datatype]") {
  for (const bool first : {true, false}) {
    last_value::replica at;
    at.apply(first ? a : b, write(1, first ? "a" : "b"));
    at.apply(first ? b : a, write(1, first ? "b" : "a"));
    REQUIRE(at.read() == "b");
    at.apply(a, write(2, "later"));
    at.apply(b, write(1, "older"));
    REQUIRE(at.read() == "later");
  }
}

TEST_CASE("register: every refusal has its name", "[unit][datatype]") {
  last_value::replica at;
  const auto judge = at.look_ahead(a);
  REQUIRE(judge->prepare({"get", {}}).error() == "UnknownAction");
  REQUIRE(judge->prepare({"set", {}}).error() == "BadArgument");
  REQUIRE(judge->prepare({"set", {"1", "2"}}).error() == "BadArgument");
  REQUIRE(judge->prepare({"set", {std::string(1025, 'x')}}).error() == "ValueTooLong");
  REQUIRE(judge->prepare({"set", {std::string(1024, 'x')}}).has_value());
  REQUIRE(judge->admit(write(last_value::counter_ahead_max + 1, "x")) == "CounterAhead");
  REQUIRE_FALSE(judge->admit(write(last_value::counter_ahead_max, "x")));
  at.apply(b, write(std::numeric_limits<std::uint64_t>::max(), "end"));
  REQUIRE(judge->prepare({"set", {"1"}}).error() == "CounterExhausted");
}

TEST_CASE("register: own writes on their way count for those behind them", "[unit][datatype]") {
  last_value::replica at;
  const auto judge = at.look_ahead(a);
  bytes last;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    last = *judge->prepare({"set", {std::to_string(i)}});
    REQUIRE(last_value::decode(last)->counter == i);
    REQUIRE_FALSE(judge->admit(last));
  }
  at.apply(a, last);
  REQUIRE(last_value::decode(*judge->prepare({"set", {"x"}}))->counter == 4);
}

TEST_CASE("register: bad bytes change nothing", "[unit][datatype]") {
  last_value::replica at;
  REQUIRE(set(at, a, "kept").empty());
  auto foreign = write(9, "x");
  foreign[0] = 's';
  auto long_one = write(9, std::string(1024, 'x'));
  long_one.push_back('x');
  require_unmoved(at, a, {{}, {'r'}, bytes(8, 'r'), write(0, "x"), foreign, long_one});
}

TEST_CASE("register: saves and loads all of it", "[unit][datatype]") {
  last_value::replica empty;
  last_value::replica fresh;
  require_saved(empty, fresh);
  last_value::replica full;
  REQUIRE(set(full, a, "some value").empty());
  require_saved(full, fresh);
  REQUIRE_FALSE(fresh.load(bytes(12, 0)));
  REQUIRE(fresh.read() == "some value");
}

TEST_CASE("register: prop any order of sources ends at the model", "[unit][datatype]") {
  rc::prop("the highest counter and source stand", [] {
    std::vector<std::vector<sourced>> ops(3);
    const auto counters =
      *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::inRange<std::uint8_t>(1, 9));
    std::tuple<std::uint64_t, peer_id, std::string> best;
    for (std::size_t i = 0; i < counters.size(); ++i) {
      const auto source = actor_number(i % 3);
      const auto value = std::to_string(i);
      ops[i % 3].push_back({source, write(counters[i], value)});
      if (std::tuple<std::uint64_t, peer_id>{counters[i], source} >
          std::tuple<std::uint64_t, peer_id>{std::get<0>(best), std::get<1>(best)})
        best = {counters[i], source, value};
    }
    std::optional<bytes> agreed;
    for (int order = 0; order < 3; ++order) {
      last_value::replica at;
      for (const auto& one : interleaved(ops, *rc::gen::arbitrary<std::vector<std::uint8_t>>()))
        at.apply(one.source, one.operation);
      RC_ASSERT(at.read() == (counters.empty() ? "(unset)" : std::get<2>(best)));
      RC_ASSERT(at.save() == agreed.value_or(at.save()));
      agreed = at.save();
    }
  });
}
