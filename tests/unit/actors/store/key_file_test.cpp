// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/key_file.hpp"

#include "messages/codec/hex.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/unit/messages/crypto/spec_keys.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <fstream>

using namespace troupe;
using namespace troupe::store;
using Catch::Contains;

namespace {

struct scene {
  void write(byte_view content, ::mode_t mode = 0600) const {
    std::ofstream{file, std::ios::binary} << as_text(content);
    REQUIRE(::chmod(file.c_str(), mode) == 0);
  }
  void refuses(const std::string& why) const {
    const auto key = read_key_file(file);
    REQUIRE_FALSE(key);
    REQUIRE_THAT(key.error().text, Contains(file.string()) && Contains(why));
  }

  test::scratch_folder scratch;
  std::filesystem::path file = scratch.path() / "identity.key";
};

bytes from_hex_text(std::string_view text) {
  return from_hex(text).value();
}

} // namespace

TEST_CASE("key file: what was written is read and nobody else may", "[unit][store]") {
  scene at;
  const auto key = key_pair::generate();
  REQUIRE(write_key_file(at.file, key));
  REQUIRE(read_key_file(at.file).value().id() == key.id());
  struct stat facts {};
  REQUIRE(::stat(at.file.c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 07777) == 0600);
}

TEST_CASE("key file: an existing file is not overwritten", "[unit][store]") {
  scene at;
  const auto key = key_pair::generate();
  REQUIRE(write_key_file(at.file, key));
  REQUIRE_THAT(write_key_file(at.file, key_pair::generate()).error().text,
               Contains("exists and is not overwritten"));
  REQUIRE(read_key_file(at.file).value().id() == key.id());
}

TEST_CASE("key file: a file that others have access to is refused", "[unit][store]") {
  scene at;
  const auto key = key_pair::generate().to_protobuf();
  for (const ::mode_t mode : {0640u, 0620u, 0610u, 0604u, 0602u, 0601u, 0644u, 0666u}) {
    at.write(key, mode);
    at.refuses("others have access");
  }
  for (const ::mode_t mode : {0600u, 0400u, 0700u}) {
    REQUIRE(::chmod(at.file.c_str(), mode) == 0);
    REQUIRE(read_key_file(at.file));
  }
}

TEST_CASE("key file: takes the key of the specification and its legacy form", "[unit][store]") {
  scene at;
  const auto key = from_hex_text(spec_keys::ed25519_private);
  at.write(key);
  const auto id = read_key_file(at.file).value().id();
  REQUIRE(read_key_file(at.file).value().to_protobuf() == key);
  bytes legacy = key; // 96 bytes: the public half once more
  legacy[3] = 96;
  legacy.insert(legacy.end(), key.end() - 32, key.end());
  at.write(legacy);
  REQUIRE(read_key_file(at.file).value().id() == id);
  legacy.back() ^= 1;
  at.write(legacy);
  at.refuses("cannot be used");
}

TEST_CASE("key file: what is no key is refused", "[unit][store]") {
  scene at;
  at.refuses("No such file");
  at.write({});
  at.refuses("it is no libp2p PrivateKey");
  at.write(as_bytes("not a key at all"));
  at.refuses("(restore it from a copy)");
  at.write(from_hex_text(spec_keys::secp256k1_private));
  at.refuses("it is no Ed25519 key");
  at.write(bytes(4097));
  at.refuses("too long to be a key");
  auto key = from_hex_text(spec_keys::ed25519_private);
  auto halves = key;
  halves.back() ^= 1;
  at.write(halves);
  at.refuses("do not belong together");
  for (std::size_t size = 1; size < key.size(); ++size) {
    at.write(byte_view{key}.first(size));
    at.refuses("cannot be used");
  }
}

TEST_CASE("key file: what is no regular file is refused", "[unit][store]") {
  scene at;
  SECTION("a folder") {
    std::filesystem::create_directory(at.file);
  }
  SECTION("a pipe") {
    REQUIRE(::mkfifo(at.file.c_str(), 0600) == 0);
  }
  at.refuses("it is no regular file");
}

TEST_CASE("key file: a folder that is not there is said", "[unit][store]") {
  scene at;
  REQUIRE_THAT(write_key_file(at.scratch.path() / "no" / "key", key_pair::generate()).error().text,
               Contains("cannot be written: No such file"));
}
