// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/accounts.hpp"

#include "messages/codec/peer_id_text.hpp"
#include "tests/support/agreement_cluster.hpp"
#include "tests/support/typed_group.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <cstring>
#include <limits>

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr auto most = std::numeric_limits<std::uint64_t>::max();
const auto a = actor_number(0);
const auto b = actor_number(1);
const auto c = actor_number(2);

bytes opened(const peer_id& owner, std::uint64_t balance) {
  return accounts::encode({accounts::action::open, owner, 0, {}, balance});
}

bytes sent(const peer_id& from, std::uint64_t counter, const peer_id& to, std::uint64_t amount) {
  return accounts::encode({accounts::action::transfer, from, counter, to, amount});
}

command open(std::uint64_t balance) {
  return {"open", {std::to_string(balance)}};
}

command transfer(std::size_t to, std::uint64_t amount) {
  return {"transfer", {to_base58(actor_number(to)), std::to_string(amount)}};
}

peer_id stranger(std::uint32_t number) {
  wire::Key32 raw;
  std::memcpy(reinterpret_cast<std::uint8_t*>(&raw), &number, sizeof(number));
  return actor_of(raw);
}

typed_group bank(std::size_t size) {
  return {size, [] { return std::make_unique<accounts::replica>(); }};
}

accounts::wide money(typed_group& group, std::size_t replica, std::size_t owner) {
  return *dynamic_cast<accounts::replica&>(group.at(replica)).balance(actor_number(owner));
}

void open_all(typed_group& group, std::uint64_t balance) {
  for (std::size_t i = 0; i < group.size(); ++i)
    REQUIRE(group.execute(i, open(balance)).empty());
  group.deliver_all();
}

} // namespace

TEST_CASE("at2: there_is_agreement_on_initial_balances", "[unit][datatype]") {
  rc::prop("all replicas read the balances that were opened with", [] {
    const auto balances =
      *rc::gen::resize(7, rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<std::uint64_t>>()));
    auto group = bank(balances.size());
    for (std::size_t i = 0; i < balances.size(); ++i)
      RC_ASSERT(group.execute(i, open(balances[i])).empty());
    group.deliver_all();
    RC_ASSERT(group.agrees());
    for (std::size_t i = 0; i < balances.size(); ++i)
      RC_ASSERT(money(group, 0, i) == balances[i]);
  });
}

TEST_CASE("at2: initial_balances_qc1", "[unit][datatype]") {
  auto group = bank(2);
  REQUIRE(group.execute(0, open(0)).empty());
  REQUIRE(group.execute(1, open(0)).empty());
  group.deliver_all();
  REQUIRE(group.agrees());
  REQUIRE(group.at(1).read() == "{" + short_name(a) + ": 0, " + short_name(b) + ": 0}");
}

TEST_CASE("at2: transfer_is_actually_moving_money_qc1", "[unit][datatype]") {
  auto group = bank(2);
  open_all(group, 9);
  REQUIRE(group.execute(0, transfer(1, 9)).empty());
  group.deliver_all();
  REQUIRE(group.agrees());
  REQUIRE(money(group, 0, 0) == 0);
  REQUIRE(money(group, 1, 1) == 18);
}

TEST_CASE("at2: properties_of_a_single_transfer", "[unit][datatype]") {
  rc::prop("an impostor or too little moves nothing and all else the exact amount", [] {
    const auto size = *rc::gen::inRange<std::size_t>(1, 5);
    const auto initiator = *rc::gen::inRange<std::size_t>(0, size);
    const auto from = *rc::gen::inRange<std::size_t>(0, size);
    const auto to = *rc::gen::inRange<std::size_t>(0, size);
    const auto balance = *rc::gen::inRange<std::uint64_t>(0, 10);
    const auto amount = *rc::gen::inRange<std::uint64_t>(0, 12);
    auto group = bank(size);
    for (std::size_t i = 0; i < size; ++i)
      RC_ASSERT(group.execute(i, open(balance)).empty());
    group.deliver_all();
    const auto before = group.at(0).save();
    const bool agreed = group.propose(initiator, sent(actor_number(from), 1, actor_number(to), amount));
    group.deliver_all();
    RC_ASSERT(group.agrees());
    RC_ASSERT(agreed == (initiator == from && amount <= balance));
    if (!agreed)
      RC_ASSERT(group.at(0).save() == before);
    const auto moved = agreed && from != to ? amount : 0;
    RC_ASSERT(money(group, 0, from) == balance - moved);
    if (from != to)
      RC_ASSERT(money(group, 0, to) == balance + moved);
  });
}

TEST_CASE("at2: protection_against_double_spend", "[unit][datatype]") {
  rc::prop("of two transfers of all the money in one slot one is agreed or none", [] {
    const auto size = *rc::gen::inRange<std::size_t>(3, 8);
    auto group = bank(size);
    for (std::size_t i = 0; i < size; ++i)
      RC_ASSERT(group.execute(i, open(100)).empty());
    group.deliver_all();
    // Each judge hears of the two in an order of its own and echoes what it admits.
    std::vector<std::size_t> first;
    std::vector<std::size_t> second;
    for (std::size_t judge = 0; judge < size; ++judge)
      (*rc::gen::arbitrary<bool>() ? first : second).push_back(judge);
    const auto to_b = sent(a, 1, actor_number(1), 100);
    const auto to_c = sent(a, 1, actor_number(2), 100);
    const bool b_paid = group.propose(0, to_b, first);
    const bool c_paid = group.propose(0, to_c, second);
    const bool b_later = group.propose(0, sent(a, 2, actor_number(1), 100), second);
    const bool c_later = group.propose(0, sent(a, 2, actor_number(2), 100), first);
    RC_ASSERT(b_paid + c_paid <= 1);
    RC_ASSERT_FALSE(b_later || c_later);
    group.deliver_all();
    RC_ASSERT(group.agrees());
    RC_ASSERT(money(group, 0, 0) == (b_paid || c_paid ? 0 : 100));
    RC_ASSERT(money(group, 0, 1) + money(group, 0, 2) == (b_paid || c_paid ? 300 : 200));
  });
}

TEST_CASE("at2: double_spend_qc2", "[unit][datatype]") {
  auto group = bank(3);
  open_all(group, 5);
  REQUIRE(group.execute(0, transfer(1, 5)).empty());
  REQUIRE(group.execute(0, transfer(2, 5)) == "InsufficientFunds");
  REQUIRE_FALSE(group.propose(0, sent(a, 2, c, 5)));
  group.deliver_all();
  REQUIRE(group.execute(0, transfer(2, 1)) == "InsufficientFunds");
  REQUIRE(group.agrees());
}

TEST_CASE("at2: double_spend_even_procs_qc3", "[unit][datatype]") {
  auto group = bank(4);
  open_all(group, 5);
  REQUIRE_FALSE(group.propose(0, sent(a, 1, b, 5), {0, 1}));
  REQUIRE_FALSE(group.propose(0, sent(a, 1, c, 5), {2, 3}));
  group.deliver_all();
  REQUIRE(group.agrees());
  for (std::size_t i = 0; i < 4; ++i)
    REQUIRE(money(group, 0, i) == 5);
}

TEST_CASE("at2: causal_dependancy", "[unit][datatype]") {
  auto group = bank(4);
  open_all(group, 10);
  REQUIRE(group.execute(0, transfer(1, 10)).empty());
  for (std::size_t quick = 0; quick < 3; ++quick)
    group.deliver(quick, 0);
  // The fourth has not heard that the money came in and refuses; three are a quorum.
  REQUIRE(group.execute(1, transfer(2, 20)).empty());
  REQUIRE(group.refusals() == 1);
  group.deliver(3, 1);
  REQUIRE(money(group, 3, 1) == -10);
  group.deliver_all();
  REQUIRE(group.agrees());
  REQUIRE(money(group, 3, 1) == 0);
  REQUIRE(money(group, 3, 2) == 30);
}

TEST_CASE("at2: equal transfers stay two", "[unit][datatype]") {
  auto group = bank(2);
  open_all(group, 10);
  REQUIRE(group.execute(0, transfer(1, 3)).empty());
  REQUIRE(group.execute(0, transfer(1, 3)).empty());
  group.deliver_all();
  REQUIRE(money(group, 1, 1) == 16);
  group.at(0).apply(a, sent(a, 2, b, 3));
  REQUIRE(money(group, 0, 1) == 16);
}

TEST_CASE("at2: every refusal has its name", "[unit][datatype]") {
  accounts::replica at;
  const auto judge = at.look_ahead(a);
  const auto error = [&](const command& what) {
    const auto made = judge->prepare(what);
    return made ? std::string{} : made.error();
  };
  REQUIRE(error(transfer(1, 1)) == "FromAccountDoesNotExist");
  REQUIRE(judge->admit(opened(b, 1)) == "NotInitiatedByAccountOwner");
  REQUIRE_FALSE(judge->admit(opened(a, 10)));
  REQUIRE(judge->admit(opened(a, 10)) == "OwnerAlreadyHasAnAccount");
  REQUIRE(error(transfer(1, 1)) == "ToAccountDoesNotExist");
  at.apply(a, opened(a, 10));
  at.apply(b, opened(b, 0));
  REQUIRE(judge->admit(opened(a, 10)) == "OwnerAlreadyHasAnAccount");
  REQUIRE(judge->admit(sent(b, 1, a, 0)) == "NotInitiatedByAccountOwner");
  REQUIRE(judge->admit(sent(a, 1, b, 11)) == "InsufficientFunds");
  REQUIRE(judge->admit(sent(a, 2, b, 1)) == "TransferNotNext");
  REQUIRE_FALSE(judge->admit(sent(a, 1, b, 6)));
  REQUIRE(judge->admit(sent(a, 2, b, 5)) == "InsufficientFunds");
  REQUIRE_FALSE(judge->admit(sent(a, 2, a, 4)));
  REQUIRE_FALSE(judge->admit(sent(a, 3, b, 4)));
  REQUIRE(error({"invent", {}}) == "UnknownAction");
  REQUIRE(error({"open", {}}) == "BadArgument");
  REQUIRE(error({"open", {"-1"}}) == "BadArgument");
  REQUIRE(error({"open", {"18446744073709551616"}}) == "BadArgument");
  REQUIRE(error({"open", {""}}) == "BadArgument");
  REQUIRE(error({"transfer", {to_base58(b)}}) == "BadArgument");
  REQUIRE(error({"transfer", {"nobody", "1"}}) == "BadArgument");
  REQUIRE(error({"transfer", {to_base58(b), "1x"}}) == "BadArgument");
}

TEST_CASE("at2: what is on its way counts once", "[unit][datatype]") {
  accounts::replica at;
  const auto judge = at.look_ahead(a);
  at.apply(b, opened(b, 0));
  const auto opening = opened(a, 10);
  REQUIRE_FALSE(judge->admit(opening));
  const auto first = sent(a, 1, b, 4);
  REQUIRE_FALSE(judge->admit(first));
  REQUIRE(judge->admit(sent(a, 2, b, 7)) == "InsufficientFunds");
  at.apply(a, opening);
  REQUIRE(judge->admit(sent(a, 2, b, 7)) == "InsufficientFunds");
  at.apply(a, first);
  REQUIRE(judge->admit(sent(a, 2, b, 7)) == "InsufficientFunds");
  REQUIRE(judge->prepare(transfer(1, 6)).has_value());
  REQUIRE_FALSE(judge->admit(sent(a, 2, b, 6)));
  REQUIRE(judge->admit(sent(a, 3, b, 1)) == "InsufficientFunds");
}

TEST_CASE("at2: nothing overflows", "[unit][datatype]") {
  accounts::replica at;
  for (const auto& owner : {a, b, c})
    at.apply(owner, opened(owner, most));
  at.apply(a, sent(a, 1, c, most));
  at.apply(b, sent(b, 1, c, most));
  REQUIRE(at.balance(c) == accounts::wide{3} * most);
  REQUIRE(at.read().find(": 55340232221128654845}") != std::string::npos);
  accounts::replica fresh;
  require_saved(at, fresh);
}

TEST_CASE("at2: accounts and transfers on their way are capped", "[unit][datatype]") {
  accounts::replica at;
  const auto judge = at.look_ahead(a);
  REQUIRE_FALSE(judge->admit(opened(a, 1)));
  for (std::uint64_t i = 1; i <= accounts::underway_max; ++i)
    REQUIRE_FALSE(judge->admit(sent(a, i, a, 0)));
  REQUIRE(judge->admit(sent(a, accounts::underway_max + 1, a, 0)) == "TooManyUnderway");
  for (std::uint32_t i = 0; i < accounts::accounts_max; ++i)
    at.apply(stranger(i), opened(stranger(i), 0));
  const auto newcomer = stranger(accounts::accounts_max);
  const auto late = at.look_ahead(newcomer);
  REQUIRE(late->prepare(open(1)).error() == "TooManyAccounts");
  REQUIRE_FALSE(late->admit(opened(newcomer, 1)));
}

TEST_CASE("at2: bad bytes change nothing", "[unit][datatype]") {
  accounts::replica at;
  at.apply(a, opened(a, 5));
  require_unmoved(at, a, {{}, {1, 2, 3}, bytes(64, 0), bytes(64, 0xff), sent(a, 0, b, 1)});
  const auto before = at.save();
  at.apply(b, sent(a, 1, b, 5));
  at.apply(b, opened(a, 5));
  at.apply(b, sent(b, 1, a, 5));
  at.apply(a, sent(a, 2, b, 5));
  REQUIRE(at.save() == before);
}

TEST_CASE("at2: saves and loads all of it", "[unit][datatype]") {
  accounts::replica empty;
  accounts::replica fresh;
  require_saved(empty, fresh);
  accounts::replica full;
  full.apply(a, opened(a, 5));
  full.apply(a, sent(a, 1, b, 7));
  require_saved(full, fresh);
  REQUIRE(fresh.read() == "{" + short_name(a) + ": -2}");
}

TEST_CASE("at2: answers with all balances or one", "[unit][datatype]") {
  accounts::replica at;
  at.apply(a, opened(a, 5));
  REQUIRE(at.answer({"balance", {}}) == "{" + short_name(a) + ": 5}");
  REQUIRE(at.answer({"balance", {to_base58(a)}}) == "5");
  REQUIRE(at.answer({"balance", {to_base58(b)}}).error() == "AccountDoesNotExist");
  REQUIRE(at.answer({"balance", {"me"}}).error() == "BadArgument");
  REQUIRE(at.answer({"balance", {to_base58(a), to_base58(b)}}).error() == "BadArgument");
}

TEST_CASE("at2: describes its operations", "[unit][datatype]") {
  REQUIRE(accounts::describe(opened(a, 5)) == "Open(" + short_name(a) + ", 5)");
  REQUIRE(accounts::describe(sent(a, 2, b, 7)) ==
          "Transfer(" + short_name(a) + ".2, " + short_name(b) + ", 7)");
  REQUIRE(accounts::describe({}) == "Malformed");
}

TEST_CASE("at2: prop_interpreter", "[unit][datatype]") {
  rc::prop("no schedule makes or loses money nor lets an agreed balance fall below zero", [] {
    const auto size = *rc::gen::inRange<std::size_t>(2, 6);
    const auto steps = *rc::gen::arbitrary<std::vector<std::array<std::uint8_t, 4>>>();
    auto group = bank(size);
    accounts::wide total = 0;
    for (const auto& [kind, who, other, amount] : steps) {
      const auto source = who % size;
      if (kind % 4 == 0 && group.execute(source, open(amount)).empty())
        total += amount;
      if (kind % 4 == 1)
        group.execute(source, transfer(other % size, amount / 4));
      if (kind % 4 > 1)
        group.deliver(source, other % size);
    }
    group.deliver_all();
    RC_ASSERT(group.agrees());
    accounts::wide sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto of = dynamic_cast<accounts::replica&>(group.at(0)).balance(actor_number(i)).value_or(0);
      RC_ASSERT(of >= 0);
      sum += of;
    }
    RC_ASSERT(sum == total);
  });
}
