// SPDX-License-Identifier: BSD-3-Clause
// Any text: what parses is written and parsed again to the same id, in all three forms.
#include "messages/codec/peer_id_text.hpp"
#include "messages/types/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto id = troupe::parse_peer_id(troupe::as_text({data, size}));
  if (id) {
    TROUPE_ASSERT(troupe::parse_peer_id(troupe::to_base58(*id)) == *id);
    TROUPE_ASSERT(troupe::parse_peer_id(troupe::to_cid_base32(*id)) == *id);
    TROUPE_ASSERT(troupe::parse_peer_id(troupe::to_cid_base36(*id)) == *id);
  }
  return 0;
}
