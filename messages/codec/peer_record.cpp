// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/peer_record.hpp"

#include "messages/codec/protobuf.hpp"
#include "messages/codec/uvarint.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace troupe {
namespace {

using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr protozero::pbf_tag_type envelope_key = 1, envelope_type = 2, envelope_payload = 3,
                                  envelope_signature = 5;
constexpr protozero::pbf_tag_type record_peer = 1, record_seq = 2, record_address = 3, address_multiaddr = 1;

bytes signed_bytes(const envelope_purpose& purpose, byte_view payload) {
  bytes out;
  append_length_prefixed(out, as_bytes(purpose.domain));
  append_length_prefixed(out, as_bytes(purpose.payload_type));
  append_length_prefixed(out, payload);
  return out;
}

// The fields of an envelope where they lie; an absent one is empty, as it would be on the wire.
struct envelope_fields {
  byte_view key;
  byte_view type;
  byte_view payload;
  byte_view signed_by;
};

expected<envelope_fields, codec_errc> read_envelope(byte_view encoded) {
  if (encoded.size() > envelope_size_max)
    return unexpected(codec_errc::too_long);
  envelope_fields fields;
  const bool read = for_each_field(encoded, [&](protozero::pbf_reader& reader) {
    if (reader.wire_type() != pbf_wire_type::length_delimited)
      return reader.skip();
    const auto tag = reader.tag(); // protozero forgets it when the value is read
    const auto data = view_of(reader);
    switch (tag) {
    case envelope_key:
      fields.key = data;
      break;
    case envelope_type:
      fields.type = data;
      break;
    case envelope_payload:
      fields.payload = data;
      break;
    case envelope_signature:
      fields.signed_by = data;
      break;
    default:
      break;
    }
  });
  if (!read)
    return unexpected(codec_errc::malformed);
  if (fields.key.empty() || fields.signed_by.empty())
    return unexpected(codec_errc::missing_field);
  return fields;
}

std::optional<multiaddr> read_address_info(byte_view encoded) {
  std::optional<multiaddr> address;
  const bool read = for_each_field(encoded, [&](protozero::pbf_reader& reader) {
    if (reader.tag_and_type() != tag_and_type(address_multiaddr, pbf_wire_type::length_delimited))
      return reader.skip();
    if (auto parsed = multiaddr::from_binary(view_of(reader)))
      address = *std::move(parsed);
  });
  return read ? address : std::nullopt;
}

} // namespace

bytes seal_envelope(const key_pair& signer, const envelope_purpose& purpose, byte_view payload) {
  std::string out;
  protozero::pbf_writer writer{out};
  add_bytes(writer, envelope_key, signer.public_part().to_protobuf());
  add_bytes(writer, envelope_type, as_bytes(purpose.payload_type));
  add_bytes(writer, envelope_payload, payload);
  add_bytes(writer, envelope_signature, signer.sign(signed_bytes(purpose, payload)));
  return to_bytes(as_bytes(out));
}

expected<opened_envelope, codec_errc> open_envelope(byte_view encoded, const envelope_purpose& purpose) {
  const auto fields = read_envelope(encoded);
  if (!fields)
    return unexpected(fields.error());
  if (!std::ranges::equal(fields->type, as_bytes(purpose.payload_type)))
    return unexpected(codec_errc::wrong_type);
  auto key = public_key::from_protobuf(fields->key);
  if (!key)
    return unexpected(codec_errc::bad_key);
  if (!key->verify(signed_bytes(purpose, fields->payload), fields->signed_by))
    return unexpected(codec_errc::bad_signature);
  return opened_envelope{*std::move(key), to_bytes(fields->payload)};
}

bytes encode_peer_record(const peer_record& record) {
  std::string out;
  protozero::pbf_writer writer{out};
  add_bytes(writer, record_peer, record.peer.multihash());
  if (record.seq != 0)
    writer.add_uint64(record_seq, record.seq);
  for (const auto& address : record.addresses) {
    protozero::pbf_writer info{writer, record_address};
    add_bytes(info, address_multiaddr, address.binary());
  }
  return to_bytes(as_bytes(out));
}

expected<peer_record, codec_errc> decode_peer_record(byte_view encoded) {
  if (encoded.size() > envelope_size_max)
    return unexpected(codec_errc::too_long);
  peer_record record;
  const bool read = for_each_field(encoded, [&](protozero::pbf_reader& reader) {
    switch (reader.tag_and_type()) {
    case tag_and_type(record_peer, pbf_wire_type::length_delimited):
      record.peer = peer_id::from_multihash(view_of(reader)).value_or(peer_id{});
      break;
    case tag_and_type(record_seq, pbf_wire_type::varint):
      record.seq = reader.get_uint64();
      break;
    case tag_and_type(record_address, pbf_wire_type::length_delimited): {
      auto address = read_address_info(view_of(reader));
      if (address && record.addresses.size() < peer_record_addresses_max)
        record.addresses.push_back(*std::move(address));
      break;
    }
    default:
      reader.skip();
    }
  });
  if (!read)
    return unexpected(codec_errc::malformed);
  if (record.peer.empty())
    return unexpected(codec_errc::missing_field);
  return record;
}

bytes make_signed_peer_record(const key_pair& signer, std::uint64_t seq, std::vector<multiaddr> addresses) {
  return seal_envelope(signer, peer_record_purpose,
                       encode_peer_record({signer.id(), seq, std::move(addresses)}));
}

expected<peer_record, codec_errc> verify_signed_peer_record(byte_view envelope) {
  const auto opened = open_envelope(envelope, peer_record_purpose);
  if (!opened)
    return unexpected(opened.error());
  auto record = decode_peer_record(opened->payload);
  if (record && record->peer != opened->signer.id())
    return unexpected(codec_errc::wrong_signer);
  return record;
}

} // namespace troupe
