// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/introduction_codec.hpp"

#include "tests/support/sim_nodes.hpp"
#include "wire/introductions_generated.h"

#include <catch2/catch.hpp>

using namespace troupe;

namespace {

const auto somewhere = *multiaddr::parse("/ip4/10.0.0.1/tcp/4001");

known_peer entry(std::uint8_t number) {
  return {test::numbered_peer(number), {somewhere}, {}};
}

/// One raw entry, so that the encoder's own care does not stand in the way.
introduction_errc refusal(const bytes& peer, const std::vector<bytes>& addresses, const bytes& record,
                          std::size_t copies = 1) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<wire::KnownPeer>> all;
  for (std::size_t i = 0; i < copies; ++i) {
    std::vector<flatbuffers::Offset<wire::KnownAddress>> places;
    for (const auto& address : addresses)
      places.push_back(wire::CreateKnownAddress(builder, builder.CreateVector(address)));
    const auto who = builder.CreateVector(peer);
    const auto where = builder.CreateVector(places);
    all.push_back(wire::CreateKnownPeer(builder, who, where, builder.CreateVector(record)));
  }
  builder.Finish(wire::CreateIntroduction(builder, builder.CreateVector(all)));
  const auto frame = chunk::copy_of({builder.GetBufferPointer(), builder.GetSize()});
  const auto decoded = decode_introduction(frame->view());
  REQUIRE_FALSE(decoded);
  return decoded.error();
}

} // namespace

TEST_CASE("introduction codec: what is encoded is decoded", "[unit][messages]") {
  std::vector<known_peer> peers;
  for (std::uint8_t i = 0; i < introduction_peers_max; ++i)
    peers.push_back(entry(i));
  peers[3] = {test::numbered_peer(3), {}, bytes(introduction_record_size_max, 7)};
  peers[4].addresses.assign(introduction_addresses_max, somewhere);
  const auto frame = encode_introduction(peers);
  REQUIRE(decode_introduction(frame->view().subspan(sizeof(frame_header) + 8)) == peers);
}

TEST_CASE("introduction codec: the largest introduction fits into a frame", "[unit][messages]") {
  std::vector<known_peer> peers;
  const auto longest = *multiaddr::from_binary(bytes{53, 8, 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 6, 1, 1});
  for (std::uint8_t i = 0; i < introduction_peers_max; ++i)
    peers.push_back({test::numbered_peer(i), std::vector(introduction_addresses_max, longest),
                     bytes(introduction_record_size_max, 7)});
  REQUIRE(encode_introduction(peers)->size() < introduction_frame_max);
}

TEST_CASE("introduction codec: limits are refused by name", "[unit][messages]") {
  const auto& id = test::numbered_peer(1);
  const bytes who(id.multihash().begin(), id.multihash().end());
  const bytes good(somewhere.binary().begin(), somewhere.binary().end());
  REQUIRE(refusal(who, {good}, {}, 0) == introduction_errc::peer_count);
  REQUIRE(refusal(who, {good}, {}, 2) == introduction_errc::peer_count);
  REQUIRE(refusal(who, {good}, {}, introduction_peers_max + 1) == introduction_errc::peer_count);
  REQUIRE(refusal({}, {good}, {}) == introduction_errc::peer_malformed);
  REQUIRE(refusal(bytes(45, 0), {good}, {}) == introduction_errc::peer_malformed);
  REQUIRE(refusal(who, {}, {}) == introduction_errc::address_count);
  REQUIRE(refusal(who, std::vector(introduction_addresses_max + 1, good), {}) ==
          introduction_errc::address_count);
  REQUIRE(refusal(who, {bytes{}}, {}) == introduction_errc::address_malformed);
  REQUIRE(refusal(who, {bytes{4, 127, 0}}, {}) == introduction_errc::address_malformed);
  REQUIRE(refusal(who, {bytes(introduction_address_size_max + 1, 4)}, {}) ==
          introduction_errc::address_malformed);
  REQUIRE(refusal(who, {}, bytes(introduction_record_size_max + 1, 1)) == introduction_errc::record_length);
}

TEST_CASE("introduction codec: foreign truncated and overlong bytes are refused", "[unit][messages]") {
  const auto frame = encode_introduction({entry(1), entry(2)});
  const auto payload = frame->view().subspan(sizeof(frame_header) + 8);
  for (std::size_t n = 0; n + 8 < payload.size(); ++n) {
    const auto cut = chunk::copy_of(payload.first(n));
    REQUIRE_FALSE(decode_introduction(cut->view()));
  }
  const auto long_one = chunk::copy_of(bytes(introduction_frame_max + 8, 0));
  REQUIRE(decode_introduction(long_one->view()).error() == introduction_errc::not_verified);
}
