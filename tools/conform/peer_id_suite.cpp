// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/hex.hpp"
#include "messages/codec/peer_id_text.hpp"
#include "messages/crypto/keys.hpp"
#include "tools/conform/suites.hpp"

namespace troupe::conform {
namespace {

const char* meaning(key_errc error) {
  switch (error) {
  case key_errc::malformed_protobuf:
    return "not the canonical protobuf of a public key";
  case key_errc::unknown_type:
    return "the key type is none of RSA, Ed25519, Secp256k1 and ECDSA";
  case key_errc::wrong_length:
    return "the key does not have the length of its type";
  case key_errc::unusable:
    return "the key's bytes are no key of its type";
  }
  return "the key is refused";
}

expected<peer_id, explained> id_of_key(byte_view encoded) {
  const auto key = public_key::from_protobuf(encoded);
  if (!key)
    return bad_case(meaning(key.error()));
  return key->id();
}

} // namespace

outcome evaluate_peer_id(const boost::json::object& from) {
  const auto id = one_field(from, "public_key_pb", "text").and_then([&](std::string_view name) {
    return name == "text" ? text_field(from, name).and_then(parse_peer_id)
                          : hex_field(from, name).and_then(id_of_key);
  });
  if (!id)
    return unexpected{id.error()};
  return boost::json::object{{"multihash", to_hex(id->multihash())},
                             {"base58", to_base58(*id)},
                             {"cid_base32", to_cid_base32(*id)},
                             {"cid_base36", to_cid_base36(*id)}};
}

} // namespace troupe::conform
