// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/peer_id_text.hpp"

#include "messages/codec/multibase.hpp"
#include "messages/codec/uvarint.hpp"

namespace troupe {
namespace {

constexpr std::uint64_t cid_version = 1;
constexpr std::uint64_t libp2p_key_codec = 0x72;

bytes cid_of(const peer_id& id) {
  bytes cid;
  append_uvarint(cid, cid_version);
  append_uvarint(cid, libp2p_key_codec);
  const auto multihash = id.multihash();
  cid.insert(cid.end(), multihash.begin(), multihash.end());
  return cid;
}

unexpected<explained> refused(std::string why) {
  return unexpected(explained{std::move(why)});
}

expected<peer_id, explained> from_hash(byte_view multihash) {
  const auto id = peer_id::from_multihash(multihash);
  if (!id)
    return refused("a peer id is an inlined key of 1 to 42 bytes or a SHA-256 hash; this is neither");
  return *id;
}

} // namespace

std::string to_base58(const peer_id& id) {
  return base58_encode(id.multihash());
}

std::string to_cid_base32(const peer_id& id) {
  return "b" + base32_encode(cid_of(id));
}

std::string to_cid_base36(const peer_id& id) {
  return "k" + base36_encode(cid_of(id));
}

expected<peer_id, explained> parse_peer_id(std::string_view text) {
  if (text.empty())
    return refused("a peer id is empty");
  if (text.size() > peer_id_text_max)
    return refused("a peer id has at most 128 characters; this one has " + std::to_string(text.size()));
  if (text.starts_with('1') || text.starts_with("Qm")) {
    const auto multihash = base58_decode(text);
    if (!multihash)
      return refused("a peer id that starts with 1 or Qm is base58, which has no 0, O, I, l or punctuation");
    return from_hash(*multihash);
  }
  const auto cid = multibase_decode(text);
  if (!cid)
    return refused(
      "a peer id starts with 1 or Qm, or is a CID in base 16, 32, 36, 58 or 64url with its prefix letter");
  const auto version = read_uvarint(*cid);
  if (!version || version->value != cid_version)
    return refused("a peer id in CID form has version 1");
  const auto rest = byte_view{*cid}.subspan(version->size);
  const auto codec = read_uvarint(rest);
  if (!codec || codec->value != libp2p_key_codec)
    return refused("a peer id in CID form has the codec libp2p-key (0x72)");
  return from_hash(rest.subspan(codec->size));
}

} // namespace troupe
