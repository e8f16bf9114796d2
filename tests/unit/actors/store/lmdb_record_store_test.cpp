// SPDX-License-Identifier: BSD-3-Clause
// LMDB's records on a disk that is not as it was left: another identity's, newer, cut, flipped, half made.
// The file is changed with LMDB itself or byte by byte.
#include "actors/store/lmdb_record_store.hpp"

#include "actors/store/posix_file.hpp"
#include "messages/crypto/keys.hpp"
#include "tests/support/scratch_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include <fstream>

using namespace troupe;
using namespace troupe::store;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

const peer_id me = key_pair::from_seed({}).id();

struct scene {
  scene() { REQUIRE(lmdb_record_store::make(folder, me)); }

  bytes content() const { return read_file(file, 1u << 30).value(); }
  void put(byte_view data) const {
    std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(data.data()),
                                                static_cast<std::streamsize>(data.size()));
  }
  void require_refused(const std::string& why, const peer_id& who = me) const {
    const auto before = content();
    const auto opened = lmdb_record_store::open(folder, who);
    REQUIRE_FALSE(opened);
    REQUIRE_THAT(opened.error().text, Contains(why));
    REQUIRE((content() == before));
    REQUIRE(std::distance(fs::directory_iterator{folder}, {}) == 1);
  }
  void fill() const {
    const auto on = lmdb_record_store::open(folder, me).value();
    for (std::uint8_t i = 0; i < 50; ++i)
      REQUIRE(on->write({{{i}, bytes(500, i)}}));
    REQUIRE(on->sync());
  }
  /// Replaces the only place where the text stands.
  void replace(byte_view text, byte_view by) const {
    auto all = content();
    const auto found = std::search(all.begin(), all.end(), text.begin(), text.end());
    REQUIRE(found != all.end());
    std::copy(by.begin(), by.end(), found);
    put(all);
  }

  test::scratch_folder scratch;
  fs::path folder = scratch.path() / "records";
  fs::path file = folder / "data.mdb";
};

} // namespace

TEST_CASE("lmdb records: another identity is refused untouched", "[unit][store]") {
  scene at;
  std::array<std::uint8_t, 32> other{};
  other[0] = 1;
  at.require_refused("not those of this node's key", key_pair::from_seed(other).id());
}

TEST_CASE("lmdb records: a newer format is refused untouched", "[unit][store]") {
  scene at;
  const auto old = seal_record(as_bytes("format"), as_bytes("troupe records 1"));
  const auto newer = seal_record(as_bytes("format"), as_bytes("troupe records 2"));
  at.replace(old, newer);
  at.require_refused("format \"troupe records 2\"");
}

TEST_CASE("lmdb records: a damaged word of what they are is refused", "[unit][store]") {
  scene at;
  at.replace(as_bytes("troupe records 1"), as_bytes("troupe recordz 1"));
  at.require_refused("what they are is damaged");
}

TEST_CASE("lmdb records: missing ones are refused and not made", "[unit][store]") {
  scene at;
  fs::remove(at.file);
  REQUIRE_THAT(lmdb_record_store::open(at.folder, me).error().text, Contains("they are missing"));
  REQUIRE(fs::is_empty(at.folder));
  REQUIRE_THAT(lmdb_record_store::open(at.scratch.path() / "nowhere", me).error().text,
               Contains("they are missing"));
}

TEST_CASE("lmdb records: a file of somebody else is refused untouched", "[unit][store]") {
  scene at;
  at.put(bytes(20000, 0x5a));
  at.require_refused("they cannot be opened");
  at.put(bytes(10, 1));
  at.require_refused("they cannot be opened");
}

TEST_CASE("lmdb records: a full disk is said and what waits goes down once there is room", "[unit][store]") {
  scene at;
  const auto on = lmdb_record_store::open(at.folder, me).value();
  REQUIRE(on->write({{{1}, bytes(1000, 1)}}));
  REQUIRE(on->sync());
  // The limit on files stands for the disk's.
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit room{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &room) == 0);
  const rlimit full{fs::file_size(at.file) + 8192, room.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  REQUIRE(on->write({{{1}, bytes{2}}, {{2}, bytes(200'000, 2)}}));
  const auto synced = on->sync();
  const auto again = on->sync();
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &room) == 0);
  std::signal(SIGXFSZ, before);
  REQUIRE(synced.error() == store_errc::no_space);
  REQUIRE(again.error() == store_errc::no_space);
  REQUIRE(on->read(bytes{1}).value() == bytes{2});
  REQUIRE(lmdb_record_store::open(at.folder, me).value()->read(bytes{1}).value() == bytes(1000, 1));
  REQUIRE(on->sync());
  REQUIRE(lmdb_record_store::open(at.folder, me).value()->read(bytes{2}).value() == bytes(200'000, 2));
}

TEST_CASE("lmdb records: are made whole or not at all and never over others", "[unit][store]") {
  scene at;
  REQUIRE_THAT(lmdb_record_store::make(at.folder, me).error().text, Contains("exist already"));
  const auto other = at.scratch.path() / "other";
  fs::create_directory(at.scratch.path() / ".other.new"); // as a crash leaves it
  std::ofstream{at.scratch.path() / ".other.new" / "data.mdb"} << "half";
  REQUIRE(lmdb_record_store::make(other, me));
  REQUIRE(lmdb_record_store::open(other, me));
  REQUIRE_FALSE(fs::exists(at.scratch.path() / ".other.new"));
  struct stat facts {};
  REQUIRE(::stat((other / "data.mdb").c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 07777) == 0600);
}

TEST_CASE("lmdb records: a flipped bit in a value is found in that value alone", "[unit][store]") {
  scene at;
  at.fill();
  bytes harmed(250, 7);
  harmed.push_back(0x17);
  at.replace(bytes(500, 7), harmed);
  const auto on = lmdb_record_store::open(at.folder, me).value();
  REQUIRE(on->read(bytes{7}).error() == store_errc::record_damaged);
  const auto found = on->scan({}, {}, 1u << 30).value();
  REQUIRE(found.size() == 50);
  for (const auto& one : found)
    REQUIRE(one.damaged == (one.key == bytes{7}));
  REQUIRE(on->write({{{7}, bytes{1}}}));
  REQUIRE(on->sync());
  REQUIRE(on->read(bytes{7}).value() == bytes{1});
}

TEST_CASE("lmdb records: a file that lost its end is noticed and does not end the process", "[unit][store]") {
  scene at;
  at.fill();
  const auto whole = at.content();
  for (auto size = whole.size() - 1; size > 8192; size -= std::min<std::size_t>(size, 1500)) {
    at.put(byte_view{whole}.first(size));
    const auto on = lmdb_record_store::open(at.folder, me);
    if (!on)
      continue; // it was needed to open
    const auto found = (*on)->scan({}, {}, 1u << 30);
    const bool noticed = !found || found->size() == 50; // the lost end held nothing, or what it held is named
    REQUIRE(noticed);
    for (std::uint8_t i = 0; i < 50; ++i)
      if (const auto one = (*on)->read(bytes{i}); one && *one)
        REQUIRE(**one == bytes(500, i));
  }
}
