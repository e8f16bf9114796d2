// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/tree.hpp"

#include "messages/codec/packed.hpp"

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

bytes moved(const peer_id& actor, std::uint64_t counter, std::string child, std::string parent,
            std::string meta = {}) {
  return tree::encode({{counter, actor}, std::move(child), std::move(parent), std::move(meta)});
}

std::string shown(const std::vector<sourced>& ops) {
  tree::replica at;
  for (const auto& one : ops)
    at.apply(one.source, one.operation);
  return at.read();
}

std::optional<std::string> refused(tree::replica& at, const peer_id& source, const bytes& operation) {
  return at.look_ahead(source)->admit(operation);
}

} // namespace

TEST_CASE("tree: shows what was moved where", "[unit][datatype]") {
  typed_group group(3, [] { return std::make_unique<tree::replica>(); });
  REQUIRE(group.at(0).read() == "{}");
  REQUIRE(group.execute(0, {"move", {"docs", "root"}}).empty());
  REQUIRE(group.execute(0, {"move", {"pics", "root", "jpg"}}).empty());
  group.deliver_all();
  REQUIRE(group.execute(1, {"move", {"a", "docs"}}).empty());
  group.deliver_all();
  REQUIRE(group.agrees());
  REQUIRE(group.at(2).read() == "{root: {docs: {a}, pics [jpg]}}");
  REQUIRE(group.execute(2, {"move", {"docs", "pics"}}).empty());
  group.deliver_all();
  REQUIRE(group.at(0).read() == "{root: {pics [jpg]: {docs: {a}}}}");
}

TEST_CASE("tree: concurrent_moves_lww", "[unit][datatype]") {
  const std::vector<sourced> both{{a, moved(a, 1, "x", "p", "of_a")}, {b, moved(b, 1, "x", "q", "of_b")}};
  REQUIRE(shown({both[0], both[1]}) == "{q: {x [of_b]}}");
  REQUIRE(shown({both[1], both[0]}) == "{q: {x [of_b]}}");
}

TEST_CASE("tree: concurrent_moves_cycle", "[unit][datatype]") {
  const std::vector<sourced> start{{a, moved(a, 1, "x", "root")}, {a, moved(a, 2, "y", "root")}};
  const sourced below_y{a, moved(a, 3, "x", "y")};
  const sourced below_x{b, moved(b, 3, "y", "x")};
  REQUIRE(shown({start[0], start[1], below_y, below_x}) == "{root: {y: {x}}}");
  REQUIRE(shown({start[0], start[1], below_x, below_y}) == "{root: {y: {x}}}");
}

TEST_CASE("tree: a move ticks the clock before it is applied", "[unit][datatype]") {
  tree::replica at;
  at.apply(b, moved(b, 6, "x", "root"));
  const auto judge = at.look_ahead(a);
  for (std::uint64_t counter = 7; counter <= 9; ++counter) {
    const auto next = *judge->prepare({"move", {"y", "root"}});
    REQUIRE(tree::decode(next)->when == tree::timestamp{counter, a});
    REQUIRE_FALSE(judge->admit(next));
    if (counter == 8)
      at.apply(a, moved(a, 7, "y", "root"));
  }
}

TEST_CASE("tree: clock total_order and partial_order", "[unit][datatype]") {
  rc::prop("counter decides and then actor", [] {
    const auto first = *rc::gen::inRange<std::uint64_t>(1, 4);
    const auto second = *rc::gen::inRange<std::uint64_t>(1, 4);
    const tree::timestamp one{first, a};
    const tree::timestamp other{second, b};
    RC_ASSERT((one < other) == (first <= second));
    RC_ASSERT((one < other) != (other < one));
    RC_ASSERT((tree::timestamp{first, a} == tree::timestamp{second, a}) == (first == second));
    const tree::timestamp third{*rc::gen::inRange<std::uint64_t>(1, 4), actor_number(2)};
    if (one < other && other < third)
      RC_ASSERT(one < third);
  });
}

TEST_CASE("tree: every refusal has its name", "[unit][datatype]") {
  tree::replica at;
  REQUIRE(refused(at, b, moved(a, 1, "x", "root")) == "SourceDoesNotMatchOp");
  REQUIRE(refused(at, a, moved(a, tree::counter_ahead_max + 1, "x", "root")) == "CounterAhead");
  REQUIRE_FALSE(refused(at, a, moved(a, tree::counter_ahead_max, "x", "root")));
  at.apply(a, moved(a, 5, "x", "root"));
  REQUIRE(refused(at, a, moved(a, 5, "y", "root")) == "CounterNotNew");
  REQUIRE_FALSE(refused(at, b, moved(b, 1, "y", "root")));
  const auto judge = at.look_ahead(a);
  REQUIRE_FALSE(judge->admit(moved(a, 7, "y", "x")));
  REQUIRE(judge->admit(moved(a, 6, "z", "x")) == "CounterNotNew");
  const auto error = [&](std::vector<std::string> arguments) {
    const auto made = judge->prepare({"move", std::move(arguments)});
    return made ? std::string{} : made.error();
  };
  REQUIRE(judge->prepare({"show", {}}).error() == "UnknownAction");
  REQUIRE(error({"x"}) == "BadArgument");
  REQUIRE(error({"x", "y", "z", "w"}) == "BadArgument");
  REQUIRE(error({"", "y"}) == "BadArgument");
  REQUIRE(error({"a b", "y"}) == "BadArgument");
  REQUIRE(error({"a", "\xff"}) == "BadArgument");
  REQUIRE(error({"a", "{"}) == "BadArgument");
  REQUIRE(error({"a", std::string(65, 'x')}) == "BadArgument");
  REQUIRE(error({"a", "b", std::string(257, 'x')}) == "BadArgument");
  REQUIRE(error({"x", "x"}) == "BelowItself");
  REQUIRE(error({"root", "x"}) == "BelowItself");
  REQUIRE(judge->prepare({"move", {std::string(64, 'x'), "b", std::string(256, 'x')}}).has_value());
  at.apply(b, moved(b, std::numeric_limits<std::uint64_t>::max(), "end", "root"));
  REQUIRE(error({"x", "y"}) == "CounterExhausted");
  tree::replica closed({{a}});
  REQUIRE(refused(closed, b, moved(b, 1, "x", "root")) == "UnknownSource");
}

TEST_CASE("tree: the log is capped where nobody knows who else may move", "[unit][datatype]") {
  tree::replica at;
  for (std::uint64_t i = 1; i <= tree::log_max; ++i)
    at.apply(a, moved(a, i, "x", "root"));
  const auto judge = at.look_ahead(b);
  REQUIRE(judge->prepare({"move", {"x", "y"}}).error() == "LogFull");
  REQUIRE_FALSE(judge->admit(moved(b, tree::log_max + 1, "x", "y")));
  for (std::uint64_t i = 1; i <= tree::slack; ++i)
    at.apply(a, moved(a, tree::log_max + i, "x", "root"));
  REQUIRE(judge->admit(moved(b, tree::log_max + tree::slack + 1, "x", "y")) == "LogFull");
}

TEST_CASE("tree: nodes are capped where the log is cut", "[unit][datatype]") {
  tree::replica at({{a}});
  for (std::uint64_t i = 1; i < tree::nodes_max; ++i)
    at.apply(a, moved(a, i, std::to_string(i), "root"));
  REQUIRE(at.log().empty());
  const auto judge = at.look_ahead(a);
  REQUIRE(judge->prepare({"move", {"new", "root"}}).error() == "TooManyNodes");
  REQUIRE(judge->prepare({"move", {"7", "9"}}).has_value());
  REQUIRE_FALSE(judge->admit(moved(a, tree::nodes_max, "new", "root")));
}

TEST_CASE("tree: what is deeper than a move looks takes nothing", "[unit][datatype]") {
  tree::replica at;
  for (std::uint64_t i = 1; i <= tree::depth_max + 1; ++i)
    at.apply(a, moved(a, i, std::to_string(i), std::to_string(i - 1)));
  REQUIRE(at.parent_of(std::to_string(tree::depth_max)).has_value());
  REQUIRE_FALSE(at.parent_of(std::to_string(tree::depth_max + 1)).has_value());
}

TEST_CASE("tree: the log is cut below what each of all sources has passed", "[unit][datatype]") {
  tree::replica at({{a, b}});
  for (std::uint64_t i = 1; i <= 10; ++i)
    at.apply(a, moved(a, i, "x", std::to_string(i)));
  REQUIRE(at.log().size() == 10);
  at.apply(b, moved(b, 4, "y", "x"));
  REQUIRE(at.log().size() == 6);
  at.apply(b, moved(b, 20, "y", "root"));
  REQUIRE(at.log().size() == 1);
  REQUIRE(at.read() == "{10: {x}, root: {y}}");
  tree::replica fresh({{a, b}});
  require_saved(at, fresh);
  const auto before = at.save();
  at.apply(actor_number(2), moved(actor_number(2), 21, "x", "root"));
  at.apply(a, moved(a, 10, "x", "root"));
  REQUIRE(at.save() == before);
}

TEST_CASE("tree: bad bytes change nothing", "[unit][datatype]") {
  tree::replica at;
  at.apply(a, moved(a, 1, "x", "root"));
  require_unmoved(at, a,
                  {{},
                   {1, 2, 3},
                   bytes(64, 0),
                   bytes(64, 0xff),
                   moved(a, 0, "x", "y"),
                   moved(a, 2, "", "y"),
                   moved(a, 2, "x", ""),
                   moved(a, 2, "x y", "z"),
                   moved(a, 2, std::string(65, 'x'), "z"),
                   moved(a, 2, "x", "y", std::string(257, 'm'))});
}

TEST_CASE("tree: saves and loads all of it", "[unit][datatype]") {
  tree::replica empty;
  tree::replica fresh;
  require_saved(empty, fresh);
  tree::replica full;
  full.apply(a, moved(a, 1, "x", "root", "m"));
  full.apply(a, moved(a, 2, "y", "x"));
  full.apply(b, moved(b, 2, "x", "y"));
  require_saved(full, fresh);
  // The loaded one can still take back what it did not see.
  for (auto* at : {&full, &fresh})
    at->apply(b, moved(b, 3, "x", "elsewhere"));
  REQUIRE(full.save() == fresh.save());
}

TEST_CASE("tree: saved bytes of places in a circle are refused", "[unit][datatype]") {
  // Two places below each other and no log: what only a cut log could have left, had it been a tree.
  packer saved;
  saved.u8(1).u32(0).u32(2);
  saved.text(as_bytes("x")).text(as_bytes("y")).text({});
  saved.text(as_bytes("y")).text(as_bytes("x")).text({});
  tree::replica at({{a}});
  REQUIRE_FALSE(at.load(saved.u32(0).take()));
}

TEST_CASE("tree: describes its moves", "[unit][datatype]") {
  REQUIRE(tree::describe(moved(a, 3, "x", "root", "m")) == "Move(" + short_name(a) + ".3, x, root, [m])");
  REQUIRE(tree::describe({}) == "Malformed");
}
