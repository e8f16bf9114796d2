// SPDX-License-Identifier: BSD-3-Clause
// Compactions of the promise log: what is alive stays, in order, whatever happens on the way, and nothing
// that was promised before or after is lost.
#include "actors/store/memory_storage.hpp"
#include "actors/store/promise_log.hpp"
#include "actors/store/segment.hpp"

#include "messages/crypto/keys.hpp"
#include "tests/support/faulty_storage.hpp"
#include "tests/support/mortal_disk.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::store;
using Catch::Contains;
using test::death;
using test::faulty_storage;
using test::mortal_storage;
using fault = faulty_storage::call;
using record_list = std::vector<bytes>;

namespace {

constexpr std::size_t small_segment = 200; // bytes; four records of these tests
const peer_id me = key_pair::from_seed({}).id();

bytes numbered(std::size_t i) {
  return bytes(20, static_cast<std::uint8_t>(i));
}

bool even(byte_view record) {
  return record[0] % 2 == 0;
}

record_list records_in(const std::shared_ptr<storage>& disk) {
  return promise_log::open(disk, me, small_segment).value().records;
}

std::size_t segments_on(storage& disk) {
  return disk.list().value().size();
}

} // namespace

TEST_CASE("compaction: keeps what is alive in order and goes on behind it", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  auto log = promise_log::create(disk, me, small_segment).value().log;
  record_list alive;
  std::size_t next = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 9; ++i, ++next) {
      REQUIRE(log->append({numbered(next)}));
      if (next % 2 == 0)
        alive.push_back(numbered(next));
    }
    REQUIRE(log->compact(even));
    REQUIRE(segments_on(*disk) == 1);
    disk->lose_unsynced();
    const auto opened = promise_log::open(disk, me, small_segment).value();
    REQUIRE(opened.records == alive);
    REQUIRE(opened.compacted);
    REQUIRE(opened.log->records() == log->records());
    if (round % 2 == 0)
      log = opened.log;
  }
}

TEST_CASE("compaction: one that was cut is refused wherever it ends", "[unit][store]") {
  const auto whole = std::make_shared<memory_storage>();
  const auto log = promise_log::create(whole, me, small_segment).value().log;
  REQUIRE(log->append({numbered(0), numbered(2), numbered(4)}));
  REQUIRE(log->compact(even));
  const auto began_with = whole->read(segment_name(2)).value().size();
  REQUIRE(log->append({numbered(6)}));
  const auto content = whole->read(segment_name(2)).value();
  for (auto size = segment_header_size; size < content.size(); ++size) {
    const auto cut = std::make_shared<memory_storage>();
    REQUIRE(cut->create(segment_name(2), byte_view{content}.first(size)));
    const auto opened = promise_log::open(cut, me, small_segment);
    INFO(size << " of " << content.size() << " bytes");
    REQUIRE(opened.has_value() == (size >= began_with));
    if (!opened) {
      REQUIRE_THAT(opened.error().text, Contains("was cut"));
      REQUIRE(cut->read(segment_name(2)).value().size() == size); // left as it was
    }
  }
}

TEST_CASE("compaction: one whose end turned to zeros is refused and left as it is", "[unit][store]") {
  const auto whole = std::make_shared<memory_storage>();
  const auto log = promise_log::create(whole, me, small_segment).value().log;
  REQUIRE(log->append({numbered(0), numbered(2), numbered(4)}));
  REQUIRE(log->compact(even));
  auto content = whole->read(segment_name(2)).value();
  const auto records = read_records(content, *decode_segment_header(content)).records.size();
  REQUIRE(records == 3);
  std::fill(content.end() - 32, content.end(), std::uint8_t{0}); // the last record with its header
  const auto cut = std::make_shared<memory_storage>();
  REQUIRE(cut->create(segment_name(2), content));
  REQUIRE_THAT(promise_log::open(cut, me, small_segment).error().text, Contains("was cut"));
  REQUIRE(cut->read(segment_name(2)).value() == content);
}

TEST_CASE("compaction: nothing alive leaves a log that can be opened", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto log = promise_log::create(disk, me, small_segment).value().log;
  REQUIRE(log->append({numbered(1), numbered(2)}));
  for (int i = 0; i < 3; ++i)
    REQUIRE(log->compact([](byte_view) { return false; }));
  REQUIRE(records_in(disk).empty());
  REQUIRE(log->append({numbered(3)}));
  REQUIRE(records_in(disk) == record_list{numbered(3)});
}

TEST_CASE("compaction: asks about each record once and about none that is gone", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto log = promise_log::create(disk, me, small_segment).value().log;
  for (std::size_t i = 0; i < 10; ++i)
    REQUIRE(log->append({numbered(i)}));
  record_list asked;
  const auto ask = [&](byte_view record) {
    asked.push_back(to_bytes(record));
    return even(record);
  };
  REQUIRE(log->compact(ask));
  REQUIRE(asked.size() == 10);
  asked.clear();
  REQUIRE(log->append({numbered(10)}));
  REQUIRE(log->compact(ask));
  REQUIRE(asked ==
          record_list{numbered(0), numbered(2), numbered(4), numbered(6), numbered(8), numbered(10)});
}

TEST_CASE("compaction: a death at any step loses nothing that was promised", "[unit][store]") {
  // Appends and compactions in turn on a disk that ends at every one of its calls, in every way. What an
  // append confirmed must be found, if it is even or behind the last compaction that was begun.
  for (const auto when : {death::moment::before, death::moment::within, death::moment::after})
    for (std::size_t last = 0;; ++last) {
      const auto platter = std::make_shared<memory_storage>();
      REQUIRE(promise_log::create(platter, me, small_segment));
      const auto end = std::make_shared<death>();
      end->comes_after(last, when);
      const auto disk = std::make_shared<mortal_storage>(platter, end);
      const auto log = promise_log::open(disk, me, small_segment).value().log;
      record_list promised;      // all that must be there
      record_list since;         // of these, the odd ones that only a compaction may take
      std::optional<bytes> open; // may be there or not
      bool compacting = false;
      for (std::size_t i = 0; i < 30 && !end->happened(); ++i) {
        open = numbered(i);
        if (log->append({*open})) {
          promised.push_back(*open);
          open.reset();
        }
        if (i % 11 != 10 || end->happened())
          continue;
        compacting = true;
        if (log->compact(even)) {
          std::erase_if(promised, [](const auto& record) { return !even(record); });
          compacting = end->happened();
        }
      }
      platter->lose_unsynced();
      INFO("call " << last << ", way " << static_cast<int>(when));
      auto found = records_in(platter);
      if (open && !found.empty() && found.back() == *open)
        found.pop_back();
      record_list fewer = promised;
      std::erase_if(fewer, [](const auto& record) { return !even(record); });
      REQUIRE((found == promised || (compacting && found == fewer)));
      REQUIRE(promise_log::open(platter, me, small_segment).value().log->append({numbered(99)}));
      REQUIRE(records_in(platter).back() == numbered(99));
      if (!end->happened())
        break;
    }
}

TEST_CASE("compaction: one that failed is not believed after more was promised", "[unit][store]") {
  // The folder could not be synced, so the compaction was taken back, but only until the crash.
  const auto disk = std::make_shared<memory_storage>();
  const auto log = promise_log::create(disk, me, small_segment).value().log;
  record_list records;
  for (std::size_t i = 0; i < 6; ++i)
    REQUIRE(log->append({records.emplace_back(numbered(i))}));
  auto ghost = encode_segment_header({3, 6, me, true});
  append_record(ghost, 6, numbered(0));
  SECTION("nothing was") {
    REQUIRE(disk->create(segment_name(3), ghost));
    REQUIRE(records_in(disk) == record_list{numbered(0)});
    REQUIRE(segments_on(*disk) == 1);
  }
  SECTION("one record was") {
    REQUIRE(log->append({records.emplace_back(numbered(6))}));
    REQUIRE(disk->create(segment_name(3), ghost));
    REQUIRE(records_in(disk) == records);
    REQUIRE(segments_on(*disk) == 2);
  }
  SECTION("the segment before it is damaged so that nobody knows") {
    REQUIRE(disk->create(segment_name(3), ghost));
    disk->flip(segment_name(2), segment_header_size + 20, 1);
    REQUIRE_THAT(promise_log::open(disk, me).error().text, Contains("is damaged behind byte"));
  }
  SECTION("the segment before it lost a record") {
    REQUIRE(disk->create(segment_name(3), ghost));
    REQUIRE(disk->truncate(segment_name(2), segment_header_size));
    REQUIRE_THAT(promise_log::open(disk, me).error().text, Contains("is damaged behind byte"));
  }
}

TEST_CASE("compaction: a log may begin late only with one", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  auto segment = encode_segment_header({4, 9, me, false});
  append_record(segment, 9, numbered(1));
  REQUIRE(disk->create(segment_name(4), segment));
  REQUIRE_THAT(promise_log::open(disk, me).error().text, Contains("promises-00000001.log is missing"));
}

TEST_CASE("compaction: segments that cannot be deleted are deleted later", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  const auto log = promise_log::create(faulty, me, small_segment).value().log;
  for (std::size_t i = 0; i < 10; ++i)
    REQUIRE(log->append({numbered(i)}));
  faulty->fail(fault::remove, store_errc::io_failed);
  REQUIRE(log->compact(even));
  REQUIRE(segments_on(*disk) == 4);
  REQUIRE(log->append({numbered(10)}));
  const record_list alive{numbered(0), numbered(2), numbered(4), numbered(6), numbered(8), numbered(10)};
  SECTION("by the next compaction") {
    faulty->heal();
    REQUIRE(log->compact(even));
    REQUIRE(segments_on(*disk) == 1);
    REQUIRE(records_in(disk) == alive);
  }
  SECTION("by the next start") {
    REQUIRE(records_in(disk) == alive);
    REQUIRE(segments_on(*disk) == 2); // the compaction and the one begun behind it
  }
}

TEST_CASE("compaction: what cannot be done leaves the log as it was", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  const auto log = promise_log::create(faulty, me, small_segment).value().log;
  record_list records;
  for (std::size_t i = 0; i < 10; ++i)
    REQUIRE(log->append({records.emplace_back(numbered(i))}));
  SECTION("as the disk is full") {
    faulty->fail(fault::create, store_errc::no_space);
    REQUIRE(log->compact(even).error() == store_errc::no_space);
  }
  SECTION("as a segment cannot be read") {
    faulty->fail(fault::read, store_errc::io_failed);
    REQUIRE(log->compact(even).error() == store_errc::io_failed);
  }
  SECTION("as a record was damaged meanwhile") {
    disk->flip(segment_name(1), segment_header_size + 15, 3);
    REQUIRE(log->compact(even).error() == store_errc::record_damaged);
    disk->flip(segment_name(1), segment_header_size + 15, 3);
  }
  faulty->heal();
  REQUIRE_FALSE(log->failed());
  REQUIRE(records_in(disk) == records);
  REQUIRE(log->append({records.emplace_back(numbered(10))}));
  REQUIRE(records_in(disk) == records);
}

TEST_CASE("compaction: a log that failed is not compacted", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  const auto log = promise_log::create(faulty, me, small_segment).value().log;
  faulty->fail(fault::sync, store_errc::io_failed);
  REQUIRE(log->append({numbered(0)}).error() == store_errc::log_failed);
  faulty->heal();
  REQUIRE(log->compact(even).error() == store_errc::log_failed);
}

TEST_CASE("compaction: a log of format 1 is opened and goes on in the present one", "[unit][store]") {
  // The bytes of version 1: the header as it was, records as they are.
  const auto disk = std::make_shared<memory_storage>();
  auto segment = encode_segment_header({1, 0, me, false}, plain_format_version);
  append_record(segment, 0, numbered(0));
  append_record(segment, 1, numbered(1));
  REQUIRE(segment[8] == 1);
  REQUIRE(disk->create(segment_name(1), segment));
  const auto opened = promise_log::open(disk, me, small_segment).value();
  REQUIRE(opened.records == record_list{numbered(0), numbered(1)});
  REQUIRE_FALSE(opened.compacted);
  REQUIRE(opened.log->append({numbered(2)}));
  REQUIRE(opened.log->compact(even));
  REQUIRE(records_in(disk) == record_list{numbered(0), numbered(2)});
  REQUIRE(disk->read(segment_name(2)).value()[8] == promise_format_version);
}
