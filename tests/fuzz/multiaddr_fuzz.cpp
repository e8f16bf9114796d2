// SPDX-License-Identifier: BSD-3-Clause
// The input is read both as text and as binary; whatever either accepts must survive the way through the
// other form.
#include "messages/types/assert.hpp"
#include "messages/types/multiaddr.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using troupe::multiaddr;
  const troupe::byte_view input{data, size};
  if (const auto read = multiaddr::from_binary(input)) {
    const auto text = read->text();
    if (read->known()) {
      TROUPE_ASSERT(multiaddr::parse(text) == *read);
      TROUPE_ASSERT(multiaddr::from_components(read->components()) == *read);
      TROUPE_ASSERT(!read->peer() || read->with_peer(*read->peer()).peer() == read->peer());
    }
  }
  if (const auto parsed = multiaddr::parse(troupe::as_text(input))) {
    const auto read = multiaddr::from_binary(parsed->binary());
    TROUPE_ASSERT(read && read->known() && *read == *parsed);
    TROUPE_ASSERT(multiaddr::parse(parsed->text()) == *parsed);
  }
  return 0;
}
