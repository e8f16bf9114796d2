// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/link_set.hpp"
#include "actors/peer/peer_book.hpp"
#include "actors/peer/presence.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::peer;
using namespace std::chrono_literals;
using transport::transport_errc;

namespace {

using lines = std::vector<std::string>;

lines drained(link_set& links) {
  lines all;
  while (auto effect = links.poll()) {
    if (const auto* bound = std::get_if<link_set::bind>(&*effect))
      all.push_back("bind " + std::to_string(bound->link.value()) + (bound->replaces ? " again" : ""));
    else if (std::holds_alternative<link_set::unbind>(*effect))
      all.push_back("unbind");
    else if (const auto* close = std::get_if<link_set::close>(&*effect))
      all.push_back("close " + std::to_string(close->link.value()) + " " + std::string{name_of(close->why)});
  }
  return all;
}

lines drained(presence& who) {
  lines all;
  while (auto effect = who.poll())
    all.push_back(std::visit(
      [](const auto& said) -> std::string {
        using kind = std::decay_t<decltype(said)>;
        return std::is_same_v<kind, presence::say_joined>       ? "joined"
               : std::is_same_v<kind, presence::say_identified> ? "identified"
                                                                : "left";
      },
      *effect));
  return all;
}

constexpr link_id one{1}, two{2}, three{3};
constexpr bool by_us = true, by_them = false;

peer_id someone(std::uint8_t which) {
  bytes multihash(38, which);
  multihash[0] = 0x00;
  multihash[1] = 36;
  return *peer_id::from_multihash(multihash);
}

time_point at(duration after) {
  return time_point{} + after;
}

} // namespace

TEST_CASE("link set: a single link is kept whoever dialled it", "[unit][peer]") {
  for (const bool smaller : {true, false})
    for (const bool dialled : {by_us, by_them}) {
      link_set links{smaller};
      links.up(one, dialled, {});
      REQUIRE(drained(links) == lines{"bind 1"});
      links.settled({});
      REQUIRE(drained(links).empty());
      links.down(one, {});
      REQUIRE(drained(links) == lines{"unbind"});
    }
}

TEST_CASE("link set: both ends keep the link that the smaller id dialled in every order", "[unit][peer]") {
  // Link 1 is dialled by the smaller peer, link 2 by the larger.
  for (const bool first_order : {true, false})
    for (const bool smaller : {true, false}) {
      link_set links{smaller};
      const bool one_by_us = smaller;
      if (first_order) {
        links.up(one, one_by_us, {});
        links.up(two, !one_by_us, {});
      } else {
        links.up(two, !one_by_us, {});
        links.up(one, one_by_us, {});
      }
      REQUIRE(links.bound() == one);
      drained(links);
      links.settled({});
      REQUIRE(drained(links) == lines{"close 2 superseded"});
      links.down(two, {});
      REQUIRE(drained(links).empty());
      REQUIRE(links.bound() == one);
    }
}

TEST_CASE("link set: of two links of one dialler the newer is kept", "[unit][peer]") {
  link_set links{true};
  links.up(one, by_us, {});
  links.up(two, by_us, {});
  REQUIRE(drained(links) == lines{"bind 1", "bind 2 again"});
}

TEST_CASE("link set: the old link lives until the new one is settled or 10 s have passed", "[unit][peer]") {
  link_set links{true};
  links.up(one, by_them, {});
  links.settled({});
  links.up(two, by_us, {});
  REQUIRE(drained(links) == lines{"bind 1", "bind 2 again"});
  links.expire(link_set::surplus_timer, {});
  REQUIRE(drained(links) == lines{"close 1 superseded"});
}

TEST_CASE("link set: falls back to the other link when the kept one is lost", "[unit][peer]") {
  link_set links{true};
  links.up(one, by_us, {});
  links.up(two, by_them, {});
  drained(links);
  links.down(one, {});
  REQUIRE(drained(links) == lines{"bind 2 again"});
}

TEST_CASE("link set: a fifth link is closed at once", "[unit][peer]") {
  link_set links{true};
  for (std::uint64_t i = 1; i <= 4; ++i)
    links.up(link_id{i}, by_us, {});
  drained(links);
  links.up(link_id{5}, by_us, {});
  REQUIRE(drained(links) == lines{"close 5 too_many_connections"});
  REQUIRE(links.size() == 4);
}

TEST_CASE("presence: says joined then identified then left whatever finishes first", "[unit][peer]") {
  presence who;
  who.told(std::make_shared<const transport::identity>());
  REQUIRE(drained(who).empty());
  who.established(incarnation{1});
  who.told(std::make_shared<const transport::identity>());
  REQUIRE(drained(who) == lines{"joined", "identified"});
  who.ended();
  who.unlinked();
  REQUIRE(drained(who) == lines{"left"});
  who.established(incarnation{1});
  who.told(std::make_shared<const transport::identity>());
  who.unlinked();
  REQUIRE(drained(who) == lines{"joined", "identified", "left"});
}

TEST_CASE("presence: a foreign peer is identified and left", "[unit][peer]") {
  presence who;
  who.foreign();
  who.told(std::make_shared<const transport::identity>());
  who.told(std::make_shared<const transport::identity>());
  who.unlinked();
  REQUIRE(drained(who) == lines{"identified", "left"});
  who.foreign();
  who.unlinked();
  REQUIRE(drained(who).empty());
}

TEST_CASE("peer book: 100 points ban for a while and points decay", "[unit][peer]") {
  peer_book book;
  REQUIRE(book.charge(someone(1), 60, at(0s)) == peer_book::verdict::tolerated);
  REQUIRE(book.score(someone(1), at(60s)) == 50);
  REQUIRE(book.charge(someone(1), 49, at(60s)) == peer_book::verdict::tolerated);
  REQUIRE(book.charge(someone(1), 1, at(60s)) == peer_book::verdict::banned);
  REQUIRE(book.is_banned(someone(1), at(60s + 299s)));
  REQUIRE_FALSE(book.is_banned(someone(1), at(60s + 301s)));
  REQUIRE(book.charge(someone(2), 0xffffffff, at(0s)) == peer_book::verdict::banned);
  REQUIRE_FALSE(book.is_banned(someone(3), at(0s)));
}

TEST_CASE("peer book: at its cap the one not seen for longest makes room and held ones stay",
          "[unit][peer]") {
  peer_book book{{.peers_max = 3, .point_decays_in = 6s, .banned_for = 5min}};
  for (std::uint8_t i = 1; i <= 3; ++i)
    REQUIRE(book.seen(someone(i), at(std::chrono::seconds{i})));
  book.hold(someone(1), true);
  REQUIRE(book.seen(someone(4), at(9s)));
  REQUIRE(book.peers() == std::vector{someone(1), someone(3), someone(4)});
  book.hold(someone(3), true);
  book.hold(someone(4), true);
  REQUIRE_FALSE(book.seen(someone(5), at(10s)));
  REQUIRE(book.charge(someone(5), 1, at(10s)) == peer_book::verdict::banned);
  REQUIRE(book.size() == 3);
}
