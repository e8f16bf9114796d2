// SPDX-License-Identifier: BSD-3-Clause
// The promise log: what was synced is replayed in order, an append that never finished leaves nothing, and
// every other damage refuses the log and changes nothing.
#include "actors/store/memory_storage.hpp"
#include "actors/store/promise_log.hpp"
#include "actors/store/segment.hpp"

#include "messages/crypto/keys.hpp"
#include "tests/support/faulty_storage.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::store;
using Catch::Contains;
using test::faulty_storage;
using fault = faulty_storage::call;
using record_list = std::vector<bytes>;

namespace {

constexpr std::size_t small_segment = 200; // bytes
const std::string first = "promises-00000001.log";

peer_id identity_of(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed;
  seed.fill(fill);
  return key_pair::from_seed(seed).id();
}

const peer_id me = identity_of(1);

bytes numbered(std::size_t i, std::size_t size = 20) {
  bytes record(size, static_cast<std::uint8_t>(i));
  record[0] = static_cast<std::uint8_t>(i >> 8);
  return record;
}

std::map<std::string, bytes> content_of(storage& on) {
  std::map<std::string, bytes> all;
  const auto names = on.list().value();
  for (const auto& name : names)
    all[name] = on.read(name).value();
  return all;
}

// Refused, in words that say `why`, and nothing was changed.
void require_refused(const std::shared_ptr<storage>& disk, const std::string& why, const peer_id& who = me) {
  auto watched = std::make_shared<faulty_storage>(disk);
  const auto opened = promise_log::open(watched, who, small_segment);
  REQUIRE_FALSE(opened);
  REQUIRE_THAT(opened.error().text, Contains(why));
  REQUIRE(watched->changes == 0);
}

// A log on `disk` with records 0 .. count - 1, appended one by one.
record_list fill(const std::shared_ptr<storage>& disk, std::size_t count) {
  const auto log = promise_log::create(disk, me, small_segment).value().log;
  record_list records;
  for (std::size_t i = 0; i < count; ++i) {
    records.push_back(numbered(i));
    REQUIRE(log->append({records.back()}));
  }
  return records;
}

} // namespace

TEST_CASE("promise log: replays what was appended in order and goes on behind it", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  auto opened = promise_log::create(disk, me).value();
  REQUIRE(opened.records.empty());
  REQUIRE(opened.log->append({numbered(0), numbered(1), numbered(2)}));
  REQUIRE(opened.log->append({}));
  REQUIRE(opened.log->append({numbered(3)}));
  REQUIRE(opened.log->records() == 4);
  for (std::size_t life = 0; life < 3; ++life) {
    disk->lose_unsynced();
    opened = promise_log::open(disk, me).value();
    REQUIRE(opened.records.size() == 4 + life);
    REQUIRE(opened.log->records() == 4 + life);
    REQUIRE(opened.torn_bytes == 0);
    for (std::size_t i = 0; i < opened.records.size(); ++i)
      REQUIRE(opened.records[i] == numbered(i));
    REQUIRE(opened.log->append({numbered(4 + life)}));
  }
  REQUIRE(disk->list().value() == std::vector{first});
}

TEST_CASE("promise log: a full segment is followed by the next", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto records = fill(disk, 50); // four of 32 bytes reach 200
  const auto names = disk->list().value();
  REQUIRE(names.size() == 13);
  REQUIRE(names.back() == "promises-00000013.log");
  REQUIRE(promise_log::open(disk, me, small_segment).value().records == records);
  REQUIRE(promise_log::open(disk, me).value().log->append({numbered(50)}));
  REQUIRE(promise_log::open(disk, me).value().records.size() == 51);
}

TEST_CASE("promise log: a log is created once and opened only where one is", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  require_refused(disk, "the promise log is missing");
  fill(disk, 2);
  REQUIRE_THAT(promise_log::create(disk, me).error().text, Contains("there is a promise log already"));
  REQUIRE(promise_log::open(disk, me).value().records.size() == 2);
}

TEST_CASE("promise log: a tail cut anywhere in the last record loses that record alone", "[unit][store]") {
  const auto whole = segment_header_size + 2 * (record_header_size + 20);
  for (std::size_t cut = 1; cut < record_header_size + 20; ++cut) {
    const auto disk = std::make_shared<memory_storage>();
    auto records = fill(disk, 3);
    REQUIRE(disk->truncate(first, whole + cut));
    auto opened = promise_log::open(disk, me);
    INFO("after " << cut << " bytes");
    REQUIRE(opened);
    records.pop_back();
    REQUIRE(opened->records == records);
    REQUIRE(opened->torn_bytes == cut);
    records.push_back(numbered(77));
    REQUIRE(opened->log->append({records.back()}));
    opened = promise_log::open(disk, me);
    REQUIRE(opened->records == records);
    REQUIRE(opened->torn_bytes == 0);
  }
}

TEST_CASE("promise log: zeros behind the last record are a torn tail", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto records = fill(disk, 2);
  REQUIRE(disk->append(first, bytes(4096)));
  const auto opened = promise_log::open(disk, me).value();
  REQUIRE(opened.records == records);
  REQUIRE(opened.torn_bytes == 4096);
  REQUIRE(disk->read(first).value().size() == segment_header_size + 2 * (record_header_size + 20));
}

TEST_CASE("promise log: a torn tail that cannot be cut refuses the log", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  fill(disk, 2);
  REQUIRE(disk->append(first, bytes(5)));
  const auto faulty = std::make_shared<faulty_storage>(disk);
  faulty->fail(fault::truncate, store_errc::io_failed);
  REQUIRE_THAT(promise_log::open(faulty, me).error().text, Contains("torn end"));
}

TEST_CASE("promise log: a segment before the last one may not be torn", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  fill(disk, 5);
  const auto size = disk->read(first).value().size();
  SECTION("inside a record") {
    REQUIRE(disk->truncate(first, size - 1));
  }
  SECTION("by zeros") {
    REQUIRE(disk->append(first, bytes(16)));
  }
  require_refused(disk, first + " is damaged");
}

TEST_CASE("promise log: a segment that lost its last record is noticed by the next", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  fill(disk, 5);
  REQUIRE(disk->truncate(first, disk->read(first).value().size() - record_header_size - 20));
  require_refused(disk, "promises-00000002.log is not the segment that belongs there");
}

TEST_CASE("promise log: a flipped bit anywhere refuses the log", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto records = fill(disk, 5);
  const auto before = content_of(*disk);
  for (const auto& [name, content] : before)
    for (std::size_t at = 0; at < content.size(); ++at) {
      const auto bit = static_cast<unsigned>(at * 5 % 8);
      disk->flip(name, at, bit);
      INFO(name << " byte " << at << " bit " << bit);
      require_refused(disk, name);
      disk->flip(name, at, bit);
    }
  REQUIRE(promise_log::open(disk, me).value().records == records);
  REQUIRE(content_of(*disk) == before);
}

TEST_CASE("promise log: whole records in the wrong place are refused", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  fill(disk, 4);
  auto content = disk->read(first).value();
  constexpr auto size = record_header_size + 20;
  const auto at = [&](std::size_t i) {
    return content.begin() + static_cast<std::ptrdiff_t>(segment_header_size + i * size);
  };
  SECTION("two changed places") {
    std::swap_ranges(at(1), at(2), at(2));
  }
  SECTION("one is missing") {
    content.erase(at(1), at(2));
  }
  SECTION("one is there twice") {
    const bytes copy(at(3), at(4));
    content.insert(content.end(), copy.begin(), copy.end());
  }
  const auto changed = std::make_shared<memory_storage>();
  REQUIRE(changed->create(first, content));
  require_refused(changed, "is damaged behind byte");
}

TEST_CASE("promise log: a record of a length that is never written is refused", "[unit][store]") {
  for (const std::size_t length : {std::size_t{0}, record_size_max + 1}) {
    const auto disk = std::make_shared<memory_storage>();
    auto content = encode_segment_header({1, 0, me});
    append_record(content, 0, bytes(length, 3));
    REQUIRE(disk->create(first, content));
    require_refused(disk, "is damaged behind byte 80 (record 0)");
  }
}

TEST_CASE("promise log: a missing segment refuses the log", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  fill(disk, 9); // three segments
  const auto segments = content_of(*disk);
  for (const std::string missing : {"promises-00000001.log", "promises-00000002.log"}) {
    const auto part = std::make_shared<memory_storage>();
    for (const auto& [name, content] : segments)
      if (name != missing)
        REQUIRE(part->create(name, content));
    require_refused(part, missing + " is missing");
  }
}

TEST_CASE("promise log: files of other names are left alone", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  REQUIRE(disk->create("promises-1.log", bytes{1}));
  REQUIRE(disk->create("promises-0000000x.log", bytes{1}));
  REQUIRE(disk->create("promises-00000001.log.bak", bytes{1}));
  const auto records = fill(disk, 1);
  REQUIRE(promise_log::open(disk, me).value().records == records);
  REQUIRE(disk->list().value().size() == 4);
}

TEST_CASE("promise log: another identity's log is refused", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  fill(disk, 2);
  require_refused(disk, "not of this node's key " + short_name(identity_of(2)), identity_of(2));
}

TEST_CASE("promise log: a newer troupe's log is refused whatever else is in it", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  bytes newer = encode_segment_header({1, 0, me});
  newer[8] = promise_format_version + 1;
  newer.resize(segment_header_size + 40, 0xaa);
  REQUIRE(disk->create(first, newer));
  require_refused(disk, "written by a newer troupe");
}

TEST_CASE("promise log: a segment shorter than its header is refused", "[unit][store]") {
  for (std::size_t size = 0; size < segment_header_size; ++size) {
    const auto disk = std::make_shared<memory_storage>();
    fill(disk, 0);
    REQUIRE(disk->truncate(first, size));
    require_refused(disk, "damaged header");
  }
}

TEST_CASE("promise log: records are of 1 byte to 1 MiB", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto log = promise_log::create(disk, me).value().log;
  REQUIRE(log->append({bytes{}}).error() == store_errc::record_too_long);
  REQUIRE(log->append({bytes(record_size_max + 1)}).error() == store_errc::record_too_long);
  REQUIRE(log->append({bytes{1}, bytes{}}).error() == store_errc::record_too_long);
  REQUIRE(log->records() == 0);
  REQUIRE(log->append({bytes{1}, bytes(record_size_max, 2)}));
  const auto opened = promise_log::open(disk, me).value();
  REQUIRE(opened.records.size() == 2);
  REQUIRE(opened.records[1].size() == record_size_max);
}

TEST_CASE("promise log: a full disk keeps nothing of the refused records", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  const auto log = promise_log::create(faulty, me).value().log;
  REQUIRE(log->append({numbered(0)}));
  // Nothing, a part of the first record, all of it, and both were written before the error.
  for (const std::size_t part : {0u, 7u, 32u, 64u}) {
    faulty->written_anyway = part;
    faulty->fail(fault::append, store_errc::no_space);
    REQUIRE(log->append({numbered(1), numbered(2)}).error() == store_errc::no_space);
    REQUIRE_FALSE(log->failed());
    REQUIRE(promise_log::open(disk, me).value().records == record_list{numbered(0)});
  }
  faulty->heal();
  REQUIRE(log->append({numbered(3)}));
  REQUIRE(promise_log::open(disk, me).value().records == record_list{numbered(0), numbered(3)});
}

TEST_CASE("promise log: what cannot be taken back ends all promises", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  const auto log = promise_log::create(faulty, me).value().log;
  faulty->written_anyway = 13;
  faulty->fail(fault::append, store_errc::no_space);
  faulty->fail(fault::truncate, store_errc::io_failed);
  REQUIRE(log->append({numbered(1)}).error() == store_errc::log_failed);
  faulty->heal();
  REQUIRE(log->append({numbered(2)}).error() == store_errc::log_failed);
  REQUIRE(promise_log::open(disk, me).value().records.empty());
}

TEST_CASE("promise log: after a failing sync nothing is promised again", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  const auto log = promise_log::create(faulty, me).value().log;
  REQUIRE(log->append({numbered(0)}));
  faulty->fail(fault::sync, store_errc::io_failed);
  REQUIRE(log->append({numbered(1)}).error() == store_errc::log_failed);
  faulty->heal();
  faulty->changes = 0;
  REQUIRE(log->append({numbered(2)}).error() == store_errc::log_failed);
  REQUIRE(log->failed());
  REQUIRE(log->records() == 1);
  REQUIRE(faulty->changes == 0);
  disk->lose_unsynced();
  REQUIRE(promise_log::open(disk, me).value().records == record_list{numbered(0)});
}

TEST_CASE("promise log: a next segment that cannot be created is tried again", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  const auto log = promise_log::create(faulty, me, segment_header_size).value().log;
  faulty->fail(fault::create, store_errc::no_space);
  REQUIRE(log->append({numbered(0)}).error() == store_errc::no_space);
  faulty->heal();
  REQUIRE(log->append({numbered(1)}));
  REQUIRE(promise_log::open(disk, me).value().records == record_list{numbered(1)});
}

TEST_CASE("promise log: a storage that cannot be read or written refuses the log", "[unit][store]") {
  const auto disk = std::make_shared<memory_storage>();
  const auto faulty = std::make_shared<faulty_storage>(disk);
  faulty->fail(fault::create, store_errc::no_space);
  REQUIRE_THAT(promise_log::create(faulty, me).error().text, Contains("cannot be created"));
  faulty->fail(fault::list, store_errc::io_failed);
  REQUIRE_FALSE(promise_log::create(faulty, me));
  REQUIRE_THAT(promise_log::open(faulty, me).error().text, Contains("cannot be read: its folder"));
  faulty->heal();
  fill(faulty, 1);
  faulty->fail(fault::read, store_errc::io_failed);
  REQUIRE_THAT(promise_log::open(faulty, me).error().text, Contains("cannot be read: " + first));
}
