// SPDX-License-Identifier: BSD-3-Clause
// Two sessions and the links between them: when they join, what closes them, what a later link finds.
#include "actors/peer/session.hpp"

#include "tests/support/session_pair.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::peer;
using namespace troupe::peer::testing;
using namespace std::chrono_literals;

TEST_CASE("session: frames sent before the hello arrive once it is agreed", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb);
  pair.mount(1, brb);
  for (std::uint32_t i = 0; i < 10; ++i)
    REQUIRE(pair.send(0, out, i) == admission::taken);
  pair.connect();
  pair.run(10ms);
  REQUIRE(pair.sides[0].events == lines{"joined"});
  REQUIRE(pair.sides[1].events == lines{"joined"});
  REQUIRE(pair.sides[1].delivered[brb] == counted(10));
}

TEST_CASE("session: an idle session sends nothing", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb);
  pair.mount(1, brb);
  pair.connect();
  pair.send(0, out, 0);
  pair.run(5s);
  const auto before = pair.sides[0].control_frames + pair.sides[1].control_frames;
  pair.run(600s);
  REQUIRE(pair.sides[0].control_frames + pair.sides[1].control_frames == before);
}

TEST_CASE("session: mismatching hellos close with their name", "[unit][peer]") {
  const auto refused = [](auto change) {
    session_pair pair{1};
    auto opts = session_pair::options(1);
    change(opts);
    pair.start(1, opts);
    pair.connect();
    pair.run(20ms);
    REQUIRE(pair.sides[0].machine->is_joined() == false);
    REQUIRE(pair.sides[1].machine->is_joined() == false);
    REQUIRE(pair.sides[0].events.size() == 1);
    return pair.sides[0].events[0];
  };
  REQUIRE(refused([](session_options& o) { o.network_id = "other"; }) == "closed network_mismatch");
  REQUIRE(refused([](session_options& o) { o.version_min = o.version_max = 2; }) ==
          "closed version_mismatch");
  const auto of_group = [](std::uint8_t name) {
    return [name](session_options& o) { o.group_id = bytes(32, name); };
  };
  REQUIRE(refused([&](session_options& o) {
            of_group(2)(o);
            o.network_id = "other";
          }) == "closed network_mismatch");
}

TEST_CASE("session: settled groups must be equal and unsettled ones agree with all", "[unit][peer]") {
  const auto events = [](bytes ours, bytes theirs) {
    session_pair pair{1};
    for (int who = 0; who < 2; ++who) {
      auto opts = session_pair::options(who);
      opts.group_id = who == 0 ? ours : theirs;
      pair.start(who, opts);
    }
    pair.connect();
    pair.run(20ms);
    REQUIRE(pair.sides[0].events == pair.sides[1].events);
    return pair.sides[0].events;
  };
  const bytes one(32, 1);
  const bytes two(32, 2);
  REQUIRE(events(one, one) == lines{"joined"});
  REQUIRE(events(one, {}) == lines{"joined"});
  REQUIRE(events({}, {}) == lines{"joined"});
  REQUIRE(events(one, two) == lines{"closed group_mismatch"});
}

TEST_CASE("session: a group that is settled during the session is told and judged again", "[unit][peer]") {
  session_pair pair{1};
  auto opts = session_pair::options(1);
  opts.group_id = bytes(32, 2);
  pair.start(1, opts);
  const auto out = pair.mount(0, brb);
  pair.mount(1, brb);
  pair.connect();
  pair.run(20ms);
  SECTION("to the peer's own: the session goes on") {
    pair.settle(0, bytes(32, 2));
    pair.run(20ms);
    REQUIRE(pair.sides[0].events == lines{"joined"});
    REQUIRE(pair.sides[1].events == lines{"joined"});
    REQUIRE(pair.send(0, out, 1) == admission::taken);
    pair.run(20ms);
    REQUIRE(pair.sides[1].delivered[brb].size() == 1);
  }
  SECTION("to another: both sides end it by name") {
    pair.settle(0, bytes(32, 3));
    pair.run(20ms);
    REQUIRE(pair.sides[0].events == lines{"joined", "closed group_mismatch"});
    REQUIRE(pair.sides[1].events == lines{"joined", "closed group_mismatch"});
  }
}

TEST_CASE("session: overlapping versions agree on the highest common one", "[unit][peer]") {
  session_pair pair{1};
  auto opts = session_pair::options(0);
  opts.version_max = 3;
  pair.start(0, opts);
  opts = session_pair::options(1);
  opts.version_min = 1;
  opts.version_max = 2;
  pair.start(1, opts);
  pair.connect();
  pair.run(20ms);
  REQUIRE(pair.sides[0].machine->snapshot().version == 2);
  REQUIRE(pair.sides[1].machine->snapshot().version == 2);
}

TEST_CASE("session: a silent peer is given up after 30 s", "[unit][peer]") {
  session_pair pair{1};
  pair.silent = true;
  pair.connect();
  pair.run(29s);
  REQUIRE(pair.sides[0].events.empty());
  pair.run(10s);
  REQUIRE(pair.sides[0].events == lines{"closed hello_timeout"});
  REQUIRE(pair.sides[0].control_frames <= 8);
}

TEST_CASE("session: a peer that knows no session protocol is foreign before or after the stream opened",
          "[unit][peer]") {
  for (const bool opened_first : {true, false}) {
    session machine{session_pair::options(0)};
    machine.link_up({});
    if (opened_first)
      machine.control_opened({});
    machine.control_closed(true, {});
    std::size_t foreign = 0;
    while (const auto effect = machine.poll()) {
      foreign += std::holds_alternative<session::foreign_peer>(*effect) ? 1u : 0u;
      REQUIRE_FALSE(std::holds_alternative<session::close_link>(*effect));
    }
    REQUIRE(foreign == 1);
    REQUIRE(machine.snapshot().foreign);
  }
}

TEST_CASE("session: a malformed or unknown control frame closes it", "[unit][peer]") {
  for (const auto type : std::vector<std::uint16_t>{0x0101, 0x0102, 0x0103, 0x0999}) {
    session_pair pair{1};
    pair.connect();
    pair.run(20ms);
    alignas(8) const std::uint8_t junk[16] = {0xff, 0xff, 0xff, 0xff};
    pair.sides[0].machine->control_frame(type, junk, pair.now);
    std::vector<session_errc> closed;
    while (const auto effect = pair.sides[0].machine->poll())
      if (const auto* close = std::get_if<session::close_link>(&*effect))
        closed.push_back(close->why);
    REQUIRE(closed == std::vector{session_errc::session_malformed});
  }
}

TEST_CASE("session: an acknowledgement of what was never sent closes it", "[unit][peer]") {
  session_pair pair{1};
  pair.mount(0, brb);
  pair.mount(1, brb);
  pair.connect();
  pair.run(20ms);
  const auto frame = encode(session_ack{{{brb, 1, false}}});
  pair.sides[0].machine->control_frame(0x0102, frame->view().subspan(8), pair.now);
  pair.sides[0].machine->poll();
  const auto effect = pair.sides[0].machine->poll();
  REQUIRE(std::get<session::close_link>(*effect).why == session_errc::ack_beyond);
}

TEST_CASE("session: a second incarnation on one link closes it", "[unit][peer]") {
  session_pair pair{1};
  pair.connect();
  pair.run(20ms);
  session_hello hello{"test", 1, 1, 0, incarnation{77}, incarnation{}, {}, {}};
  const auto frame = encode(hello);
  pair.sides[0].machine->control_frame(0x0101, frame->view().subspan(8), pair.now);
  pair.sides[0].machine->poll();
  REQUIRE(std::get<session::close_link>(*pair.sides[0].machine->poll()).why == session_errc::boot_changed);
}

TEST_CASE("session: a reconnect resends only what is missing and says nothing new", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.join();
  for (std::uint32_t i = 0; i < 5; ++i)
    pair.send(0, out, i);
  pair.run(5ms);
  pair.silent = true;
  for (std::uint32_t i = 5; i < 9; ++i)
    pair.send(0, out, i);
  pair.run(5ms);
  pair.silent = false;
  pair.connect(); // in place of the first link
  pair.run(10ms);
  REQUIRE(pair.sides[1].delivered[brb] == counted(9));
  REQUIRE(pair.sides[0].events == lines{"joined"});
  REQUIRE(pair.sides[1].machine->snapshot().lanes[0].duplicates == 0);
}

TEST_CASE("session: loss of the link ends it and a later link joins again", "[unit][peer]") {
  session_pair pair{1};
  pair.connect();
  pair.run(10ms);
  pair.disconnect();
  REQUIRE(pair.sides[0].events == lines{"joined", "ended"});
  pair.connect();
  pair.run(10ms);
  REQUIRE(pair.sides[0].events == lines{"joined", "ended", "joined"});
}

TEST_CASE("session: a new incarnation of the peer gets the retained frames numbered from 1", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.join();
  for (std::uint32_t i = 0; i < 3; ++i)
    pair.send(0, out, i);
  pair.run(200ms);
  pair.silent = true;
  for (std::uint32_t i = 3; i < 6; ++i)
    pair.send(0, out, i);
  pair.run(10ms);
  pair.silent = false;
  auto opts = session_pair::options(1);
  opts.boot = incarnation{5555};
  pair.sides[0].machine->link_down(false, pair.now);
  pair.start(1, opts);
  pair.mount(1, brb);
  pair.connect();
  pair.run(300ms);
  REQUIRE(pair.sides[1].delivered[brb] == std::vector<std::uint32_t>{3, 4, 5});
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].sent == 3);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].acked == 3);
}
