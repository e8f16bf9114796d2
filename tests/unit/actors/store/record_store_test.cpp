// SPDX-License-Identifier: BSD-3-Clause
// The contract of the seam "records", kept by LMDB and by its twin in memory. `medium` opens one anew as a
// process does that was killed.
#include "actors/store/lmdb_record_store.hpp"
#include "actors/store/memory_record_store.hpp"

#include "messages/crypto/keys.hpp"
#include "tests/support/scratch_folder.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace troupe;
using namespace troupe::store;
using key_list = std::vector<bytes>;

namespace {

const peer_id me = key_pair::from_seed({}).id();
constexpr std::size_t all = 1u << 30; // bytes

struct medium {
  std::shared_ptr<record_store> on;
  std::function<std::shared_ptr<record_store>()> after_crash;
};

key_list keys_in(const std::vector<record>& records) {
  key_list keys;
  for (const auto& one : records)
    keys.push_back(one.key);
  return keys;
}

bytes value_of_size(std::size_t size) {
  bytes value(size);
  for (std::size_t i = 0; i < size; ++i)
    value[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  return value;
}

void reads_and_writes(medium& at) {
  auto& on = *at.on;
  SECTION("it begins empty") {
    REQUIRE(on.read(bytes{1}).value() == std::nullopt);
    REQUIRE(on.read({}).value() == std::nullopt);
    REQUIRE(on.scan({}, {}, all).value().empty());
    REQUIRE(on.sync());
  }
  SECTION("what was written is read before and after a sync") {
    REQUIRE(on.write({{{1}, bytes{10}}, {{2}, bytes{}}, {{3}, bytes{30}}}));
    for (int round = 0; round < 2; ++round) {
      REQUIRE(on.read(bytes{1}).value() == bytes{10});
      REQUIRE(on.read(bytes{2}).value() == bytes{});
      REQUIRE(on.read(bytes{4}).value() == std::nullopt);
      REQUIRE(keys_in(on.scan({}, {}, all).value()) == key_list{{1}, {2}, {3}});
      REQUIRE(on.sync());
    }
  }
  SECTION("the last change of a key wins") {
    REQUIRE(on.write({{{1}, bytes{10}}, {{1}, bytes{11}}, {{2}, bytes{20}}, {{2}, std::nullopt}}));
    REQUIRE(on.sync());
    REQUIRE(on.write({{{1}, std::nullopt}, {{9}, std::nullopt}, {{2}, bytes{22}}}));
    for (int round = 0; round < 2; ++round) {
      REQUIRE(on.read(bytes{1}).value() == std::nullopt);
      REQUIRE(on.read(bytes{2}).value() == bytes{22});
      REQUIRE(keys_in(on.scan({}, {}, all).value()) == key_list{{2}});
      REQUIRE(on.sync());
    }
  }
  SECTION("a large value comes back as it went in") {
    const auto large = value_of_size(1u << 20);
    REQUIRE(on.write({{{1}, large}, {bytes(record_key_max, 7), bytes{1}}}));
    REQUIRE(on.sync());
    REQUIRE((on.read(bytes{1}).value() == large));
    REQUIRE(on.read(bytes(record_key_max, 7)).value() == bytes{1});
  }
  SECTION("what no store takes changes nothing") {
    const auto refused = [&](const record_change& bad) {
      const auto done = on.write({{{1}, bytes{1}}, bad});
      return !done && done.error() == store_errc::record_too_long &&
             on.read(bytes{1}).value() == std::nullopt;
    };
    REQUIRE(refused({{}, bytes{1}}));
    REQUIRE(refused({bytes(record_key_max + 1), bytes{1}}));
    REQUIRE(refused({{2}, bytes(record_value_max + 1)}));
    std::vector<record_change> too_much(5, {{3}, bytes(record_value_max)});
    REQUIRE(on.write(too_much).error() == store_errc::record_too_long);
    REQUIRE(on.scan({}, {}, all).value().empty());
  }
}

void scans(medium& at) {
  auto& on = *at.on;
  // Every second one is durable, so that what waits lies between.
  for (std::uint8_t i = 0; i < 20; i += 2)
    REQUIRE(on.write({{{i, 5}, bytes(10, i)}}));
  REQUIRE(on.sync());
  for (std::uint8_t i = 1; i < 20; i += 2)
    REQUIRE(on.write({{{i, 5}, bytes(10, i)}}));
  SECTION("a range is half open") {
    REQUIRE(keys_in(on.scan(bytes{3, 5}, bytes{6, 5}, all).value()) == key_list{{3, 5}, {4, 5}, {5, 5}});
    REQUIRE(keys_in(on.scan(bytes{3, 6}, bytes{6, 6}, all).value()) == key_list{{4, 5}, {5, 5}, {6, 5}});
    REQUIRE(on.scan(bytes{3, 5}, bytes{3, 5}, all).value().empty());
    REQUIRE(on.scan(bytes{6}, bytes{3}, all).value().empty());
    REQUIRE(keys_in(on.scan(bytes{18}, {}, all).value()) == key_list{{18, 5}, {19, 5}});
  }
  SECTION("a page has at most its bytes and at least one record") {
    REQUIRE(on.scan({}, {}, 0).value().size() == 1);
    REQUIRE(on.scan({}, {}, 23).value().size() == 1);
    REQUIRE(on.scan({}, {}, 24).value().size() == 2);
    REQUIRE(on.scan({}, {}, 36).value().size() == 3);
  }
  SECTION("pages continue behind the last key") {
    key_list found;
    for (bytes from;;) {
      const auto page = on.scan(from, {}, 30).value();
      if (page.empty())
        break;
      for (const auto& one : page) {
        REQUIRE(one.value == bytes(10, one.key[0]));
        found.push_back(one.key);
      }
      from = found.back();
      from.push_back(0);
    }
    REQUIRE(found.size() == 20);
    REQUIRE(std::is_sorted(found.begin(), found.end()));
  }
  SECTION("an erased record is passed over though it is still on the disk") {
    REQUIRE(on.write({{{4, 5}, std::nullopt}, {{6, 5}, bytes{66}}}));
    const auto found = on.scan(bytes{4}, bytes{7}, all).value();
    REQUIRE(keys_in(found) == key_list{{5, 5}, {6, 5}});
    REQUIRE(found[1].value == bytes{66});
  }
}

void survives(medium& at) {
  REQUIRE(at.on->write({{{1}, bytes{1}}, {{2}, bytes{2}}}));
  REQUIRE(at.on->sync());
  REQUIRE(at.on->write({{{2}, bytes{22}}, {{1}, std::nullopt}, {{3}, bytes{3}}}));
  SECTION("a crash takes what was not synced and nothing else") {
    at.on = at.after_crash();
    REQUIRE(at.on->read(bytes{1}).value() == bytes{1});
    REQUIRE(at.on->read(bytes{2}).value() == bytes{2});
    REQUIRE(keys_in(at.on->scan({}, {}, all).value()) == key_list{{1}, {2}});
  }
  SECTION("a crash takes nothing that was synced") {
    REQUIRE(at.on->sync());
    at.on = at.after_crash();
    REQUIRE(at.on->read(bytes{2}).value() == bytes{22});
    REQUIRE(keys_in(at.on->scan({}, {}, all).value()) == key_list{{2}, {3}});
  }
  SECTION("more than may wait is synced by itself") {
    for (std::uint8_t i = 10; i < 13; ++i)
      REQUIRE(at.on->write({{{i}, bytes(unsynced_records_max / 2, i)}}));
    at.on = at.after_crash();
    REQUIRE(keys_in(at.on->scan({}, {}, all).value()) == key_list{{2}, {3}, {10}, {11}});
  }
}

medium in_memory() {
  auto on = std::make_shared<memory_record_store>();
  return {on, [on] {
            on->lose_unsynced();
            return on;
          }};
}

medium on_disk(const std::filesystem::path& folder, std::size_t map_size = record_map_size) {
  REQUIRE(lmdb_record_store::make(folder, me));
  medium made{lmdb_record_store::open(folder, me, map_size).value(), {}};
  made.after_crash = [folder, map_size] { return lmdb_record_store::open(folder, me, map_size).value(); };
  return made;
}

} // namespace

TEST_CASE("record store: memory keeps the contract", "[unit][store]") {
  auto at = in_memory();
  SECTION("reading and writing") {
    reads_and_writes(at);
  }
  SECTION("scanning") {
    scans(at);
  }
  SECTION("a crash") {
    survives(at);
  }
}

TEST_CASE("record store: LMDB keeps the contract", "[unit][store]") {
  test::scratch_folder scratch;
  auto at = on_disk(scratch.path() / "records");
  SECTION("reading and writing") {
    reads_and_writes(at);
  }
  SECTION("scanning") {
    scans(at);
  }
  SECTION("a crash") {
    survives(at);
  }
}

TEST_CASE("record store: LMDB outgrows the space it began with", "[unit][store]") {
  test::scratch_folder scratch;
  auto at = on_disk(scratch.path() / "records", 1u << 16);
  const auto value = value_of_size(100'000);
  for (std::uint8_t i = 0; i < 30; ++i) {
    REQUIRE(at.on->write({{{i}, value}}));
    if (i % 7 == 0)
      REQUIRE(at.on->sync());
  }
  REQUIRE(at.on->sync());
  at.on.reset();
  at.on = at.after_crash();
  const auto found = at.on->scan({}, {}, all).value();
  REQUIRE(found.size() == 30);
  for (const auto& one : found)
    REQUIRE((one.value == value && !one.damaged));
}

TEST_CASE("record store: a value of the greatest length is taken", "[unit][store]") {
  memory_record_store on;
  REQUIRE(on.write({{{1}, bytes(record_value_max)}}));
  REQUIRE(on.read(bytes{1}).value()->size() == record_value_max);
}

TEST_CASE("record store: a damaged value is named and never returned", "[unit][store]") {
  memory_record_store on;
  REQUIRE(on.write({{{1}, bytes{10}}, {{2}, bytes{20, 21}}, {{3}, bytes{30}}}));
  REQUIRE(on.sync());
  for (std::size_t byte = 0; byte < 6; ++byte)
    for (unsigned bit = 0; bit < 8; ++bit) {
      REQUIRE(on.flip(bytes{2}, byte, bit));
      REQUIRE(on.read(bytes{2}).error() == store_errc::record_damaged);
      const auto found = on.scan({}, {}, all).value();
      REQUIRE(keys_in(found) == key_list{{1}, {2}, {3}});
      REQUIRE((!found[0].damaged && found[1].damaged && !found[2].damaged));
      REQUIRE(found[1].value.empty());
      REQUIRE(on.flip(bytes{2}, byte, bit));
    }
  REQUIRE(on.read(bytes{2}).value() == bytes{20, 21});
  REQUIRE_FALSE(on.flip(bytes{4}, 0, 0));
}

TEST_CASE("record store: a value under another key or cut short is not taken", "[unit][store]") {
  const auto sealed = seal_record(bytes{1}, bytes{2, 3});
  REQUIRE(to_bytes(*unseal_record(bytes{1}, sealed)) == bytes{2, 3});
  REQUIRE_FALSE(unseal_record(bytes{2}, sealed));
  REQUIRE_FALSE(unseal_record(bytes{1, 2}, seal_record(bytes{1}, bytes{2, 2, 3})));
  for (std::size_t size = 0; size < sealed.size(); ++size)
    REQUIRE_FALSE(unseal_record(bytes{1}, byte_view{sealed}.first(size)));
}

TEST_CASE("record store: what could not be synced is tried again", "[unit][store]") {
  memory_record_store on;
  REQUIRE(on.write({{{1}, bytes{1}}}));
  REQUIRE(on.sync());
  on.fail_syncs(store_errc::no_space);
  REQUIRE(on.write({{{1}, bytes{2}}, {{2}, bytes{2}}}));
  REQUIRE(on.sync().error() == store_errc::no_space);
  REQUIRE(on.read(bytes{1}).value() == bytes{2});
  REQUIRE(on.write({{{3}, bytes(unsynced_records_max)}}).error() == store_errc::no_space);
  REQUIRE(on.read(bytes{3}).value() == std::nullopt);
  on.fail_syncs({});
  REQUIRE(on.sync());
  on.lose_unsynced();
  REQUIRE(on.durable_keys() == key_list{{1}, {2}});
  REQUIRE(on.commits() == 2);
}

TEST_CASE("record store: a failing read is an error and no absence", "[unit][store]") {
  memory_record_store on;
  on.fail_reads(store_errc::io_failed);
  REQUIRE(on.read(bytes{1}).error() == store_errc::io_failed);
  REQUIRE(on.scan({}, {}, all).error() == store_errc::io_failed);
}
