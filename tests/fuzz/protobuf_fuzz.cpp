// SPDX-License-Identifier: BSD-3-Clause
// First byte: which message the rest is read as. What decodes is encoded again and must decode to the same.
#include "messages/codec/identify.hpp"
#include "messages/codec/peer_record.hpp"
#include "messages/types/assert.hpp"

#include <algorithm>

using namespace troupe;

namespace {

void try_identify(byte_view input) {
  auto message = decode_identify(input);
  if (!message)
    return;
  identify_message merged;
  for (const auto& part : encode_identify(*message)) {
    auto again = decode_identify(part);
    TROUPE_ASSERT(again);
    merge(merged, *std::move(again));
  }
  TROUPE_ASSERT(merged == *message);
}

void try_record(byte_view input) {
  if (const auto record = decode_peer_record(input))
    TROUPE_ASSERT(decode_peer_record(encode_peer_record(*record)) == *record);
}

void try_keys(byte_view input) {
  if (const auto key = public_key::from_protobuf(input)) {
    TROUPE_ASSERT(std::ranges::equal(key->to_protobuf(), input));
    TROUPE_ASSERT(!key->id().empty());
    TROUPE_ASSERT(!key->verify(as_bytes("message"), input));
  }
  if (const auto pair = key_pair::from_protobuf(input))
    TROUPE_ASSERT(pair->public_part().verify(as_bytes("message"), pair->sign(as_bytes("message"))));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const byte_view input{data + 1, size - 1};
  switch (data[0] % 4) {
  case 0:
    try_identify(input);
    break;
  case 1:
    try_record(input);
    break;
  case 2:
    try_keys(input);
    break;
  default:
    static_cast<void>(verify_signed_peer_record(input));
  }
  return 0;
}
