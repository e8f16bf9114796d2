// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/ledger.hpp"

#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using datatype::ledger;

namespace {

const auto ours = actor_number(0);

ledger fresh() {
  return {std::make_unique<orswot::replica>(), ours};
}

brb::operations::prepare adding(std::uint64_t slot, std::size_t count,
                                std::vector<brb::send_ptr> before = {}) {
  brb::operations::prepare ask{ticket{slot}, slot, {}, std::move(before)};
  for (std::size_t i = 0; i < count; ++i)
    ask.commands.push_back({"add", {std::to_string(i)}});
  return ask;
}

brb::send_ptr slot_of(std::uint64_t slot, const brb::prepared& made) {
  brb::send_message what;
  what.header = {{}, ours, slot, generation{0}, sha256(made.payload), made.operations};
  what.payload = made.payload;
  return std::make_shared<const brb::send_message>(std::move(what));
}

brb::source_window::validate question(std::uint64_t slot, const brb::send_ptr& what,
                                      std::vector<brb::send_ptr> before = {}) {
  return {ticket{1}, slot, what, std::move(before)};
}

brb::certificate agreed(const brb::send_ptr& what) {
  brb::certificate proof;
  proof.header = what->header;
  proof.payload = what->payload;
  return proof;
}

} // namespace

TEST_CASE("ledger: commands share a payload and each refusal stands at its place", "[unit][datatype]") {
  auto book = fresh();
  auto ask = adding(1, 3);
  ask.commands[1] = {"invent", {}};
  const auto made = book.prepare(ask);
  REQUIRE(made.refusals == std::vector<std::string>{"", "UnknownAction", ""});
  REQUIRE(made.operations == 2);
  auto other = fresh();
  const auto what = slot_of(1, made);
  REQUIRE_FALSE(other.validate(ours, question(1, what)).has_value());
  other.apply(agreed(what));
  REQUIRE(other.type().read() == "{0, 2}");
}

TEST_CASE("ledger: slots on their way count for the next one, applied or not", "[unit][datatype]") {
  auto book = fresh();
  auto other = fresh();
  const auto first = slot_of(1, book.prepare(adding(1, 4)));
  const auto second = slot_of(2, book.prepare(adding(2, 4, {first})));
  const auto third = slot_of(3, book.prepare(adding(3, 4, {first, second})));
  REQUIRE_FALSE(other.validate(ours, question(1, first)).has_value());
  REQUIRE_FALSE(other.validate(ours, question(2, second, {first})).has_value());
  other.apply(agreed(first));
  REQUIRE_FALSE(other.validate(ours, question(3, third, {second})).has_value());
}

TEST_CASE("ledger: a slot that is refused leaves nothing behind", "[unit][datatype]") {
  auto book = fresh();
  auto other = fresh();
  const auto first = slot_of(1, book.prepare(adding(1, 2)));
  const auto second = slot_of(2, book.prepare(adding(2, 2, {first})));
  REQUIRE(other.validate(ours, question(1, second)) == "Orswot(DotRange)");
  REQUIRE_FALSE(other.validate(ours, question(1, first)).has_value());
  // The same slot again, as after a restart of whoever asks.
  REQUIRE_FALSE(other.validate(ours, question(1, first)).has_value());
  REQUIRE(other.validate(ours, question(1, second)) == "Orswot(DotRange)");
}

TEST_CASE("ledger: a slot prepared anew does not count its former self", "[unit][datatype]") {
  auto book = fresh();
  const auto once = book.prepare(adding(1, 2));
  REQUIRE(book.prepare(adding(1, 2)).payload == once.payload);
  auto nothing = adding(2, 1, {slot_of(1, once)});
  nothing.commands[0].action = "invent";
  REQUIRE(book.prepare(nothing).operations == 0);
  const auto next = book.prepare(adding(2, 1, {slot_of(1, once)}));
  auto other = fresh();
  REQUIRE_FALSE(other.validate(ours, question(2, slot_of(2, next), {slot_of(1, once)})).has_value());
}

TEST_CASE("ledger: a payload takes as many operations as fit", "[unit][datatype]") {
  auto book = fresh();
  const auto made = book.prepare(adding(1, brb::batch_operations_max));
  REQUIRE(made.operations == made.refusals.size());
  REQUIRE(made.operations < brb::batch_operations_max);
  REQUIRE(made.payload.size() <= brb::batch_bytes_max);
  REQUIRE(made.payload.size() > brb::batch_bytes_max - 200);
}
