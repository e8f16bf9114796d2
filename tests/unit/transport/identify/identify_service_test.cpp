// SPDX-License-Identifier: BSD-3-Clause
// The service on fake links: the test plays the network and the peers, timers fire when it says so.
#include "messages/codec/peer_record.hpp"
#include "tests/support/fake_link.hpp"
#include "transport/identify/identify_service.hpp"
#include "transport/identify/message_stream.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;
using namespace troupe::test;

namespace {

key_pair host(std::uint8_t number) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(number);
  return key_pair::from_seed(seed);
}

multiaddr address(std::string_view text) {
  return multiaddr::parse(text).value();
}

struct world {
  std::vector<std::string> protocols{"/ipfs/ping/1.0.0"};
  std::vector<multiaddr> listens{address("/ip4/192.0.2.1/tcp/4001")};
  std::vector<std::pair<duration, std::function<void()>>> timers;
  std::vector<std::pair<link_id, identity>> identified;
  int address_changes = 0;
  std::uint64_t wall = 1000;
  std::vector<std::shared_ptr<fake_link>> links;
  std::unique_ptr<identify_service> service;

  explicit world(identify_options options = {}) {
    identify_seams seams;
    seams.protocols = [this] { return protocols; };
    seams.listen_addresses = [this] { return listens; };
    seams.wall_ms = [this] { return wall; };
    seams.after = [this](duration delay, std::function<void()> task) {
      timers.emplace_back(delay, std::move(task));
    };
    seams.identified = [this](const link_ptr& on, const identity& told) {
      identified.emplace_back(on->id(), told);
    };
    seams.addresses_changed = [this] { ++address_changes; };
    service = std::make_unique<identify_service>(host(1), std::move(options), std::move(seams));
  }

  fake_link& connect(std::uint8_t peer, direction dialled = direction::outbound) {
    auto made = std::make_shared<fake_link>();
    made->number = link_id{peer};
    made->peer = host(peer).id();
    made->way = dialled;
    made->address = address("/ip4/10.0.0." + std::to_string(peer) + "/tcp/5000");
    links.push_back(made);
    service->link_up(made);
    return *made;
  }

  void fire_timers() {
    for (auto& [delay, task] : std::exchange(timers, {}))
      task();
  }

  /// The peer asks us who we are; what it hears.
  identify_message asked_by(fake_link& from) {
    auto handler = service->protocols()[0].accept({links.at(index_of(from)), identify_id});
    auto lane = std::make_shared<fake_lane>();
    handler->opened(lane, identify_id);
    REQUIRE_FALSE(lane->finishes);
    const auto end = std::find_if(timers.begin(), timers.end(),
                                  [](const auto& timer) { return timer.first == std::chrono::milliseconds{20}; });
    REQUIRE(end != timers.end());
    end->second();
    timers.erase(end);
    REQUIRE(lane->finishes);
    handler->closed(transport_errc::closed_remotely);
    return parse(lane->written);
  }

  static identify_message parse(const bytes& stream) {
    identify_reader reader;
    REQUIRE(reader.feed(stream) == transport_errc::none);
    return reader.finish().value();
  }

  std::size_t index_of(fake_link& one) const {
    for (std::size_t i = 0; i < links.size(); ++i)
      if (links[i].get() == &one)
        return i;
    throw std::logic_error{"unknown link"};
  }
};

identify_message said_by(std::uint8_t peer) {
  identify_message made;
  made.public_key = host(peer).public_part().to_protobuf();
  made.agent_version = "other/2";
  made.protocol_version = "ipfs/0.1.0";
  made.protocols = {identify_push_id, "/x"};
  made.listen_addresses = {address("/ip4/198.51.100.1/tcp/1")};
  return made;
}

/// The peer answers the identify that we opened on this link.
void answer(fake_link& on, const identify_message& message) {
  auto& opening = on.opened.at(0);
  REQUIRE(opening.protocols == std::vector<std::string>{identify_id});
  opening.handler->opened(opening.lane, identify_id);
  deliver(*opening.handler, serialize_identify(message), 33);
  opening.handler->finished();
}

} // namespace

TEST_CASE("identify: a new link is asked and its answer raised", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  answer(link, said_by(2));
  REQUIRE(w.identified.size() == 1);
  const auto& told = w.identified[0].second;
  REQUIRE(told.agent_version == "other/2");
  REQUIRE(told.protocols == std::vector<std::string>{identify_push_id, "/x"});
  REQUIRE(told.listen_addresses == std::vector<multiaddr>{address("/ip4/198.51.100.1/tcp/1")});
  REQUIRE(link.opened[0].lane->granted > 0);
}

TEST_CASE("identify: we tell protocols and addresses and how we see the peer", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  const auto said = w.asked_by(link);
  REQUIRE(said.public_key == host(1).public_part().to_protobuf());
  REQUIRE(said.agent_version == "troupe");
  REQUIRE(said.protocols == w.protocols);
  REQUIRE(said.listen_addresses == w.listens);
  REQUIRE(said.observed_address == link.address);
  REQUIRE(said.signed_peer_record);
  const auto record = verify_signed_peer_record(*said.signed_peer_record);
  REQUIRE(record);
  REQUIRE(record->peer == host(1).id());
  REQUIRE(record->seq == 1000);
}

TEST_CASE("identify: the signed record can be switched off", "[unit][identify]") {
  identify_options options;
  options.signed_record = false;
  world w{options};
  REQUIRE_FALSE(w.asked_by(w.connect(2)).signed_peer_record);
}

TEST_CASE("identify: the record number grows even if the clock goes back", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  w.asked_by(link);
  w.wall = 5;
  w.listens.push_back(address("/ip4/192.0.2.9/tcp/1"));
  const auto record = verify_signed_peer_record(*w.asked_by(link).signed_peer_record);
  REQUIRE(record->seq == 1001);
  REQUIRE(w.address_changes == 1);
}

TEST_CASE("identify: a foreign key or a foreign record drops the peer", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  auto message = said_by(2);
  SECTION("key") {
    message.public_key = host(3).public_part().to_protobuf();
  }
  SECTION("record") {
    message.signed_peer_record = make_signed_peer_record(host(3), 1, {});
  }
  SECTION("record of the peer signed by another") {
    message.signed_peer_record =
      seal_envelope(host(3), peer_record_purpose, encode_peer_record({host(2).id(), 1, {}}));
  }
  SECTION("no record at all") {
    message.signed_peer_record = bytes(20, 9);
  }
  answer(link, message);
  REQUIRE(link.closed_with == transport_errc::misbehaved);
  REQUIRE(w.identified.empty());
}

TEST_CASE("identify: malformed and oversized answers drop the peer", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  auto& opening = link.opened.at(0);
  opening.handler->opened(opening.lane, identify_id);
  SECTION("malformed") {
    deliver(*opening.handler, bytes{3, 0x12, 0x7f, 0x01});
  }
  SECTION("too long") {
    deliver(*opening.handler, bytes{0xff, 0xff, 0xff, 0xff, 0x0f, 1});
  }
  SECTION("endless") {
    deliver(*opening.handler, bytes(11, 0));
  }
  SECTION("cut off") {
    deliver(*opening.handler, bytes{100, 1});
    opening.handler->finished();
  }
  REQUIRE(link.closed_with == transport_errc::misbehaved);
  REQUIRE(opening.lane->resets);
}

TEST_CASE("identify: of a peer's addresses and protocols a bounded number is kept", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  auto message = said_by(2);
  message.protocols.assign(1000, "/p");
  message.listen_addresses.assign(500, address("/ip4/198.51.100.1/tcp/1"));
  answer(link, message);
  REQUIRE(w.identified.at(0).second.protocols.size() == identify_protocols_max);
  REQUIRE(w.identified.at(0).second.listen_addresses.size() == identify_addresses_max);
}

TEST_CASE("identify: the addresses of a newer signed record win", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  auto message = said_by(2);
  message.signed_peer_record = make_signed_peer_record(host(2), 7, {address("/ip4/203.0.113.5/tcp/5")});
  answer(link, message);
  REQUIRE(w.identified.at(0).second.listen_addresses ==
          std::vector<multiaddr>{address("/ip4/203.0.113.5/tcp/5")});
}

TEST_CASE("identify: a peer that never ends its answer is given up after the time limit",
          "[unit][identify]") {
  world w;
  auto& opening = w.connect(2).opened.at(0);
  opening.handler->opened(opening.lane, identify_id);
  REQUIRE(w.timers.at(0).first == std::chrono::seconds{10});
  w.fire_timers();
  REQUIRE(opening.lane->resets);
}

TEST_CASE("identify push: changes within the delay go out once to who listens", "[unit][identify]") {
  world w;
  auto& listening = w.connect(2);
  auto& deaf = w.connect(3);
  w.asked_by(listening);
  w.asked_by(deaf);
  answer(listening, said_by(2));
  auto other = said_by(3);
  other.protocols = {"/x"};
  answer(deaf, other);
  w.fire_timers();
  REQUIRE(listening.opened.size() == 1);
  w.protocols.push_back("/new/1");
  w.service->changed();
  w.protocols.push_back("/new/2");
  w.service->changed();
  REQUIRE(w.timers.size() == 1);
  REQUIRE(w.timers[0].first == std::chrono::seconds{1});
  w.fire_timers();
  REQUIRE(deaf.opened.size() == 1);
  REQUIRE(listening.opened.size() == 2);
  auto& push = listening.opened[1];
  REQUIRE(push.protocols == std::vector<std::string>{identify_push_id});
  push.handler->opened(push.lane, identify_push_id);
  REQUIRE(push.lane->finishes);
  REQUIRE(world::parse(push.lane->written).protocols == w.protocols);
  push.handler->closed(transport_errc::closed_remotely);
  w.fire_timers();
  REQUIRE(listening.opened.size() == 2);
}

TEST_CASE("identify push: at most 32 are under way at a time", "[unit][identify]") {
  world w;
  for (std::uint8_t peer = 2; peer < 52; ++peer) {
    auto& link = w.connect(peer);
    w.asked_by(link);
    answer(link, said_by(peer));
  }
  w.protocols.push_back("/new/1");
  w.fire_timers();
  const auto pushes = [&] {
    std::size_t open = 0;
    for (const auto& link : w.links)
      open += link->opened.size() - 1;
    return open;
  };
  REQUIRE(pushes() == 32);
  w.links[0]->opened.at(1).handler->closed(transport_errc::closed_remotely);
  REQUIRE(pushes() == 33);
}

TEST_CASE("identify push: a peer's push changes only what it names", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  answer(link, said_by(2));
  auto handler = w.service->protocols()[1].accept({w.links[0], identify_push_id});
  auto lane = std::make_shared<fake_lane>();
  handler->opened(lane, identify_push_id);
  identify_message news;
  news.protocols = {"/y"};
  deliver(*handler, serialize_identify(news));
  handler->finished();
  REQUIRE(w.identified.size() == 2);
  const auto& told = w.identified[1].second;
  REQUIRE(told.protocols == std::vector<std::string>{"/y"});
  REQUIRE(told.agent_version == "other/2");
  REQUIRE(told.listen_addresses.size() == 1);
  REQUIRE(lane->finishes);
}

TEST_CASE("identify: an address that several dialling hosts see is announced", "[unit][identify]") {
  identify_options options;
  options.observed.observers_min = 2;
  world w{options};
  const auto outside = address("/ip4/203.0.113.77/tcp/4001");
  auto told = said_by(2);
  told.observed_address = outside;
  answer(w.connect(2, direction::inbound), told);
  told.public_key = host(3).public_part().to_protobuf();
  answer(w.connect(3, direction::outbound), told);
  REQUIRE(w.service->announced_addresses() == w.listens);
  told.public_key = host(4).public_part().to_protobuf();
  answer(w.connect(4, direction::inbound), told);
  REQUIRE(w.service->announced_addresses() == std::vector<multiaddr>{w.listens[0], outside});
  w.service->link_down(link_id{4});
  REQUIRE(w.service->announced_addresses() == w.listens);
}

TEST_CASE("identify: handlers that outlive the service do nothing", "[unit][identify]") {
  world w;
  auto& link = w.connect(2);
  auto& opening = link.opened.at(0);
  auto inbound = w.service->protocols()[0].accept({w.links[0], identify_id});
  w.service.reset();
  opening.handler->opened(opening.lane, identify_id);
  REQUIRE(opening.lane->resets);
  auto lane = std::make_shared<fake_lane>();
  inbound->opened(lane, identify_id);
  REQUIRE(lane->resets);
  inbound->closed(transport_errc::lane_reset);
  opening.handler->closed(transport_errc::lane_reset);
  w.fire_timers();
  REQUIRE(w.identified.empty());
}
