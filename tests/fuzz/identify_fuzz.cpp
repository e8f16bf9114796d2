// SPDX-License-Identifier: BSD-3-Clause
// A hostile peer's identify stream, cut into pieces of the size in the first byte, and the signed record in
// it.
#include "messages/codec/peer_record.hpp"
#include "transport/identify/message_stream.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::transport;
  if (size == 0)
    return 0;
  const std::size_t slice = data[0] == 0 ? SIZE_MAX : data[0];
  byte_view rest{data + 1, size - 1};
  identify_reader reader;
  while (!rest.empty()) {
    const auto part = rest.first(std::min(slice, rest.size()));
    rest = rest.subspan(part.size());
    if (reader.feed(part) != transport_errc::none)
      return 0;
  }
  auto whole = reader.finish();
  if (!whole)
    return 0;
  if (whole->signed_peer_record)
    static_cast<void>(verify_signed_peer_record(*whole->signed_peer_record));
  return 0;
}
