// SPDX-License-Identifier: BSD-3-Clause
// The movable tree against the definition: sort all moves by their timestamps and make each that closes no
// circle, on a map from child to parent.
#include "actors/datatype/tree.hpp"
#include "tests/support/agreement_cluster.hpp"
#include "tests/support/typed_group.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck/catch.h>

#include <algorithm>

using namespace troupe;
using namespace troupe::test;

namespace {

using parents = std::map<std::string, std::pair<std::string, std::string>>; // child -> parent, meta

bool below(const parents& in, std::string at, const std::string& above) {
  for (;; at = in.find(at)->second.first) {
    if (at == above)
      return true;
    if (!in.contains(at))
      return false;
  }
}

parents made(std::vector<tree::move> moves) {
  std::ranges::sort(moves, {}, &tree::move::when);
  parents result;
  for (const auto& one : moves)
    if (!below(result, one.parent, one.child))
      result[one.child] = {one.parent, one.meta};
  return result;
}

/// Moves of three sources over few nodes, with counters that often meet.
struct moves {
  std::vector<std::vector<sourced>> by_source{3};
  std::vector<tree::move> all;
};

moves any_moves() {
  moves result;
  std::array<std::uint64_t, 3> last{};
  for (const auto& [who, child, parent, skipped] :
       *rc::gen::arbitrary<std::vector<std::array<std::uint8_t, 4>>>()) {
    const auto source = std::size_t{who} % 3;
    last[source] += 1 + skipped % 3;
    const auto node = [](std::uint8_t number) { return std::string(1, static_cast<char>('a' + number % 6)); };
    tree::move one{{last[source], actor_number(source)}, node(child), node(parent), skipped % 2 ? "m" : ""};
    result.by_source[source].push_back({one.when.actor, tree::encode(one)});
    result.all.push_back(std::move(one));
  }
  return result;
}

tree::replica applied(const moves& what, tree::options how = {}) {
  tree::replica at(std::move(how));
  for (const auto& one : interleaved(what.by_source, *rc::gen::arbitrary<std::vector<std::uint8_t>>()))
    at.apply(one.source, one.operation);
  return at;
}

parents shape(const tree::replica& of) {
  parents result;
  for (const auto node : of.nodes().placed()) {
    const auto& where = *of.nodes().place_of(node);
    result[of.nodes().name_of(node)] = {of.nodes().name_of(where.parent), where.meta};
  }
  return result;
}

const tree::options everybody{{actor_number(0), actor_number(1), actor_number(2)}};

} // namespace

TEST_CASE("tree: prop_ops_behave_as_tree", "[unit][datatype]") {
  rc::prop("any order of sources ends at the model", [] {
    const auto what = any_moves();
    RC_ASSERT(shape(applied(what)) == made(what.all));
  });
}

TEST_CASE("tree: prop_commutative", "[unit][datatype]") {
  rc::prop("two orders of sources end in the same state", [] {
    const auto what = any_moves();
    const auto first = applied(what);
    const auto second = applied(what);
    RC_ASSERT(first.save() == second.save());
    RC_ASSERT(first.state() == second.state());
    RC_ASSERT(first.read() == second.read());
  });
}

TEST_CASE("tree: prop_associative", "[unit][datatype]") {
  rc::prop("what two sources did may meet what the third did in any grouping", [] {
    const auto what = any_moves();
    const auto in_order = [&](std::array<std::size_t, 3> sources) {
      tree::replica at;
      for (const auto source : sources)
        for (const auto& one : what.by_source[source])
          at.apply(one.source, one.operation);
      return at.save();
    };
    RC_ASSERT(in_order({0, 1, 2}) == in_order({1, 2, 0}));
  });
}

TEST_CASE("tree: prop a cut log changes neither the tree nor the agreement", "[unit][datatype]") {
  rc::prop("replicas that know all sources agree with those that do not", [] {
    const auto what = any_moves();
    const auto cut = applied(what, everybody);
    RC_ASSERT(shape(cut) == made(what.all));
    RC_ASSERT(cut.save() == applied(what, everybody).save());
    tree::replica loaded(everybody);
    RC_ASSERT(loaded.load(cut.save()));
    RC_ASSERT(loaded.save() == cut.save());
  });
}

TEST_CASE("tree: prop_idempotent", "[unit][datatype]") {
  rc::prop("what comes again changes nothing", [] {
    const auto what = any_moves();
    auto at = applied(what);
    const auto once = at.save();
    for (const auto& one : interleaved(what.by_source, {}))
      at.apply(one.source, one.operation);
    RC_ASSERT(at.save() == once);
  });
}

TEST_CASE("tree: prop_acyclic", "[unit][datatype]") {
  rc::prop("every node's way up ends", [] {
    const auto at = applied(any_moves());
    const auto in = shape(at);
    for (const auto& [child, where] : in)
      RC_ASSERT_FALSE(below(in, where.first, child));
  });
}

TEST_CASE("tree: prop_parent_unique", "[unit][datatype]") {
  rc::prop("every node is in one place and all places are of nodes that were moved", [] {
    const auto what = any_moves();
    const auto at = applied(what);
    std::set<std::string> placed;
    for (const auto node : at.nodes().placed()) {
      const auto name = at.nodes().name_of(node);
      RC_ASSERT(placed.insert(std::string{name}).second);
      RC_ASSERT(at.parent_of(name) == at.nodes().name_of(at.nodes().place_of(node)->parent));
      RC_ASSERT(std::ranges::any_of(what.all, [&](const auto& one) { return one.child == name; }));
    }
  });
}

TEST_CASE("tree: prop_log_descending", "[unit][datatype]") {
  rc::prop("newest to oldest the timestamps fall and none is missing", [] {
    const auto what = any_moves();
    const auto at = applied(what);
    RC_ASSERT(at.log().size() == what.all.size());
    for (std::size_t i = 1; i < at.log().size(); ++i)
      RC_ASSERT(at.log()[i - 1].when < at.log()[i].when);
  });
}

TEST_CASE("tree: prop_ops_show_up_on_read", "[unit][datatype]") {
  rc::prop("each new node is where it was put", [] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 12);
    typed_group group(3, [] { return std::make_unique<tree::replica>(); });
    for (std::size_t i = 0; i < count; ++i) {
      RC_ASSERT(group.execute(i % 3, {"move", {fmt::format("n{}", i), "root"}}).empty());
      if (*rc::gen::arbitrary<bool>())
        group.deliver_all();
    }
    group.deliver_all();
    RC_ASSERT(group.agrees());
    for (std::size_t i = 0; i < count; ++i)
      RC_ASSERT(dynamic_cast<tree::replica&>(group.at(2)).parent_of(fmt::format("n{}", i)) == "root");
  });
}

TEST_CASE("tree: prop_interpreter", "[unit][datatype]") {
  rc::prop("any schedule of commands and deliveries ends in agreement", [] {
    const auto size = *rc::gen::inRange<std::size_t>(2, 6);
    typed_group group(size, [] { return std::make_unique<tree::replica>(); });
    for (const auto& [kind, who, child, parent] :
         *rc::gen::arbitrary<std::vector<std::array<std::uint8_t, 4>>>()) {
      if (kind % 3 == 0)
        group.execute(who % size, {"move", {fmt::format("n{}", child % 5), fmt::format("n{}", parent % 5)}});
      else
        group.deliver(who % size, child % size);
    }
    group.deliver_all();
    RC_ASSERT(group.agrees());
  });
}
