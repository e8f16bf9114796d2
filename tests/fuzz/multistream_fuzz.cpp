// SPDX-License-Identifier: BSD-3-Clause
// Any bytes in any pieces to a dialer and a listener: neither may take a byte after its end, want one it does
// not own, or grow.
#include "messages/types/assert.hpp"
#include "transport/multistream/negotiator.hpp"

#include <algorithm>

using namespace troupe;
using namespace troupe::transport::multistream;

namespace {

void feed(negotiator& to, byte_view data, std::size_t slice) {
  for (std::size_t at = 0; at < data.size();) {
    const auto piece = data.subspan(at, std::min(slice, data.size() - at));
    const auto used = to.receive(piece);
    TROUPE_ASSERT(used <= piece.size());
    TROUPE_ASSERT(to.take_output().size() <= 4096 + 4 * piece.size());
    if (to.state() != negotiation::ongoing)
      break;
    TROUPE_ASSERT(used == piece.size() && to.wanted() >= 1 && to.wanted() <= message_size_max);
    at += used;
  }
  if (to.state() == negotiation::failed)
    TROUPE_ASSERT(to.error() != transport::transport_errc::none && to.protocol().empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1)
    return 0;
  const byte_view rest{data + 1, size - 1};
  const std::size_t slice = data[0] % 16 == 0 ? size : data[0] % 16;
  dialer a{{"/tls/1.0.0", "/noise"}};
  feed(a, rest, slice);
  listener b{[](std::string_view id) { return id == "/tls/1.0.0"; },
             [] { return std::vector<std::string>{"/tls/1.0.0"}; }};
  feed(b, rest, slice);
  return 0;
}
