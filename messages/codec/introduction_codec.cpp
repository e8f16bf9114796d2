// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/introduction_codec.hpp"

#include "messages/codec/frame_writer.hpp"
#include "messages/types/assert.hpp"
#include "wire/introductions_generated.h"

#include <algorithm>

namespace troupe {
namespace {

constexpr flatbuffers::uoffset_t depth_max = 4;
constexpr flatbuffers::uoffset_t tables_max = 1 + introduction_peers_max * (1 + introduction_addresses_max);

byte_view view_of(const flatbuffers::Vector<std::uint8_t>& octets) {
  return {octets.data(), octets.size()};
}

expected<std::vector<multiaddr>, introduction_errc>
addresses_of(const flatbuffers::Vector<flatbuffers::Offset<wire::KnownAddress>>* told) {
  std::vector<multiaddr> addresses;
  if (!told)
    return addresses;
  if (told->size() > introduction_addresses_max)
    return unexpected(introduction_errc::address_count);
  for (const auto* each : *told) {
    if (each->binary()->size() > introduction_address_size_max)
      return unexpected(introduction_errc::address_malformed);
    auto address = multiaddr::from_binary(view_of(*each->binary()));
    if (!address || address->empty())
      return unexpected(introduction_errc::address_malformed);
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

expected<known_peer, introduction_errc> peer_of(const wire::KnownPeer& told) {
  const auto who = peer_id::from_multihash(view_of(*told.peer()));
  if (!who)
    return unexpected(introduction_errc::peer_malformed);
  auto addresses = addresses_of(told.addresses());
  if (!addresses)
    return unexpected(addresses.error());
  known_peer made{*who, std::move(*addresses), {}};
  if (const auto* record = told.record()) {
    if (record->size() > introduction_record_size_max)
      return unexpected(introduction_errc::record_length);
    made.record.assign(record->begin(), record->end());
  }
  if (made.addresses.empty() && made.record.empty())
    return unexpected(introduction_errc::address_count);
  return made;
}

} // namespace

expected<std::vector<known_peer>, introduction_errc> decode_introduction(byte_view payload) {
  if (payload.size() > introduction_frame_max || reinterpret_cast<std::uintptr_t>(payload.data()) % 8 != 0)
    return unexpected(introduction_errc::not_verified);
  flatbuffers::Verifier verifier{payload.data(), payload.size(), depth_max, tables_max};
  if (!verifier.VerifyBuffer<wire::Introduction>(nullptr))
    return unexpected(introduction_errc::not_verified);
  const auto* told = flatbuffers::GetRoot<wire::Introduction>(payload.data())->peers();
  if (told->size() == 0 || told->size() > introduction_peers_max)
    return unexpected(introduction_errc::peer_count);
  std::vector<known_peer> peers;
  for (const auto* each : *told) {
    auto made = peer_of(*each);
    if (!made)
      return unexpected(made.error());
    for (const auto& known : peers)
      if (known.peer == made->peer)
        return unexpected(introduction_errc::peer_count);
    peers.push_back(std::move(*made));
  }
  return peers;
}

namespace {

flatbuffers::FlatBufferBuilder built(const std::vector<known_peer>& peers) {
  TROUPE_ASSERT(!peers.empty() && peers.size() <= introduction_peers_max);
  flatbuffers::FlatBufferBuilder builder{512};
  const auto octets = [&](byte_view data) { return builder.CreateVector(data.data(), data.size()); };
  std::vector<flatbuffers::Offset<wire::KnownPeer>> offsets;
  for (const auto& each : peers) {
    std::vector<flatbuffers::Offset<wire::KnownAddress>> addresses;
    for (const auto& address : each.addresses)
      addresses.push_back(wire::CreateKnownAddress(builder, octets(address.binary())));
    const auto who = octets(each.peer.multihash());
    const auto where = builder.CreateVector(addresses);
    const auto record = octets(each.record);
    offsets.push_back(wire::CreateKnownPeer(builder, who, where, record));
  }
  builder.Finish(wire::CreateIntroduction(builder, builder.CreateVector(offsets)));
  return builder;
}

} // namespace

chunk_ptr encode_introduction(const std::vector<known_peer>& peers) {
  return single_frame<wire::Introduction>(built(peers));
}

bytes introduction_payload(const std::vector<known_peer>& peers) {
  const auto builder = built(peers);
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

} // namespace troupe
