// SPDX-License-Identifier: BSD-3-Clause
// The store: one sync serves all orders that wait, answers come in the order of the orders, and after a
// failing sync none is stored again.
#include "actors/store/store_actor.hpp"

#include "actors/store/memory_record_store.hpp"
#include "actors/store/memory_storage.hpp"
#include "messages/crypto/keys.hpp"
#include "tests/support/faulty_storage.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::store;
using test::faulty_storage;
using fault = faulty_storage::call;
using answer_list = std::vector<std::pair<std::uint64_t, bool>>;

namespace {

struct heard {
  answer_list answers;
  std::optional<status> state;
};

struct no_state {};

ticket_taker::behavior_type taker_actor(self_ptr<ticket_taker, no_state>, node_context, heard* out) {
  return {[out](const persisted& done) { out->answers.emplace_back(done.id.value(), done.stored); },
          [](const verified&) {}, [](const signed_off&) {}};
}

using asker_handle = handle<takes<get_status>>;

asker_handle::behavior_type asker_actor(self_ptr<asker_handle, no_state> self, node_context,
                                        store_handle desk, heard* out) {
  return {[self, desk, out](const get_status& wish) {
    request(self, desk, std::chrono::seconds{1}, wish)
      .then([out](const status& now) { out->state = now; },
            [](const caf::error&) { FAIL("the store did not answer"); });
  }};
}

struct scene {
  explicit scene(std::string refusing = {}) {
    store_options options{nullptr, std::move(refusing), placement::pool, records};
    if (options.refusing.empty())
      options.log = promise_log::create(disk, me).value().log;
    desk = spawn_store(on.system(), on.context("store"), options);
    asker = spawn(on.system(), on.context("asker"), asker_actor, desk, &out);
    disk->syncs = 0;
  }
  ~scene() { on.stop(desk, taker, asker); }

  void order(std::uint64_t id, bytes record) {
    post(desk, persist_order{{ticket{id}, std::move(record)}, taker});
  }
  void change(std::vector<record_change> changes, bool synced = false) {
    post(desk, record_order{std::move(changes), synced});
  }
  /// Promises below `id` are said by the records from now on.
  void supersede(std::uint64_t id, std::vector<record_change> changes, bytes says = {}) {
    post(desk, supersede_order{ticket{id}, taker, std::move(changes),
                               [id](byte_view record) { return record[0] >= id; }, std::move(says)});
  }
  void order(std::uint64_t id) { order(id, {static_cast<std::uint8_t>(id), 7}); }
  status now() {
    post(asker, get_status{});
    on.run();
    return out.state.value();
  }
  std::vector<bytes> stored() {
    memory->lose_unsynced();
    return promise_log::open(memory, me).value().records;
  }

  test::stage on;
  peer_id me = key_pair::from_seed({}).id();
  std::shared_ptr<memory_storage> memory = std::make_shared<memory_storage>();
  std::shared_ptr<faulty_storage> disk = std::make_shared<faulty_storage>(memory);
  std::shared_ptr<memory_record_store> records = std::make_shared<memory_record_store>();
  heard out;
  ticket_taker taker = spawn(on.system(), on.context("taker"), taker_actor, &out);
  store_handle desk;
  asker_handle asker;
};

} // namespace

TEST_CASE("store: orders that wait together are synced once and answered in order", "[actor][store]") {
  scene at;
  for (const std::uint64_t id : {5u, 3u, 9u, 1u})
    at.order(id);
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{5, true}, {3, true}, {9, true}, {1, true}});
  REQUIRE(at.disk->syncs == 1);
  REQUIRE(at.stored() == std::vector<bytes>{{5, 7}, {3, 7}, {9, 7}, {1, 7}});
  at.order(2);
  at.on.run();
  REQUIRE(at.disk->syncs == 2);
  const auto now = at.now();
  REQUIRE(now.records == 5);
  REQUIRE(now.commits == 2);
  REQUIRE(now.refused == 0);
  REQUIRE(now.refusing.empty());
}

TEST_CASE("store: a group has at most 64 records", "[actor][store]") {
  scene at;
  for (std::uint64_t id = 0; id < group_max + 1; ++id)
    at.order(id);
  at.on.run();
  REQUIRE(at.out.answers.size() == group_max + 1);
  REQUIRE(at.disk->syncs == 2);
}

TEST_CASE("store: a record that no log takes is refused in its turn", "[actor][store]") {
  scene at;
  at.order(1);
  at.order(2, {});
  at.order(3);
  at.order(4, bytes(record_size_max + 1));
  at.order(5, bytes(record_size_max, 5));
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, true}, {2, false}, {3, true}, {4, false}, {5, true}});
  REQUIRE(at.stored().size() == 3);
  REQUIRE(at.now().refused == 2);
  REQUIRE(at.now().refusing.empty());
}

TEST_CASE("store: a full disk refuses the group and takes the next", "[actor][store]") {
  scene at;
  at.disk->written_anyway = 20;
  at.disk->fail(fault::append, store_errc::no_space);
  at.order(1);
  at.order(2);
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, false}, {2, false}});
  REQUIRE(at.on.log().has(describe(store_errc::no_space)));
  at.disk->heal();
  at.order(3);
  at.on.run();
  REQUIRE(at.out.answers.back() == std::pair{std::uint64_t{3}, true});
  REQUIRE(at.stored() == std::vector<bytes>{{3, 7}});
}

TEST_CASE("store: after a failing sync every order is refused", "[actor][store]") {
  scene at;
  at.order(1);
  at.on.run();
  at.disk->fail(fault::sync, store_errc::io_failed);
  at.order(2);
  at.order(3);
  at.on.run();
  at.disk->heal();
  at.order(4);
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, true}, {2, false}, {3, false}, {4, false}});
  const auto now = at.now();
  REQUIRE(now.records == 1);
  REQUIRE(now.refused == 3);
  REQUIRE(now.refusing == describe(store_errc::log_failed));
  REQUIRE(at.stored() == std::vector<bytes>{{1, 7}});
}

TEST_CASE("store: without a log every order is refused and the reason is told", "[actor][store]") {
  scene at{"the promise log is damaged"};
  at.order(1);
  at.order(2, {});
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, false}, {2, false}});
  REQUIRE(at.now().refusing == "the promise log is damaged");
  REQUIRE(at.now().commits == 0);
}

TEST_CASE("store: superseded promises leave the log once their records are durable", "[actor][store]") {
  scene at;
  for (const std::uint64_t id : {1u, 2u, 6u})
    at.order(id);
  at.supersede(5, {{{1}, bytes{12}}});
  at.order(7);
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, true}, {2, true}, {6, true}, {5, true}, {7, true}});
  REQUIRE(at.stored() == std::vector<bytes>{{6, 7}, {7, 7}});
  at.records->lose_unsynced();
  REQUIRE(at.records->read(bytes{1}).value() == bytes{12});
  REQUIRE(at.now().compactions == 1);
}

TEST_CASE("store: records that cannot be made durable supersede nothing", "[actor][store]") {
  scene at;
  at.order(1);
  at.records->fail_syncs(store_errc::no_space);
  at.supersede(5, {{{1}, bytes{12}}});
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, true}, {5, false}});
  REQUIRE(at.on.log().has(describe(store_errc::no_space)));
  REQUIRE(at.stored() == std::vector<bytes>{{1, 7}});
  at.records->fail_syncs({});
  at.supersede(6, {{{1}, bytes{13}}});
  at.on.run();
  REQUIRE(at.out.answers.back() == std::pair{std::uint64_t{6}, true});
  REQUIRE(at.stored().empty());
}

TEST_CASE("store: a log that cannot be compacted keeps its promises and says so", "[actor][store]") {
  scene at;
  at.order(1);
  at.on.run();
  at.disk->fail(fault::create, store_errc::no_space);
  at.supersede(5, {{{1}, bytes{12}}});
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, true}, {5, true}});
  REQUIRE(at.on.log().has("a compaction of the promise log could not be written"));
  REQUIRE(at.now().compactions == 0);
  REQUIRE(at.stored() == std::vector<bytes>{{1, 7}});
  at.disk->heal();
  at.supersede(6, {});
  at.on.run();
  REQUIRE(at.stored().empty());
}

TEST_CASE("store: a record never gets to the disk before the promises ordered before it", "[actor][store]") {
  scene at;
  at.order(1);
  at.change({{{1}, bytes{1}}});
  at.disk->fail(fault::sync, store_errc::io_failed);
  REQUIRE(at.records->read(bytes{1}).value() == std::nullopt);
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, false}});
  at.change({{{2}, bytes{2}}});
  at.on.run();
  REQUIRE(at.records->read(bytes{2}).value() == bytes{2});
  REQUIRE(at.records->commits() == 0);
  at.supersede(5, {});
  at.on.run();
  REQUIRE(at.out.answers.back() == std::pair{std::uint64_t{5}, false}); // the log has failed
}

TEST_CASE("store: a record that no store takes is logged and the next one is taken", "[actor][store]") {
  scene at;
  at.change({{{}, bytes{1}}});
  at.change({{{3}, bytes{3}}});
  at.on.run();
  REQUIRE(at.on.log().has("records could not be written"));
  REQUIRE(at.records->read(bytes{3}).value() == bytes{3});
}

TEST_CASE("store: without records orders of records are refused", "[actor][store]") {
  scene at{"the promise log is damaged"};
  at.supersede(5, {});
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{5, false}});
}

TEST_CASE("store: what a superseding order says is in the log before anything leaves it", "[actor][store]") {
  scene at;
  at.order(1);
  at.supersede(5, {{bytes{1}, bytes{2}}}, {9, 9});
  at.on.run();
  REQUIRE(at.out.answers == answer_list{{1, true}, {5, true}});
  REQUIRE(at.stored() == std::vector<bytes>{{9, 9}});
}

TEST_CASE("store: a log that cannot take what an order says keeps everything", "[actor][store]") {
  scene at;
  at.order(1);
  at.on.run();
  at.disk->fail(fault::append, store_errc::no_space);
  at.supersede(5, {{bytes{1}, bytes{2}}}, {9, 9});
  at.on.run();
  REQUIRE(at.out.answers.back() == std::pair<std::uint64_t, bool>{5, true}); // the records are durable
  REQUIRE(at.records->read(bytes{1}).value() == bytes{2});
  REQUIRE(at.now().compactions == 0);
  REQUIRE(at.stored() == std::vector<bytes>{{1, 7}});
}

TEST_CASE("store: records that are to be synced at once are", "[actor][store]") {
  scene at;
  at.change({{bytes{1}, bytes{2}}});
  at.on.run();
  REQUIRE(at.records->commits() == 0);
  at.change({{bytes{2}, bytes{3}}}, true);
  at.on.run();
  at.records->lose_unsynced();
  REQUIRE(at.records->read(bytes{1}).value() == bytes{2});
  REQUIRE(at.records->read(bytes{2}).value() == bytes{3});
}
