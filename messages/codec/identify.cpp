// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/identify.hpp"

#include "messages/codec/protobuf.hpp"
#include "messages/codec/utf8.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace troupe {
namespace {

enum class field : protozero::pbf_tag_type {
  public_key = 1,
  listen_address = 2,
  protocol = 3,
  observed_address = 4,
  protocol_version = 5,
  agent_version = 6,
  signed_peer_record = 8,
};

constexpr auto tag(field of) {
  return static_cast<protozero::pbf_tag_type>(of);
}

std::string encode_one(const identify_message& message) {
  std::string out;
  protozero::pbf_writer writer{out};
  if (message.public_key)
    add_bytes(writer, tag(field::public_key), *message.public_key);
  for (const auto& address : message.listen_addresses)
    add_bytes(writer, tag(field::listen_address), address.binary());
  for (const auto& protocol : message.protocols)
    writer.add_string(tag(field::protocol), protocol);
  if (message.observed_address)
    add_bytes(writer, tag(field::observed_address), message.observed_address->binary());
  if (message.protocol_version)
    writer.add_string(tag(field::protocol_version), *message.protocol_version);
  if (message.agent_version)
    writer.add_string(tag(field::agent_version), *message.agent_version);
  if (message.signed_peer_record)
    add_bytes(writer, tag(field::signed_peer_record), *message.signed_peer_record);
  return out;
}

// These texts are printed and logged: what a terminal could obey is dropped.
std::optional<std::string> printable_text(byte_view data) {
  if (data.size() > identify_text_max || !is_utf8(data) ||
      std::ranges::any_of(data, [](std::uint8_t c) { return c < 0x20 || c == 0x7f; }))
    return std::nullopt;
  return std::string{as_text(data)};
}

void read_field(identify_message& message, field which, byte_view data) {
  switch (which) {
  case field::public_key:
    message.public_key = to_bytes(data);
    break;
  case field::listen_address:
    if (auto address = multiaddr::from_binary(data);
        address && message.listen_addresses.size() < identify_addresses_max)
      message.listen_addresses.push_back(*std::move(address));
    break;
  case field::protocol:
    if (auto text = printable_text(data);
        text && !text->empty() && message.protocols.size() < identify_protocols_max)
      message.protocols.push_back(*std::move(text));
    break;
  case field::observed_address:
    if (auto address = multiaddr::from_binary(data))
      message.observed_address = *std::move(address);
    break;
  case field::protocol_version:
    if (auto text = printable_text(data))
      message.protocol_version = std::move(text);
    break;
  case field::agent_version:
    if (auto text = printable_text(data))
      message.agent_version = std::move(text);
    break;
  case field::signed_peer_record:
    message.signed_peer_record = to_bytes(data);
    break;
  }
}

template <class Item>
void append_up_to(std::vector<Item>& into, std::vector<Item> more, std::size_t max) {
  more.resize(std::min(more.size(), max - std::min(max, into.size())));
  std::ranges::move(more, std::back_inserter(into));
}

template <class Value>
void replace(std::optional<Value>& into, std::optional<Value> more) {
  if (more)
    into = std::move(more);
}

} // namespace

std::vector<bytes> encode_identify(const identify_message& message) {
  const auto whole = encode_one(message);
  if (whole.size() <= identify_size_max || !message.signed_peer_record)
    return {to_bytes(as_bytes(whole))};
  auto without = message;
  without.signed_peer_record.reset();
  identify_message record;
  record.signed_peer_record = message.signed_peer_record;
  return {to_bytes(as_bytes(encode_one(without))), to_bytes(as_bytes(encode_one(record)))};
}

expected<identify_message, codec_errc> decode_identify(byte_view encoded) {
  if (encoded.size() > identify_size_max)
    return unexpected(codec_errc::too_long);
  identify_message message;
  const bool read = for_each_field(encoded, [&](protozero::pbf_reader& reader) {
    if (reader.wire_type() != protozero::pbf_wire_type::length_delimited)
      return reader.skip();
    const auto which = static_cast<field>(reader.tag()); // protozero forgets it when the value is read
    read_field(message, which, view_of(reader));
  });
  if (!read)
    return unexpected(codec_errc::malformed);
  return message;
}

void merge(identify_message& into, identify_message more) {
  append_up_to(into.listen_addresses, std::move(more.listen_addresses), identify_addresses_max);
  append_up_to(into.protocols, std::move(more.protocols), identify_protocols_max);
  replace(into.public_key, std::move(more.public_key));
  replace(into.observed_address, std::move(more.observed_address));
  replace(into.protocol_version, std::move(more.protocol_version));
  replace(into.agent_version, std::move(more.agent_version));
  replace(into.signed_peer_record, std::move(more.signed_peer_record));
}

} // namespace troupe
