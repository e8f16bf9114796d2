// SPDX-License-Identifier: BSD-3-Clause
// A checkpoint in the record store: read back whole or not at all, and what the log may forget by it.
#include "actors/brb/checkpoint_records.hpp"
#include "actors/store/memory_record_store.hpp"
#include "messages/codec/orswot_codec.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;

namespace {

const known_data_type& set_type() {
  return **find_data_type("orswot");
}

base_state made_base(std::uint64_t values) {
  const auto set = set_type().make();
  for (std::uint64_t value = 1; value <= values; ++value)
    set->apply(actor_number(1), orswot::encode({orswot::action::add, actor_number(1), value, {value}, {}}));
  const auto saved = std::make_shared<const bytes>(set->save());
  checkpoint proof{{group_id{2}, generation{0}, {{actor_number(1), values}}, sha256(*saved), saved->size()},
                   {1},
                   {signature{1}}};
  return {std::make_shared<const checkpoint>(std::move(proof)), saved};
}

certificate_ptr delivery(std::uint64_t sequence) {
  auto made = std::make_shared<certificate>();
  made->payload = orswot::encode({orswot::action::add, actor_number(1), sequence, {sequence}, {}});
  made->header = {group_id{2}, actor_number(1), sequence, generation{0}, sha256(made->payload), 1};
  return made;
}

store::opened_promises log_of(std::vector<bytes> records, bool compacted) {
  store::opened_promises log;
  log.records = std::move(records);
  log.compacted = compacted;
  return log;
}

/// The key of the record whose value is the longest: the first part of the state.
void damage_state(store::memory_record_store& records) {
  auto all = records.scan({}, {}, std::size_t{1} << 30);
  REQUIRE(all);
  auto longest = std::max_element(
    all->begin(), all->end(), [](const auto& a, const auto& b) { return a.value.size() < b.value.size(); });
  longest->value.back() ^= 1u;
  REQUIRE(records.write({{longest->key, longest->value}}));
}

} // namespace

TEST_CASE("checkpoint records: a checkpoint is read back and a shorter one takes its place", "[unit][brb]") {
  store::memory_record_store records;
  CHECK_FALSE(read_base(records, set_type())->proof);
  for (const std::uint64_t values : {300'000u, 3u}) { // the first one takes several records
    const auto base = made_base(values);
    REQUIRE(records.write(records_of(base)));
    const auto read = read_base(records, set_type());
    REQUIRE(read);
    CHECK(read->proof->what == base.proof->what);
    CHECK(*read->saved == *base.saved);
  }
}

TEST_CASE("checkpoint records: a damaged state is not used", "[unit][brb]") {
  store::memory_record_store records;
  REQUIRE(records.write(records_of(made_base(3))));
  damage_state(records);
  CHECK_FALSE(read_base(records, set_type()));
}

TEST_CASE("checkpoint records: a state of another type is not used", "[unit][brb]") {
  store::memory_record_store records;
  REQUIRE(records.write(records_of(made_base(3))));
  CHECK_FALSE(read_base(records, **find_data_type("at2")));
}

TEST_CASE("checkpoint records: with the whole log a damaged checkpoint is of no account", "[unit][brb]") {
  store::memory_record_store records;
  REQUIRE(records.write(records_of(made_base(2))));
  damage_state(records);
  const std::vector<bytes> whole{encode(promise{delivered_promise{delivery(1)}}),
                                 encode(promise{delivered_promise{delivery(2)}})};
  const auto memory = remembered(log_of(whole, false), records, set_type(), cluster_network);
  REQUIRE(memory);
  CHECK((*memory)->delivered_since_base().size() == 2);
  CHECK_FALSE(remembered(log_of(whole, true), records, set_type(), cluster_network));
}

TEST_CASE("checkpoint records: a node remembers what lies behind its checkpoint", "[unit][brb]") {
  store::memory_record_store records;
  REQUIRE(records.write(records_of(made_base(2))));
  const auto memory = remembered(
    log_of({encode(promise{delivered_promise{delivery(2)}}), encode(promise{delivered_promise{delivery(4)}}),
            encode(promise{delivered_promise{delivery(3)}})},
           true),
    records, set_type(), cluster_network);
  REQUIRE(memory);
  const auto behind = (*memory)->delivered_since_base();
  REQUIRE(behind.size() == 2); // in order, though the log has them otherwise
  CHECK(behind[0]->header.sequence == 3);
  CHECK(behind[1]->header.sequence == 4);
}

TEST_CASE("checkpoint records: only locks and deliveries that are covered bind no more", "[unit][brb]") {
  const auto binds = still_binding({{actor_number(1), 2}});
  CHECK_FALSE(binds(encode(promise{delivered_promise{delivery(2)}})));
  CHECK(binds(encode(promise{delivered_promise{delivery(3)}})));
  const auto lock = [](std::uint64_t sequence) {
    const auto done = delivery(sequence);
    return encode(promise{lock_promise{{generation{0}, done->header, {}, done->payload}}});
  };
  CHECK_FALSE(binds(lock(1)));
  CHECK(binds(lock(3)));
  CHECK(
    binds(encode(promise{forced_promise{generation{0}, {membership::change_kind::join, actor_number(1)}}})));
  CHECK(binds(bytes{1, 2, 3})); // what cannot be read is kept
}

TEST_CASE("checkpoint records: the disk never goes back behind what was ordered", "[unit][brb]") {
  agreement_memory memory{{}, made_base(2)};
  std::size_t ordered = 0;
  const auto order = [&](std::uint64_t up_to) {
    return memory.order_checkpoint({{actor_number(1), up_to}}, [&] { ++ordered; });
  };
  CHECK_FALSE(order(1)); // behind the one it began with
  CHECK(order(5));
  CHECK_FALSE(order(4));
  CHECK_FALSE(memory.order_checkpoint({{actor_number(2), 9}}, [&] { ++ordered; })); // aside of it
  CHECK(order(6));
  CHECK(ordered == 2);
}

TEST_CASE("checkpoint records: of two bases the memory goes on from the further", "[unit][brb]") {
  agreement_memory memory{{}, made_base(2)};
  memory.rebase(made_base(5));
  memory.rebase(made_base(3));
  CHECK(memory.base().delivered() == delivered_vector{{actor_number(1), 5}});
}

TEST_CASE("checkpoint records: a log that says how far its lost checkpoint went can be mended",
          "[unit][brb]") {
  store::memory_record_store records;
  REQUIRE(records.write(records_of(made_base(2))));
  SECTION("its state is damaged") {
    damage_state(records);
  }
  SECTION("its proof is damaged") {
    REQUIRE(records.sync());
    REQUIRE(records.flip(to_bytes(as_bytes("checkpoint/proof")), 9, 1));
  }
  SECTION("it is missing") {
    REQUIRE(records.write({{to_bytes(as_bytes("checkpoint/proof")), std::nullopt}}));
  }
  SECTION("it is an older one") {
    REQUIRE(records.write(records_of(made_base(1))));
  }
  const auto log = log_of({encode(promise{covered_promise{{{actor_number(1), 2}}}}),
                           encode(promise{delivered_promise{delivery(3)}})},
                          true);
  const auto memory = remembered(log, records, set_type(), cluster_network);
  REQUIRE(memory);
  auto& mended = **memory;
  CHECK_FALSE(mended.whole());
  CHECK(mended.lost().covered == delivered_vector{{actor_number(1), 2}});
  CHECK_THAT(mended.lost().why, Catch::Contains("the checkpoint in the record store cannot be used"));
  CHECK_FALSE(mended.base().proof);
  mended.rebase(made_base(1)); // not as far as what was lost
  CHECK_FALSE(mended.whole());
  CHECK_FALSE(mended.base().proof);
  CHECK_FALSE(mended.order_checkpoint({{actor_number(1), 1}}, [] { FAIL("an older one is stored"); }));
  mended.rebase(made_base(2));
  CHECK(mended.whole());
  const auto behind = mended.delivered_since_base();
  REQUIRE(behind.size() == 1); // what the log holds behind it is not forgotten meanwhile
  CHECK(behind[0]->header.sequence == 3);
}

TEST_CASE("checkpoint records: a lost checkpoint of unknown reach is refused", "[unit][brb]") {
  store::memory_record_store records;
  const auto log = log_of({encode(promise{delivered_promise{delivery(3)}})}, true);
  const auto refused = remembered(log, records, set_type(), cluster_network);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().text, Catch::Contains("it is missing") && Catch::Contains("new key"));
}

TEST_CASE("checkpoint records: a whole state of another type is refused even where a lost one is mended",
          "[unit][brb]") {
  store::memory_record_store records;
  REQUIRE(records.write(records_of(made_base(2))));
  for (const bool compacted : {true, false}) {
    const auto log = log_of({encode(promise{covered_promise{{{actor_number(1), 2}}}})}, compacted);
    const auto refused = remembered(log, records, **find_data_type("at2"), cluster_network);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().text, Catch::Contains("its state is not one of at2"));
  }
}

TEST_CASE("checkpoint records: of what checkpoints cover the log keeps the last word", "[unit][brb]") {
  const auto binds = still_binding({{actor_number(1), 2}});
  CHECK(binds(encode(promise{covered_promise{{{actor_number(1), 2}}}})));
  CHECK_FALSE(binds(encode(promise{covered_promise{{{actor_number(1), 1}}}})));
  const auto read = replay(std::vector<bytes>{encode(promise{covered_promise{{{actor_number(1), 1}}}}),
                                              encode(promise{covered_promise{{{actor_number(1), 2}}}})},
                           cluster_network);
  CHECK(read.covered == delivered_vector{{actor_number(1), 2}});
}

TEST_CASE("checkpoint records: a delivery that was lost behind a checkpoint is counted from there on",
          "[unit][brb]") {
  auto lost = encode(promise{delivered_promise{delivery(1001)}});
  lost.back() ^= 1u;
  std::vector<bytes> records{encode(promise{covered_promise{{{actor_number(1), 1000}}}}), lost};
  for (std::uint64_t sequence = 1002; sequence < 1002 + window_size - 1; ++sequence)
    records.push_back(encode(promise{delivered_promise{delivery(sequence)}}));
  CHECK(replay(records, cluster_network).readable);
  records.push_back(encode(promise{delivered_promise{delivery(1002 + window_size - 1)}}));
  CHECK_FALSE(replay(records, cluster_network).readable);
}
