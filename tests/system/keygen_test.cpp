// SPDX-License-Identifier: BSD-3-Clause
// `troupe keygen` as a user meets it: a key that only its owner reads, and no key that is ever overwritten.
#include "messages/codec/peer_id_text.hpp"
#include "messages/crypto/keys.hpp"
#include "tools/process/child_process.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

using namespace troupe;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

finished_process keygen(std::vector<std::string> arguments, process_options options = {}) {
  arguments.insert(arguments.begin(), {TROUPE_BINARY, "keygen"});
  return run(std::move(arguments), "", std::move(options));
}

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

peer_id id_in(const std::string& path) {
  const auto content = content_of(path);
  return key_pair::from_protobuf(as_bytes(content)).value().id();
}

void require_one_line(const finished_process& got) {
  INFO(got.output);
  REQUIRE(got.code == 1);
  REQUIRE(std::count(got.output.begin(), got.output.end(), '\n') == 1);
  REQUIRE_THAT(got.output, Catch::Matchers::StartsWith("troupe: keygen: "));
}

} // namespace

TEST_CASE("keygen: writes a key for its owner only and prints whose it is", "[system][keygen]") {
  const temporary_directory directory;
  const auto path = directory.path() + "/new.key";
  const auto got = keygen({path});
  REQUIRE(got.code == 0);
  const auto id = id_in(path);
  REQUIRE(got.output == fmt::format("peer id {}\nactor   {}\n", to_base58(id), short_name(id)));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  REQUIRE((status.st_mode & 07777) == 0600);
}

TEST_CASE("keygen: prints JSON and takes a file of the current directory", "[system][keygen]") {
  const temporary_directory directory;
  const auto got =
    keygen({"k", "--json"}, {.merge_stderr = true, .environment = {}, .directory = directory.path()});
  const auto id = id_in(directory.path() + "/k");
  REQUIRE(got.output ==
          fmt::format(R"({{"peer":"{}","actor":"{}","file":"k"}})", to_base58(id), short_name(id)) + "\n");
  REQUIRE(got.code == 0);
}

TEST_CASE("keygen: two keys differ", "[system][keygen]") {
  const temporary_directory directory;
  REQUIRE(keygen({directory.path() + "/a"}).code == 0);
  REQUIRE(keygen({directory.path() + "/b"}).code == 0);
  REQUIRE(id_in(directory.path() + "/a") != id_in(directory.path() + "/b"));
}

TEST_CASE("keygen: leaves an existing file and a dangling link as they are", "[system][keygen]") {
  const temporary_directory directory;
  const auto path = directory.path() + "/old.key";
  std::ofstream{path} << "precious";
  const auto got = keygen({path});
  require_one_line(got);
  REQUIRE_THAT(got.output, Contains(path + " exists"));
  REQUIRE(content_of(path) == "precious");
  fs::create_symlink(directory.path() + "/elsewhere", directory.path() + "/link");
  require_one_line(keygen({directory.path() + "/link"}));
  REQUIRE_FALSE(fs::exists(directory.path() + "/elsewhere"));
}

TEST_CASE("keygen: says why no file can be made", "[system][keygen]") {
  const temporary_directory directory;
  const auto missing = keygen({directory.path() + "/none/new.key"});
  require_one_line(missing);
  REQUIRE_THAT(missing.output, Contains("cannot be created: No such file or directory"));
  // Root may write anywhere else, but nobody may make files here.
  const auto unwritable = keygen({"/proc/new.key"});
  require_one_line(unwritable);
  REQUIRE_THAT(unwritable.output, Contains("cannot be created"));
  const auto directory_itself = keygen({directory.path()});
  require_one_line(directory_itself);
}

TEST_CASE("keygen: a file name is required", "[system][keygen]") {
  REQUIRE(keygen({}).code == 2);
}
