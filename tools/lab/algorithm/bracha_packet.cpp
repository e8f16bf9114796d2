// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/algorithm/bracha_packet.hpp"

#include <array>

namespace troupe::lab::bracha {

namespace {

constexpr std::array<std::string_view, 4> names{"Send", "Echo", "Ready", "Progress"};

} // namespace

std::string_view name(kind what) {
  return names[static_cast<std::size_t>(what)];
}

bytes encode(const packet& content) {
  packet_writer out;
  out.u8(static_cast<std::uint8_t>(content.what));
  out.peer(content.source);
  out.u64(content.sequence);
  if (content.what == kind::progress)
    out.u8(content.ask ? 1 : 0);
  else
    out.blob(content.op);
  return out.take();
}

expected<packet, decode_errc> decode(byte_view encoded) {
  packet_reader in{encoded};
  packet got;
  const auto what = in.u8();
  if (what >= names.size())
    in.fail();
  got.what = static_cast<kind>(what);
  got.source = in.peer();
  got.sequence = in.u64();
  if (got.what == kind::progress) {
    const auto ask = in.u8();
    if (ask > 1)
      in.fail();
    got.ask = ask == 1;
  } else {
    got.op = in.blob(operation_size_max);
  }
  if (!in.complete())
    return unexpected(decode_errc::malformed);
  return got;
}

} // namespace troupe::lab::bracha
