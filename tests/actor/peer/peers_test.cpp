// SPDX-License-Identifier: BSD-3-Clause
// Peers actors over the simulated network: connecting, losing, keeping one link, charging faults.
#include "tests/support/peer_stage.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

TEST_CASE("peers: a dialled peer joins and frames pass both ways in order", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(0, 1);
  REQUIRE(stage.until([&] { return stage.joined(0, stage.id(1)) && stage.joined(1, stage.id(0)); }));
  for (std::uint32_t i = 1; i <= 20; ++i) {
    stage.say(0, 1, i);
    stage.say(1, 0, i);
  }
  stage.run(1s);
  REQUIRE(stage.at(1).received[stage.id(0)] == up_to(20));
  REQUIRE(stage.at(0).received[stage.id(1)] == up_to(20));
  REQUIRE(stage.at(0).events.front() == "joined 1");
  const auto list = stage.list(0);
  REQUIRE(list.size() == 1);
  REQUIRE(list[0].peer == stage.id(1));
  REQUIRE(list[0].in_session);
  REQUIRE(list[0].address == stage.at(1).address);
}

TEST_CASE("peers: an address without a peer id finds out whose it is and is redialled by it",
          "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(0, 1, false);
  REQUIRE(stage.until([&] { return stage.joined(0, stage.id(1)); }));
  stage.world.break_links(stage.id(0), stage.id(1));
  stage.run(10s);
  REQUIRE(stage.joined(0, stage.id(1)));
  REQUIRE(stage.at(0).memory->kept.contains(stage.id(1)));
  REQUIRE(stage.at(0).memory->kept_unknown.empty());
}

TEST_CASE("peers: both dialling at once keep one link and do not flap", "[actor][peer]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    peer_stage stage{2, seed};
    stage.start_all();
    stage.connect(0, 1);
    stage.connect(1, 0);
    stage.run(30s);
    const std::size_t smaller = stage.id(0) < stage.id(1) ? 0 : 1;
    REQUIRE(stage.at(0).network->links().size() == 1);
    const auto& link = *stage.at(smaller).network->links().begin()->second;
    REQUIRE(link.dialled() == transport::direction::outbound);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& events = stage.at(i).events;
      REQUIRE(std::count(events.begin(), events.end(), "joined " + std::to_string(1 - i)) == 1);
      REQUIRE(std::count(events.begin(), events.end(), "left " + std::to_string(1 - i)) == 0);
    }
  }
}

TEST_CASE("peers: a second link of the preferred dialler takes over without a left", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  const std::size_t smaller = stage.id(0) < stage.id(1) ? 0 : 1;
  stage.connect(1 - smaller, smaller);
  REQUIRE(stage.until([&] { return stage.joined(0, stage.id(1)) && stage.joined(1, stage.id(0)); }));
  for (std::uint32_t i = 1; i <= 10; ++i)
    stage.say(smaller, 1 - smaller, i);
  stage.connect(smaller, 1 - smaller, false);
  for (std::uint32_t i = 11; i <= 20; ++i) {
    stage.say(smaller, 1 - smaller, i);
    stage.run(1ms);
  }
  stage.run(20s);
  REQUIRE(stage.at(0).network->links().size() == 1);
  REQUIRE(stage.at(1 - smaller).received[stage.id(smaller)] == up_to(20));
  for (std::size_t i = 0; i < 2; ++i)
    for (const auto& event : stage.at(i).events)
      REQUIRE(event.find("left") == std::string::npos);
}

TEST_CASE("peers: a restarted node is joined anew", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(0, 1);
  REQUIRE(stage.until([&] { return stage.joined(0, stage.id(1)); }));
  stage.say(0, 1, 1);
  stage.run(1s);
  const auto address = stage.at(1).address;
  caf::anon_send_exit(stage.at(1).peers, caf::exit_reason::kill);
  stage.settle();
  stage.at(1).network->stop();
  stage.settle();
  stage.at(1).network.reset();
  stage.at(1).memory = std::make_shared<peer::peers_memory>();
  stage.run(15s);
  stage.say(0, 1, 2);
  stage.start(1);
  stage.connect(1, 0);
  REQUIRE(stage.until([&] { return stage.at(1).received[stage.id(0)].size() == 2; }));
  REQUIRE(stage.at(0).events == lines{"joined 1", "left 1", "joined 1"});
}

TEST_CASE("peers: another network is refused by name and not dialled again soon", "[actor][peer]") {
  peer_stage stage{2};
  stage.at(1).network_id = "other";
  stage.start_all();
  stage.connect(0, 1);
  stage.run(10s);
  REQUIRE_FALSE(stage.joined(0, stage.id(1)));
  REQUIRE(stage.log->has("network_mismatch"));
  REQUIRE(stage.at(0).network->links().empty());
  REQUIRE(stage.at(0).memory->book.score(stage.id(1), stage.scheduler.now()) > 0);
}

TEST_CASE("peers: another settled group is refused by name and scored while equal ones stay",
          "[actor][peer]") {
  peer_stage stage{3};
  stage.start_all();
  const auto settle = [&](std::size_t i, std::uint8_t name) {
    digest group;
    group.fill(name);
    post(stage.at(i).peers, peer::set_group{group});
  };
  settle(0, 1);
  stage.connect(0, 1);
  stage.connect(0, 2);
  stage.run(1s);
  REQUIRE(stage.joined(0, stage.id(1)));
  settle(1, 1);
  settle(2, 2);
  stage.run(10s);
  REQUIRE(stage.joined(0, stage.id(1)));
  REQUIRE_FALSE(stage.joined(0, stage.id(2)));
  REQUIRE(stage.log->has("group_mismatch"));
  REQUIRE(stage.at(0).events.back() == "left 2");
  REQUIRE(std::count(stage.at(0).events.begin(), stage.at(0).events.end(), "left 1") == 0);
  REQUIRE(stage.at(0).memory->book.score(stage.id(2), stage.scheduler.now()) > 0);
  REQUIRE(stage.at(0).memory->book.score(stage.id(1), stage.scheduler.now()) == 0);
}

TEST_CASE("peers: a peer whose input crashes its actor is scored and in the end banned", "[actor][peer]") {
  peer_stage stage{3};
  stage.start_all();
  stage.at(0).crash_on = 666;
  stage.connect(1, 0);
  stage.connect(2, 0);
  stage.run(1s);
  for (int i = 0; i < 1000 && !stage.at(0).memory->book.is_banned(stage.id(1), stage.scheduler.now()); ++i) {
    stage.say(1, 0, 666);
    stage.run(1s);
  }
  REQUIRE(stage.at(0).memory->book.is_banned(stage.id(1), stage.scheduler.now()));
  stage.run(10s);
  REQUIRE_FALSE(stage.joined(0, stage.id(1)));
  stage.say(2, 0, 5);
  stage.run(1s);
  REQUIRE(stage.at(0).received[stage.id(2)] == std::vector<std::uint32_t>{5});
}

TEST_CASE("peers: a restarted peers actor finds its peers again", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(0, 1);
  REQUIRE(stage.until([&] { return stage.joined(0, stage.id(1)) && stage.joined(1, stage.id(0)); }));
  caf::anon_send_exit(stage.at(0).peers, caf::exit_reason::kill);
  stage.settle();
  stage.spawn_peers_of(0);
  stage.run(20s);
  REQUIRE(stage.joined(0, stage.id(1)));
  stage.say(0, 1, 1);
  stage.run(1s);
  REQUIRE(stage.at(1).received[stage.id(0)] == up_to(1));
}

TEST_CASE("peers: the actor of a peer that stays away ends and starts again when it comes", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(1, 0);
  stage.run(1s);
  post(stage.at(1).peers, peer::disconnect{stage.id(0)});
  stage.run(4min);
  REQUIRE_FALSE(stage.log->has("ended: stopped"));
  stage.run(2min);
  REQUIRE(stage.log->has("ended: stopped"));
  stage.connect(1, 0);
  stage.run(1s);
  stage.say(1, 0, 7);
  stage.run(1s);
  REQUIRE(stage.at(0).received[stage.id(1)] == std::vector<std::uint32_t>{7});
}

TEST_CASE("peers: at the cap of peers one more is closed and the others stay", "[actor][peer]") {
  peer_stage stage{3};
  stage.at(0).peers_max = 1;
  stage.start_all();
  stage.connect(1, 0);
  stage.run(1s);
  stage.connect(2, 0);
  stage.run(20s);
  REQUIRE(stage.joined(0, stage.id(1)));
  REQUIRE_FALSE(stage.joined(0, stage.id(2)));
  REQUIRE(stage.log->has("no room"));
  REQUIRE(stage.at(0).network->links().size() == 1);
}

TEST_CASE("peers: a peer actor that crashed is replaced and the peer joins again", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(0, 1);
  stage.run(1s);
  stage.at(0).crash_on = 9;
  stage.say(1, 0, 9);
  stage.run(5s);
  REQUIRE(stage.at(0).events[0] == "joined 1");
  REQUIRE(stage.at(0).events[1] == "left 1");
  REQUIRE(stage.at(0).events.back() == "joined 1");
  // It counts as received: its sender does not send it again and again.
  REQUIRE(stage.at(0).memory->book.score(stage.id(1), stage.scheduler.now()) <= 50);
  stage.say(1, 0, 10);
  stage.say(0, 1, 11);
  stage.run(5s);
  REQUIRE(stage.at(0).received[stage.id(1)] == std::vector<std::uint32_t>{10});
  REQUIRE(stage.at(1).received[stage.id(0)] == std::vector<std::uint32_t>{11});
}

TEST_CASE("peers: disconnect closes and does not dial again", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(0, 1);
  stage.run(1s);
  post(stage.at(0).peers, peer::disconnect{stage.id(1)});
  stage.run(60s);
  REQUIRE(stage.at(0).network->links().empty());
  REQUIRE(stage.at(0).events.back() == "left 1");
}

TEST_CASE("peers: what happens is counted", "[actor][peer]") {
  peer_stage stage{3};
  stage.at(2).network_id = "other";
  stage.start_all();
  stage.connect(0, 1);
  stage.connect(0, 2);
  post(stage.at(0).peers, peer::connect{{*multiaddr::parse("/ip4/10.77.0.1/tcp/1")}});
  stage.run(20s);
  const auto& counters = *stage.at(0).counters;
  REQUIRE(counters.sessions == 1);
  REQUIRE(counters.sessions_refused[static_cast<std::size_t>(peer::session_errc::network_mismatch)] == 1);
  REQUIRE(counters.lanes_open == 2);
  REQUIRE(counters.dials >= 3);
  REQUIRE(counters.dials_failed >= 1);
  stage.say(0, 1, 1, "/none/1");
  post(stage.at(0).peers, peer::send_frames{stage.id(9), lane_a, single_frame(7, bytes(8))});
  post(stage.at(0).peers, peer::send_frames{stage.id(1), lane_a, chunk::copy_of(bytes(3))});
  stage.run(1s);
  for (const auto why :
       {peer::frame_drop::not_mounted, peer::frame_drop::never_met, peer::frame_drop::malformed})
    REQUIRE(counters.frames_dropped[static_cast<std::size_t>(why)] == 1);
  stage.at(0).crash_on = 9;
  stage.say(1, 0, 9);
  stage.run(2s);
  REQUIRE(counters.restarts >= 1);
  post(stage.at(0).peers, peer::misbehaved{stage.id(1), "test", 100});
  stage.run(2s);
  REQUIRE(counters.bans == 1);
  REQUIRE(counters.lanes_open == 0);
}

TEST_CASE("peers: agent and addresses of a peer are learnt and follow its changes", "[actor][peer]") {
  peer_stage stage{2};
  for (const auto& one : stage.nodes)
    one->identity = sim_identity::keyed;
  stage.start_all();
  stage.connect(1, 0); // so that node 0 has seen of node 1 no more than where its socket came from
  stage.run(1s);
  const auto known = stage.list(0);
  REQUIRE(known.size() == 1);
  CHECK(known.at(0).identity->agent_version == "troupe");
  CHECK(known.at(0).identity->listen_addresses == std::vector{stage.at(1).address});
  const auto& events = stage.at(0).events;
  CHECK(std::count(events.begin(), events.end(), "identified 1") == 1);
  const auto second = stage.at(1).network->listen(*multiaddr::parse("/ip4/0.0.0.0/tcp/0")).value();
  stage.run(5s);
  CHECK(stage.list(0).at(0).identity->listen_addresses == std::vector{stage.at(1).address, second});
}

TEST_CASE("peers: a peer without the session protocol is never joined and keeps its link", "[actor][peer]") {
  peer_stage stage{1};
  stage.start_all();
  transport::sim_network foreign{stage.world, stage.id(9)};
  struct nobody : transport::network_observer {
    void link_up(const transport::link_ptr&, std::optional<dial_id>) override {}
    void link_identified(const transport::link_ptr&, const transport::identity&) override {}
    void link_down(const transport::link_ptr&, transport::transport_errc) override {}
    void dial_failed(dial_id, const transport::transport_error&) override {}
  } ignores;
  foreign.start(ignores);
  const auto address = foreign.listen(*multiaddr::parse("/ip4/0.0.0.0/tcp/0")).value();
  post(stage.at(0).peers, peer::connect{{address.with_peer(stage.id(9))}});
  stage.run(60s);
  REQUIRE(stage.at(0).network->links().size() == 1);
  REQUIRE_FALSE(stage.joined(0, stage.id(9)));
  const auto list = stage.list(0);
  REQUIRE(list.at(0).connected);
  REQUIRE_FALSE(list.at(0).in_session);
  foreign.stop();
}
