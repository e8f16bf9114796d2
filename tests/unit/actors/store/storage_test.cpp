// SPDX-License-Identifier: BSD-3-Clause
// The contract of the seam "store", kept by the folder and by its twin in memory.
#include "actors/store/folder_storage.hpp"
#include "actors/store/memory_storage.hpp"

#include "tests/support/scratch_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <fstream>

using namespace troupe;
using namespace troupe::store;
using names = std::vector<std::string>;

namespace {

void keeps_the_contract(storage& on) {
  SECTION("it begins empty and lists what was created in order") {
    REQUIRE(on.list().value().empty());
    REQUIRE(on.create("b", bytes{1}));
    REQUIRE(on.create("a", {}));
    REQUIRE(on.list().value() == names{"a", "b"});
    REQUIRE(on.read("a").value().empty());
    REQUIRE(on.read("b").value() == bytes{1});
  }
  SECTION("a name is created once") {
    REQUIRE(on.create("a", bytes{1, 2}));
    REQUIRE(on.create("a", bytes{3}).error() == store_errc::io_failed);
    REQUIRE(on.read("a").value() == bytes{1, 2});
  }
  SECTION("appends join in order, each file by itself") {
    REQUIRE(on.create("a", bytes{1}));
    REQUIRE(on.create("b", {}));
    REQUIRE(on.append("a", bytes{2, 3}));
    REQUIRE(on.append("b", bytes{9}));
    REQUIRE(on.append("a", {}));
    REQUIRE(on.append("a", bytes{4}));
    REQUIRE(on.sync("a"));
    REQUIRE(on.sync("b"));
    REQUIRE(on.read("a").value() == bytes{1, 2, 3, 4});
    REQUIRE(on.read("b").value() == bytes{9});
  }
  SECTION("a cut file goes on where it was cut") {
    REQUIRE(on.create("a", bytes{1, 2, 3, 4}));
    REQUIRE(on.append("a", bytes{5}));
    REQUIRE(on.truncate("a", 2));
    REQUIRE(on.append("a", bytes{7}));
    REQUIRE(on.sync("a"));
    REQUIRE(on.read("a").value() == bytes{1, 2, 7});
    REQUIRE(on.truncate("a", 0));
    REQUIRE(on.read("a").value().empty());
  }
  SECTION("a file that is not there cannot be used") {
    REQUIRE(on.read("a").error() == store_errc::io_failed);
    REQUIRE(on.append("a", bytes{1}).error() == store_errc::io_failed);
    REQUIRE(on.truncate("a", 0).error() == store_errc::io_failed);
    REQUIRE(on.sync("a").error() == store_errc::io_failed);
    REQUIRE(on.list().value().empty());
  }
  SECTION("a megabyte comes back as it went in") {
    bytes large(1 << 20);
    for (std::size_t i = 0; i < large.size(); ++i)
      large[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    REQUIRE(on.create("a", {}));
    REQUIRE(on.append("a", large));
    REQUIRE((on.read("a").value() == large));
  }
}

} // namespace

TEST_CASE("storage: the folder keeps the contract", "[unit][store]") {
  test::scratch_folder scratch;
  folder_storage on{scratch.path()};
  keeps_the_contract(on);
}

TEST_CASE("storage: the twin in memory keeps the contract", "[unit][store]") {
  memory_storage on;
  keeps_the_contract(on);
}

TEST_CASE("storage: the folder hides drafts and keeps its files from others", "[unit][store]") {
  test::scratch_folder scratch;
  std::ofstream{scratch.path() / ".a.new"} << "half";
  folder_storage on{scratch.path()};
  REQUIRE(on.list().value().empty());
  REQUIRE(on.create("a", bytes{1})); // over what a crash left of the same file
  REQUIRE(on.list().value() == names{"a"});
  struct stat facts {};
  REQUIRE(::stat((scratch.path() / "a").c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 07777) == 0600);
}

TEST_CASE("storage: the folder reads nothing but files of a bearable size", "[unit][store]") {
  test::scratch_folder scratch;
  folder_storage on{scratch.path()};
  REQUIRE(::mkfifo((scratch.path() / "pipe").c_str(), 0600) == 0);
  REQUIRE(on.read("pipe").error() == store_errc::io_failed);
  std::filesystem::create_directory(scratch.path() / "folder");
  REQUIRE(on.read("folder").error() == store_errc::io_failed);
  REQUIRE(on.create("long", {}));
  std::filesystem::resize_file(scratch.path() / "long", stored_file_max + 1);
  REQUIRE(on.read("long").error() == store_errc::io_failed);
}

TEST_CASE("storage: a folder that is gone is an error", "[unit][store]") {
  test::scratch_folder scratch;
  folder_storage on{scratch.path() / "nowhere"};
  REQUIRE(on.list().error() == store_errc::io_failed);
  REQUIRE(on.create("a", {}).error() == store_errc::io_failed);
}

TEST_CASE("storage: a power cut in memory takes what was not synced", "[unit][store]") {
  memory_storage on;
  REQUIRE(on.create("a", bytes{1}));
  REQUIRE(on.append("a", bytes{2}));
  REQUIRE(on.sync("a"));
  REQUIRE(on.append("a", bytes{3, 4}));
  SECTION("all of it") {
    on.lose_unsynced();
    REQUIRE(on.read("a").value() == bytes{1, 2});
  }
  SECTION("or a part") {
    on.lose_unsynced(1);
    REQUIRE(on.read("a").value() == bytes{1, 2, 3});
    on.lose_unsynced();
    REQUIRE(on.read("a").value() == bytes{1, 2, 3});
  }
}
