// SPDX-License-Identifier: BSD-3-Clause
#include "transport/identify/message_stream.hpp"

#include "messages/codec/uvarint.hpp"

#include <algorithm>

namespace troupe::transport {
namespace {

constexpr std::size_t field_overhead = 4; // tag and length of one field, at most
constexpr std::size_t singles_max = 2048; // room kept in the first message for the fields that are no lists

std::size_t size_of(const std::string& text) {
  return text.size();
}

std::size_t size_of(const multiaddr& address) {
  return address.binary().size();
}

/// Moves list entries into `parts`, opening a new part where the last one is full.
template <class T>
void distribute(const std::vector<T>& entries, std::vector<T> identify_message::*list,
                std::vector<identify_message>& parts, std::size_t& room) {
  for (const auto& entry : entries) {
    const auto size = size_of(entry) + field_overhead;
    if (size > identify_size_max)
      continue;
    if (size > room) {
      if (parts.size() + 1 == identify_messages_max) // the last one is the signed record's
        return;
      parts.emplace_back();
      room = identify_size_max;
    }
    room -= size;
    (parts.back().*list).push_back(entry);
  }
}

} // namespace

bytes serialize_identify(const identify_message& whole) {
  std::vector<identify_message> parts(1);
  parts[0] = whole;
  parts[0].listen_addresses.clear();
  parts[0].protocols.clear();
  parts[0].signed_peer_record.reset();
  std::size_t room = identify_size_max - singles_max;
  distribute(whole.protocols, &identify_message::protocols, parts, room);
  distribute(whole.listen_addresses, &identify_message::listen_addresses, parts, room);
  if (whole.signed_peer_record && whole.signed_peer_record->size() + field_overhead <= identify_size_max) {
    if (whole.signed_peer_record->size() + field_overhead > room)
      parts.emplace_back();
    parts.back().signed_peer_record = whole.signed_peer_record;
  }
  bytes stream;
  for (const auto& part : parts)
    for (const auto& message : encode_identify(part))
      append_length_prefixed(stream, message);
  return stream;
}

transport_errc identify_reader::feed(byte_view data) {
  while (!data.empty()) {
    // A length is followed byte by byte, a message as a whole, so that pending_ never holds more than one
    // message.
    const auto length = read_uvarint(pending_);
    const auto wanted =
      length ? length->size + static_cast<std::size_t>(length->value) - pending_.size() : std::size_t{1};
    const auto taken = data.first(std::min(wanted, data.size()));
    pending_.insert(pending_.end(), taken.begin(), taken.end());
    data = data.subspan(taken.size());
    const auto now = read_uvarint(pending_);
    if (now ? now->value > identify_size_max : now.error() != uvarint_errc::truncated)
      return transport_errc::misbehaved;
    if (!now || now->value + now->size != pending_.size())
      continue;
    if (const auto bad = take_message(byte_view{pending_}.subspan(now->size)); bad != transport_errc::none)
      return bad;
    pending_.clear();
  }
  return transport_errc::none;
}

transport_errc identify_reader::take_message(byte_view encoded) {
  if (++messages_ > identify_messages_max)
    return transport_errc::misbehaved;
  auto told = decode_identify(encoded);
  if (!told)
    return transport_errc::misbehaved;
  merge(merged_, *std::move(told));
  return transport_errc::none;
}

expected<identify_message, transport_errc> identify_reader::finish() {
  if (!pending_.empty() || messages_ == 0)
    return unexpected(transport_errc::misbehaved);
  return std::move(merged_);
}

} // namespace troupe::transport
