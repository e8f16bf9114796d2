// SPDX-License-Identifier: BSD-3-Clause
// The lanes of a session: what they take, number, acknowledge and give credit for.
#include "actors/peer/session.hpp"

#include "messages/codec/frame_writer.hpp"
#include "tests/support/session_pair.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <algorithm>

using namespace troupe;
using namespace troupe::peer;
using namespace troupe::peer::testing;
using namespace std::chrono_literals;

TEST_CASE("session: acknowledges after 100 ms and retains nothing then", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.join();
  pair.send(0, out, 0);
  pair.run(99ms);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].acked == 0);
  pair.run(5ms);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].acked == 1);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].retained == 0);
}

TEST_CASE("session: acknowledges 64 frames or 64 KiB at once", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.join();
  for (std::uint32_t i = 0; i < 63; ++i)
    pair.send(0, out, i);
  pair.run(5ms);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].acked == 0);
  pair.send(0, out, 63);
  pair.run(5ms);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].acked == 64);
  pair.send(0, out, single_frame(7, bytes(64 * 1024)));
  pair.run(5ms);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].acked == 65);
}

TEST_CASE("session: a lane mounted later on either side carries frames", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb);
  pair.connect();
  pair.run(10ms);
  pair.send(0, out, 0);
  pair.run(5s);
  pair.mount(1, brb);
  pair.run(20ms);
  REQUIRE(pair.sides[1].delivered[brb] == counted(1));
}

TEST_CASE("session: a lane mounted after the peer named it carries frames", "[unit][peer]") {
  session_pair pair{1};
  pair.mount(1, brb);
  pair.connect();
  pair.run(10ms);
  const auto out = pair.mount(0, brb);
  pair.send(0, out, 0);
  pair.run(20ms);
  REQUIRE(pair.sides[1].delivered[brb] == counted(1));
}

TEST_CASE("session: 32 lanes fit and one more does not", "[unit][peer]") {
  session machine{session_pair::options(0)};
  for (int i = 0; i < 32; ++i)
    REQUIRE(machine.mount({"/troupe/" + std::to_string(i), delivery::reliable, 1}, {}));
  REQUIRE_FALSE(machine.mount({"/troupe/x", delivery::reliable, 1}, {}));
  REQUIRE(machine.mount({"/troupe/7", delivery::reliable, 1}, {}));
  REQUIRE_FALSE(machine.mount({std::string(65, 'x'), delivery::reliable, 1}, {}));
}

TEST_CASE("session: a lane takes twice its bound and drops the next chunk", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb, delivery::reliable, 4096);
  pair.mount(1, brb);
  const auto frame = [] { return single_frame(7, bytes(900)); };
  for (int i = 0; i < 8; ++i)
    REQUIRE(pair.send(0, out, frame()) == admission::taken);
  REQUIRE(pair.send(0, out, frame()) == admission::full);
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].dropped == 1);
  pair.connect();
  pair.run(200ms);
  REQUIRE(pair.send(0, out, frame()) == admission::taken);
}

TEST_CASE("session: credit starts at the bound and follows what is acknowledged", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb, delivery::reliable, 4096);
  pair.mount(1, brb);
  auto& given = pair.sides[0].credit;
  REQUIRE(given == 4096);
  const auto frame = single_frame(7, bytes(900));
  for (int i = 0; i < 3; ++i)
    pair.send(0, out, single_frame(7, bytes(900)));
  REQUIRE(given == 4096);
  pair.connect();
  pair.run(200ms);
  REQUIRE(given == 4096 + 3 * credit_cost(*frame));
}

TEST_CASE("session: a lane mounted again gives its credit anew", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb, delivery::reliable, 4096);
  pair.send(0, out, 0);
  const auto used = credit_cost(*single_frame(7, bytes(4)));
  pair.sides[0].machine->unmount(out, pair.now);
  pair.mount(0, brb, delivery::reliable, 4096);
  REQUIRE(pair.sides[0].credit == 4096 + 4096 - used);
}

TEST_CASE("session: a sender that keeps to its credit never stalls and loses nothing", "[unit][peer]") {
  session_pair pair{7, {100'000, 100'000, 100'000}};
  const auto out = pair.mount(0, brb, delivery::reliable, 4096);
  pair.mount(1, brb);
  pair.connect();
  const auto cost = credit_cost(*single_frame(7, bytes(4)));
  std::size_t used = 0;
  for (std::uint32_t sent = 0; sent < 200; pair.run(50ms))
    for (; sent < 200 && pair.sides[0].credit - used >= cost; used += cost) {
      REQUIRE(pair.send(0, out, sent++) == admission::taken);
      REQUIRE(pair.sides[0].machine->snapshot().lanes[0].retained <= 4096);
    }
  pair.run(60s);
  REQUIRE(pair.sides[1].delivered[brb] == counted(200));
}

TEST_CASE("session: an ephemeral lane drops when it is not connected and never repeats", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb, delivery::ephemeral);
  pair.mount(1, brb, delivery::ephemeral);
  REQUIRE(pair.send(0, out, 0) == admission::full);
  pair.connect();
  pair.run(10ms);
  pair.send(0, out, 1);
  pair.run(10ms);
  pair.silent = true;
  pair.send(0, out, 2);
  pair.run(10ms);
  pair.silent = false;
  pair.send(0, out, 3);
  pair.run(10s);
  REQUIRE(pair.sides[1].delivered[brb] == std::vector<std::uint32_t>{1, 3});
  REQUIRE(pair.sides[0].machine->snapshot().lanes[0].retained == 0);
}

TEST_CASE("session: bytes that are no numbered frames are not sent", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb);
  REQUIRE(pair.send(0, out, single_frame(7, bytes(4), 0)) == admission::malformed);
  REQUIRE(pair.send(0, out, chunk::copy_of(bytes(7))) == admission::malformed);
  REQUIRE(pair.send(0, out, chunk_ptr{}) == admission::malformed);
  REQUIRE(pair.send(0, out, chunk::make(0)) == admission::malformed);
}

TEST_CASE("session: a chunk that others hold is copied before it is numbered", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb);
  const auto shared = single_frame(7, bytes(4));
  pair.send(0, out, 0);
  pair.send(0, out, shared);
  REQUIRE(std::all_of(shared->data() + 8, shared->data() + 16, [](std::uint8_t b) { return b == 0; }));
}

TEST_CASE("session: names what an acknowledgement covers, once and in order", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.join();
  pair.send(0, out, single_frame(7, bytes(4)), {"one", "two"});
  pair.send(0, out, single_frame(7, bytes(4)));
  pair.send(0, out, single_frame(7, bytes(4)), {"three"});
  REQUIRE(pair.sides[0].notes.empty());
  pair.run(200ms);
  const lines said{"[P2P] router cmd Acked(one)",   "[P2P] Got ack for packet one",
                   "[P2P] router cmd Acked(two)",   "[P2P] Got ack for packet two",
                   "[P2P] router cmd Acked(three)", "[P2P] Got ack for packet three"};
  REQUIRE(pair.sides[0].notes == said);
  REQUIRE(pair.sides[1].notes.empty());
  pair.run(5s);
  REQUIRE(pair.sides[0].notes == said);
}

TEST_CASE("session: a label goes along when its frame is sent again on the next link", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb);
  pair.mount(1, brb);
  pair.send(0, out, single_frame(7, bytes(4)), {"kept"});
  pair.connect();
  pair.disconnect();
  REQUIRE(pair.sides[0].notes.empty());
  pair.connect();
  pair.run(5s);
  REQUIRE(pair.sides[0].notes == lines{"[P2P] router cmd Acked(kept)", "[P2P] Got ack for packet kept"});
}

// Goal: whatever single frames a link loses, repeats or reorders, and however often it breaks, each side
// hears what the other sent in order and exactly once. Method: random faults and breaks from one seed, then
// time to repair, then compare.
TEST_CASE("session: faults and breaks leave each lane in order and exactly once", "[unit][peer]") {
  rc::prop("exactly once in order", [](std::uint64_t seed) {
    random_stream rng{seed};
    session_pair pair{seed,
                      {static_cast<std::uint32_t>(rng.below(200'000)),
                       static_cast<std::uint32_t>(rng.below(200'000)),
                       static_cast<std::uint32_t>(rng.below(300'000))}};
    const std::string protocols[] = {brb, "/troupe/members/1"};
    slot lanes[2][2];
    for (int who = 0; who < 2; ++who)
      for (int i = 0; i < 2; ++i)
        lanes[who][i] = pair.mount(who, protocols[who == 0 ? i : 1 - i]);
    std::map<std::pair<int, std::string>, std::uint32_t> sent;
    pair.connect();
    for (int step = 0; step < 40; ++step) {
      const auto what = rng.below(20);
      if (what == 0) {
        pair.disconnect(true); // keeps the session, as a superseded link does
        pair.run(std::chrono::milliseconds{rng.below(500)});
        pair.connect();
      } else if (what < 14) {
        const int who = static_cast<int>(rng.below(2));
        const int i = static_cast<int>(rng.below(2));
        const auto& protocol = protocols[who == 0 ? i : 1 - i];
        pair.send(who, lanes[who][i], sent[{who, protocol}]++);
      } else {
        pair.run(std::chrono::milliseconds{rng.below(80)});
      }
    }
    const auto complete = [&] {
      for (int who = 0; who < 2; ++who)
        for (const auto& protocol : protocols)
          if (pair.sides[1 - who].delivered[protocol].size() < sent[{who, protocol}])
            return false;
      return true;
    };
    RC_ASSERT(pair.run(600s, complete));
    pair.run(10s);
    for (int who = 0; who < 2; ++who)
      for (const auto& protocol : protocols)
        RC_ASSERT(pair.sides[1 - who].delivered[protocol] == counted(sent[{who, protocol}]));
  });
}

TEST_CASE("session: frames taken count once however often they are written", "[unit][peer]") {
  session_pair pair{1};
  const auto out = pair.mount(0, brb);
  pair.mount(1, brb);
  pair.send(0, out, 0);
  pair.connect();
  pair.run(10ms);
  for (std::uint32_t i = 1; i < 5; ++i)
    pair.send(0, out, i);
  REQUIRE(pair.sides[0].machine->frames_taken() == 5);
  REQUIRE(pair.sides[1].machine->frames_taken() == 0);
  pair.disconnect();
  pair.connect();
  pair.run(10ms);
  REQUIRE(pair.sides[1].delivered[brb] == std::vector<std::uint32_t>{1, 2, 3, 4}); // since the break
  REQUIRE(pair.sides[0].machine->frames_taken() == 5);
}
