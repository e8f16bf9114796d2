// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/actor_names.hpp"

#include "messages/codec/peer_id_text.hpp"
#include "messages/crypto/keys.hpp"

#include <catch2/catch.hpp>

using namespace troupe;

namespace {

peer_id with_key(std::initializer_list<std::uint8_t> first_bytes) {
  std::array<std::uint8_t, 32> key{};
  std::copy(first_bytes.begin(), first_bytes.end(), key.begin());
  return public_key::from_ed25519(key).id();
}

} // namespace

TEST_CASE("actor names: me is oneself", "[unit][repl]") {
  const auto self = with_key({1});
  REQUIRE(*repl::resolve("me", self, {self}) == self);
}

TEST_CASE("actor names: a prefix of one peer finds it", "[unit][repl]") {
  const auto a = with_key({0x87, 0x7d, 0xca});
  const auto b = with_key({0x34, 0x97, 0xd6});
  REQUIRE(*repl::resolve("i:877dca", a, {a, b}) == a);
  REQUIRE(*repl::resolve("i:3", a, {a, b}) == b);
  REQUIRE(*repl::resolve(to_base58(b), a, {a, b}) == b);
}

TEST_CASE("actor names: nobody matches", "[unit][repl]") {
  const auto a = with_key({1});
  REQUIRE(repl::resolve("i:ff", a, {a}).error().text == "No actors with that actor id");
  REQUIRE(repl::resolve("", a, {a}).error().text == "No actors with that actor id");
}

TEST_CASE("actor names: an ambiguous prefix names all that match in one line", "[unit][repl]") {
  const auto a = with_key({0x87, 1});
  const auto b = with_key({0x87, 2});
  const auto text = repl::resolve("i:87", a, {a, b}).error().text;
  REQUIRE(text.starts_with("Ambiguous actor id, more than one actor matches: i:8701"));
  REQUIRE(text.find("i:8702") != std::string::npos);
  REQUIRE(text.find('\n') == std::string::npos);
}

TEST_CASE("actor names: keys that share their first three bytes stay addressable by more of the key", "[unit][repl]") {
  const auto a = with_key({0x87, 0x7d, 0xca, 1});
  const auto b = with_key({0x87, 0x7d, 0xca, 2});
  REQUIRE_FALSE(repl::resolve("i:877dca", a, {a, b}));
  REQUIRE(*repl::resolve("i:877dca02", a, {a, b}) == b);
  REQUIRE(*repl::resolve(repl::full_name(a), b, {a, b}) == a);
}
