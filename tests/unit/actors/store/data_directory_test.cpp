// SPDX-License-Identifier: BSD-3-Clause
// The data directory: made once, opened by one process at a time, and left untouched when it is not ours.
#include "actors/store/data_directory.hpp"

#include "actors/store/key_file.hpp"
#include "tests/support/scratch_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <fstream>
#include <set>

using namespace troupe;
using namespace troupe::store;
namespace fs = std::filesystem;
using Catch::Contains;

namespace {

struct scene {
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(path))
      found.insert(fs::relative(entry.path(), path).string());
    return found;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream{path / name, std::ios::binary} << text;
  }
  std::string text(const std::string& name) const {
    std::ifstream in{path / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  // Refused, saying `why`, with the same files as before.
  void refuses(const std::string& why) const {
    const auto before = names();
    const auto opened = data_directory::open(path);
    REQUIRE_FALSE(opened);
    REQUIRE_THAT(opened.error().text, Contains(path.string()) && Contains(why));
    REQUIRE(names() == before);
  }
  // Made and closed again, with one record in its log.
  peer_id make() const {
    auto made = data_directory::open(path);
    REQUIRE(made);
    REQUIRE(made->open_promises().value().log->append({bytes{1, 2, 3}}));
    return made->identity().id();
  }

  test::scratch_folder scratch;
  fs::path path = scratch.path() / "data";
};

} // namespace

TEST_CASE("data directory: is made with all its files and reopened as it was", "[unit][store]") {
  scene at;
  SECTION("missing") {}
  SECTION("empty") {
    fs::create_directory(at.path);
  }
  SECTION("below a missing one") {
    at.path /= "deeper";
  }
  peer_id id;
  {
    const auto made = data_directory::open(at.path);
    REQUIRE(made);
    REQUIRE(made->is_new());
    REQUIRE(made->path() == at.path);
    id = made->identity().id();
    const auto promises = made->open_promises();
    REQUIRE(promises);
    REQUIRE(promises->records.empty());
    REQUIRE(promises->log->append({bytes{1, 2, 3}}));
  }
  REQUIRE(at.names() == std::set<std::string>{"format", "identity.key", "lock", "promises",
                                              "promises/promises-00000001.log"});
  REQUIRE(at.text("format") == "troupe data 1\n");
  struct stat facts {};
  REQUIRE(::stat((at.path / "promises").c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 07777) == 0700);
  const auto again = data_directory::open(at.path);
  REQUIRE(again);
  REQUIRE_FALSE(again->is_new());
  REQUIRE(again->identity().id() == id);
  REQUIRE(again->open_promises().value().records == std::vector<bytes>{{1, 2, 3}});
}

TEST_CASE("data directory: takes a given key and later only that one", "[unit][store]") {
  scene at;
  const auto key = key_pair::generate();
  REQUIRE(data_directory::open(at.path, key).value().identity().id() == key.id());
  REQUIRE(data_directory::open(at.path, key));
  REQUIRE(data_directory::open(at.path).value().identity().id() == key.id());
  const auto other = data_directory::open(at.path, key_pair::generate());
  REQUIRE_THAT(other.error().text, Contains("it belongs to " + short_name(key.id())));
}

TEST_CASE("data directory: is used by one at a time", "[unit][store]") {
  scene at;
  {
    auto first = data_directory::open(at.path);
    REQUIRE(first);
    at.refuses("another process is using it");
    const auto moved = std::move(*first); // the lock goes along
    at.refuses("another process is using it");
  }
  REQUIRE(data_directory::open(at.path));
}

TEST_CASE("data directory: somebody else's files are left untouched", "[unit][store]") {
  scene at;
  fs::create_directory(at.path);
  SECTION("a file") {
    at.write("letter.txt", "dear");
  }
  SECTION("a folder") {
    fs::create_directory(at.path / "letters");
  }
  SECTION("a key alone") {
    REQUIRE(write_key_file(at.path / "identity.key", key_pair::generate()));
  }
  at.refuses("so it is not troupe's");
}

TEST_CASE("data directory: an unknown format is refused", "[unit][store]") {
  scene at;
  at.make();
  const auto [line, why] = GENERATE(table<std::string, std::string>({
    {"troupe data 2\n", "it has format 2, this troupe knows 1"},
    {"troupe data 0\n", "unknown format 0"},
    {"troupe data 1", "not troupe's"},
    {"troupe data 1\nmore\n", "not troupe's"},
    {"troupe data -1\n", "not troupe's"},
    {"troupe data \n", "not troupe's"},
    {"troupe data 99999999999\n", "not troupe's"},
    {"troupe", "not troupe's"},
    {"", "not troupe's"},
    {std::string(65, 'x'), "cannot be read"},
  }));
  at.write("format", line);
  at.refuses(why);
  REQUIRE(at.text("format") == line);
}

TEST_CASE("data directory: a missing or damaged piece is said and not made anew", "[unit][store]") {
  scene at;
  at.make();
  SECTION("the key") {
    fs::remove(at.path / "identity.key");
    at.refuses("identity.key cannot be used: No such file");
  }
  SECTION("a key that others may read") {
    REQUIRE(::chmod((at.path / "identity.key").c_str(), 0644) == 0);
    at.refuses("others have access");
  }
  SECTION("a format file that is a folder") {
    fs::remove(at.path / "format");
    fs::create_directory(at.path / "format");
    at.refuses("its format file cannot be read");
  }
  SECTION("the promises") {
    fs::remove_all(at.path / "promises");
    const auto opened = data_directory::open(at.path);
    REQUIRE(opened);
    REQUIRE_THAT(opened->open_promises().error().text, Contains("the promise log cannot be read"));
    REQUIRE_FALSE(fs::exists(at.path / "promises"));
  }
  SECTION("the only segment") {
    fs::remove(at.path / "promises" / "promises-00000001.log");
    const auto opened = data_directory::open(at.path);
    REQUIRE(opened);
    REQUIRE_THAT(opened->open_promises().error().text, Contains("the promise log is missing"));
    REQUIRE(fs::is_empty(at.path / "promises"));
  }
  SECTION("the key of another node") {
    fs::remove(at.path / "identity.key");
    REQUIRE(write_key_file(at.path / "identity.key", key_pair::generate()));
    const auto opened = data_directory::open(at.path);
    REQUIRE(opened);
    REQUIRE_THAT(opened->open_promises().error().text, Contains("not of this node's key"));
  }
}

TEST_CASE("data directory: the lock file alone does not make it foreign", "[unit][store]") {
  scene at;
  fs::create_directory(at.path);
  at.write("lock", "");
  REQUIRE(data_directory::open(at.path).value().is_new());
}

TEST_CASE("data directory: is finished after a crash at any step of making it", "[unit][store]") {
  scene at;
  const auto id = at.make();
  fs::remove(at.path / "format");
  at.write(".making", "");
  bool has_key = true;
  SECTION("before the format") {}
  SECTION("while the format was written") {
    at.write(".format.new", "troupe");
  }
  SECTION("before the log") {
    fs::remove(at.path / "promises" / "promises-00000001.log");
  }
  SECTION("before its folder") {
    fs::remove_all(at.path / "promises");
  }
  SECTION("before the key") {
    fs::remove_all(at.path / "promises");
    fs::remove(at.path / "identity.key");
    has_key = false;
  }
  {
    const auto opened = data_directory::open(at.path);
    REQUIRE(opened);
    REQUIRE(opened->is_new());
    REQUIRE(opened->open_promises());
    REQUIRE((opened->identity().id() == id) == has_key);
  }
  REQUIRE(at.names() == std::set<std::string>{"format", "identity.key", "lock", "promises",
                                              "promises/promises-00000001.log"});
}

TEST_CASE("data directory: a path that cannot be one is refused", "[unit][store]") {
  scene at;
  REQUIRE_THAT(data_directory::open({}).error().text, Contains("its name is empty"));
  std::ofstream{at.path} << "a file";
  REQUIRE_THAT(data_directory::open(at.path).error().text, Contains("cannot be used"));
  REQUIRE_FALSE(data_directory::open(at.path / "below"));
}

TEST_CASE("data directory: records are made beside the promises and kept", "[unit][store]") {
  scene at;
  at.make(); // as a troupe did that knew no records
  {
    const auto opened = data_directory::open(at.path);
    const auto records = opened->open_records(false).value();
    REQUIRE(records->write({{{1}, bytes{2}}}));
    REQUIRE(records->sync());
  }
  REQUIRE(at.names().contains("records/data.mdb"));
  const auto opened = data_directory::open(at.path);
  REQUIRE(opened->open_records(true).value()->read(bytes{1}).value() == bytes{2});
}

TEST_CASE("data directory: missing records are refused when promises rely on them", "[unit][store]") {
  scene at;
  at.make();
  const auto opened = data_directory::open(at.path);
  REQUIRE_THAT(opened->open_records(true).error().text, Contains("records/ is missing"));
  REQUIRE_FALSE(fs::exists(at.path / "records"));
}

TEST_CASE("data directory: records of another directory are refused", "[unit][store]") {
  scene at;
  at.make();
  scene other;
  other.make();
  {
    const auto opened = data_directory::open(other.path);
    REQUIRE(opened->open_records(false));
  }
  fs::rename(other.path / "records", at.path / "records");
  const auto opened = data_directory::open(at.path);
  REQUIRE_THAT(opened->open_records(false).error().text, Contains("not those of this node's key"));
}

TEST_CASE("data directory: takes a type once and refuses every other one untouched", "[unit][store]") {
  scene at;
  at.make();
  {
    const auto opened = data_directory::open(at.path).value();
    REQUIRE(opened.recorded(purpose::type).value() == std::nullopt);
    REQUIRE(opened.expect(purpose::type, "at2"));
    REQUIRE(opened.record(purpose::type, "at2"));
    REQUIRE_FALSE(opened.record(purpose::type, "tree"));
  }
  const auto before = at.names();
  REQUIRE(at.text("type") == "troupe type at2\n");
  const auto opened = data_directory::open(at.path).value();
  REQUIRE(opened.recorded(purpose::type).value() == "at2");
  REQUIRE(opened.expect(purpose::type, "at2"));
  const auto refused = opened.expect(purpose::type, "orswot");
  REQUIRE_FALSE(refused);
  REQUIRE_THAT(refused.error().text, Contains(at.path.string()) &&
                                       Contains("data of the type at2, not orswot") &&
                                       Contains("--type at2"));
  REQUIRE(at.names() == before);
  REQUIRE(at.text("type") == "troupe type at2\n");
}

TEST_CASE("data directory: a damaged type file is refused and not made anew", "[unit][store]") {
  scene at;
  at.make();
  const auto line = GENERATE(as<std::string>{}, "", "troupe type ", "troupe type \n", "troupe type at2",
                             "trouble type at2\n", std::string(65, 'x'));
  at.write("type", line);
  const auto opened = data_directory::open(at.path).value();
  REQUIRE_FALSE(opened.recorded(purpose::type));
  REQUIRE_FALSE(opened.expect(purpose::type, "at2"));
  REQUIRE_FALSE(opened.record(purpose::type, "at2"));
  REQUIRE(at.text("type") == line);
}

TEST_CASE("data directory: takes a network once, beside its type", "[unit][store]") {
  scene at;
  at.make();
  const auto opened = data_directory::open(at.path).value();
  REQUIRE(opened.record(purpose::type, "at2"));
  REQUIRE(opened.record(purpose::network, "mine"));
  REQUIRE(at.text("network") == "troupe network mine\n");
  REQUIRE(opened.expect(purpose::network, "mine"));
  REQUIRE_THAT(opened.expect(purpose::network, "other").error().text,
               Contains("data of the network mine, not other") && Contains("--network mine"));
}
