// SPDX-License-Identifier: BSD-3-Clause
#include "transport/identify/identify_core.hpp"

#include <algorithm>

namespace troupe::transport {
namespace {

std::vector<multiaddr> known_addresses(const std::vector<multiaddr>& told) {
  std::vector<multiaddr> made;
  for (const auto& address : told)
    if (address.known())
      made.push_back(address.without_peer());
  return made;
}

} // namespace

std::vector<multiaddr> identify_service::core::addresses_now() const {
  auto made = seams.listen_addresses();
  for (auto& seen : observed.confirmed())
    if (std::find(made.begin(), made.end(), seen) == made.end())
      made.push_back(std::move(seen));
  return made;
}

const identify_service::core::announcement& identify_service::core::current() {
  auto protocols = seams.protocols();
  auto addresses = addresses_now();
  const bool moved = addresses != now.addresses;
  if (now.version != 0 && !moved && protocols == now.protocols)
    return now;
  if (options.signed_record && (moved || now.signed_record.empty())) {
    // Monotone even if the wall clock is not, and above what an earlier run of this node used.
    record_seq = std::max(record_seq + 1, seams.wall_ms());
    now.signed_record = make_signed_peer_record(host, record_seq, addresses);
  }
  const bool tell = moved && now.version != 0;
  ++now.version;
  now.protocols = std::move(protocols);
  now.addresses = std::move(addresses);
  if (tell)
    seams.addresses_changed();
  return now;
}

bytes identify_service::core::message_for(const link_ptr& to) {
  const auto& said = current();
  if (const auto found = peers.find(to->id()); found != peers.end())
    found->second.version_sent = said.version;
  identify_message message;
  message.public_key = host.public_part().to_protobuf();
  message.protocol_version = options.protocol_version;
  message.agent_version = options.agent_version;
  message.observed_address = to->remote_address();
  message.protocols = said.protocols;
  message.listen_addresses = said.addresses;
  if (!said.signed_record.empty())
    message.signed_peer_record = said.signed_record;
  return serialize_identify(message);
}

bool identify_service::core::take_record(peer_state& peer, const bytes& envelope,
                                         std::vector<multiaddr>& addresses) {
  const auto record = verify_signed_peer_record(envelope);
  if (!record || record->peer != peer.on->remote())
    return false;
  if (record->seq < peer.record_seq)
    return true; // an old one that overtook a newer one: still honest
  peer.record_seq = record->seq;
  addresses = known_addresses(record->addresses);
  peer.told.signed_record = envelope;
  return true;
}

void identify_service::core::heard(link_id from, identify_message message, bool push) {
  const auto found = peers.find(from);
  if (found == peers.end())
    return;
  auto& peer = found->second;
  if (message.public_key) {
    const auto key = public_key::from_protobuf(*message.public_key);
    if (!key || key->id() != peer.on->remote())
      return misbehaved(from);
  }
  auto addresses = known_addresses(message.listen_addresses);
  if (message.signed_peer_record && !take_record(peer, *message.signed_peer_record, addresses))
    return misbehaved(from);
  auto& told = peer.told;
  // In a push, what is missing has not changed; an empty list cannot be told from a missing one.
  if (!addresses.empty() || !push)
    told.listen_addresses = std::move(addresses);
  if (!message.protocols.empty() || !push)
    told.protocols = std::move(message.protocols);
  told.agent_version = message.agent_version.value_or(told.agent_version);
  told.protocol_version = message.protocol_version.value_or(told.protocol_version);
  if (message.observed_address && message.observed_address->known()) {
    told.observed_address = *message.observed_address;
    // What a peer dialled is an address of ours; the port that we dialled from is not.
    const auto seen = to_endpoint(told.observed_address);
    if (seen && peer.on->dialled() == direction::inbound)
      observed.tell(from, host_of(peer.on->remote_address()), *seen);
  }
  peer.identified = true;
  const auto on = peer.on;
  const auto known = told;
  seams.identified(on, known);
  push_later();
}

void identify_service::core::misbehaved(link_id from) {
  if (const auto found = peers.find(from); found != peers.end())
    found->second.on->close(transport_errc::misbehaved);
}

void identify_service::core::finish_soon(const lane_ptr& open) {
  seams.after(options.answer_end_delay, [weak = std::weak_ptr<lane>{open}] {
    if (const auto still_open = weak.lock())
      still_open->finish();
  });
}

void identify_service::core::push_later() {
  if (stopped || push_armed)
    return;
  push_armed = true;
  seams.after(options.push_delay, [weak = weak_from_this()] {
    if (const auto self = weak.lock(); self && !self->stopped) {
      self->push_armed = false;
      self->push_changes();
    }
  });
}

void identify_service::core::push_changes() {
  const auto version = current().version;
  for (auto& [id, peer] : peers) {
    const auto& ids = peer.told.protocols;
    const bool listens = peer.identified && std::find(ids.begin(), ids.end(), identify_push_id) != ids.end();
    if (!listens || peer.pushing || peer.version_sent >= version)
      continue;
    peer.pushing = true;
    waiting.push_back(id);
  }
  start_pushes();
}

void identify_service::core::push_ended(link_id to) {
  if (pushing.erase(to) == 0)
    return;
  if (const auto found = peers.find(to); found != peers.end()) {
    found->second.pushing = false;
    if (found->second.version_sent < now.version)
      push_later();
  }
  start_pushes();
}

} // namespace troupe::transport
