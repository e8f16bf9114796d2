// SPDX-License-Identifier: BSD-3-Clause
// Introductions between peers actors over the simulated network.
#include "messages/codec/introduction_codec.hpp"
#include "tests/support/peer_stage.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

bool meshed(peer_stage& stage) {
  for (std::size_t i = 0; i < stage.nodes.size(); ++i)
    for (std::size_t j = 0; j < stage.nodes.size(); ++j)
      if (i != j && !stage.joined(i, stage.id(j)))
        return false;
  return true;
}

void introduce(peer_stage& stage, std::size_t from, std::size_t to, const std::vector<known_peer>& peers) {
  post(stage.at(from).peers,
       peer::send_frames{stage.id(to), "/troupe/introductions/1", encode_introduction(peers)});
}

} // namespace

TEST_CASE("introductions: a chain of nodes ends fully meshed", "[actor][peer]") {
  for (const std::size_t length : {3u, 6u}) {
    peer_stage stage{length};
    stage.start_all();
    for (std::size_t i = 0; i + 1 < length; ++i)
      stage.connect(i, i + 1);
    REQUIRE(stage.until([&] { return meshed(stage); }, 30s));
    stage.run(60s);
    REQUIRE(meshed(stage));
    for (std::size_t i = 0; i < length; ++i) {
      REQUIRE(stage.at(i).network->links().size() == length - 1);
      REQUIRE(stage.list(i).size() == length - 1);
    }
  }
}

TEST_CASE("introductions: an introduced peer is redialled after a loss", "[actor][peer]") {
  peer_stage stage{3};
  // The one in the middle was dialled by both: it tells of them by the records they signed.
  for (auto& n : stage.nodes)
    n->identity = sim_identity::keyed;
  stage.start_all();
  stage.connect(1, 0);
  stage.connect(2, 0);
  REQUIRE(stage.until([&] { return meshed(stage); }, 30s));
  stage.run(20s);
  stage.world.break_links(stage.id(1), stage.id(2));
  stage.run(1ms);
  REQUIRE(stage.until([&] { return meshed(stage); }, 60s));
}

TEST_CASE("introductions: peers that dial each other where they were before meet where they are",
          "[actor][peer]") {
  peer_stage stage{3};
  stage.start_all();
  const auto left = *multiaddr::parse("/ip4/10.77.0.1/tcp/9");
  post(stage.at(0).peers, peer::connect{{left.with_peer(stage.id(2))}});
  post(stage.at(2).peers, peer::connect{{left.with_peer(stage.id(0))}});
  stage.run(10s);
  stage.connect(1, 0);
  stage.connect(1, 2);
  REQUIRE(stage.until([&] { return meshed(stage); }, 30s));
}

TEST_CASE("introductions: who was disconnected is not dialled on another's word", "[actor][peer]") {
  peer_stage stage{3};
  stage.start_all();
  stage.connect(0, 2);
  stage.run(1s);
  post(stage.at(0).peers, peer::disconnect{stage.id(2)});
  stage.run(1s);
  stage.connect(0, 1);
  stage.run(1s);
  introduce(stage, 1, 0, {{stage.id(2), {stage.at(2).address}, {}}});
  stage.run(60s);
  REQUIRE_FALSE(stage.joined(0, stage.id(2)));
  stage.connect(0, 2);
  stage.run(5s);
  REQUIRE(stage.joined(0, stage.id(2)));
}

TEST_CASE("introductions: a peer of another network is not kept", "[actor][peer]") {
  peer_stage stage{3};
  stage.at(2).network_id = "other";
  stage.start_all();
  stage.connect(0, 1);
  stage.run(1s);
  introduce(stage, 1, 0, {{stage.id(2), {stage.at(2).address}, {}}});
  stage.run(120s);
  REQUIRE(stage.log->has("network_mismatch"));
  REQUIRE_FALSE(stage.at(0).memory->kept.contains(stage.id(2)));
  REQUIRE(stage.joined(0, stage.id(1)));
}

TEST_CASE("introductions: a liar is charged and dials nobody to death", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(1, 0);
  stage.run(1s);
  introduce(stage, 1, 0, {{stage.id(9), {}, bytes(40, 1)}});
  stage.run(1s);
  REQUIRE(stage.log->has("it did not sign"));
  for (std::uint8_t i = 10; i < 250; ++i)
    introduce(stage, 1, 0, {{stage.id(i), {*multiaddr::parse("/ip4/10.99.0.1/tcp/1")}, {}}});
  stage.run(10s);
  REQUIRE(stage.joined(0, stage.id(1)));
  std::size_t dials = 0;
  for (const auto& line : stage.log->lines)
    dials += line.text.find("introduced by a peer") != std::string::npos ? 1u : 0u;
  REQUIRE(dials > 0);
  REQUIRE(dials <= 64 + 11);
  stage.run(60s);
  // What is no introduction at all ends the session.
  post(stage.at(1).peers,
       peer::send_frames{stage.id(0), "/troupe/introductions/1", single_frame(0x0401, bytes(64, 0xff))});
  stage.run(1s);
  REQUIRE(stage.log->has("message_refused"));
}
