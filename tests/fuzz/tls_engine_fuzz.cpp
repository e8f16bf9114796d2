// SPDX-License-Identifier: BSD-3-Clause
// A hostile peer on a server engine. The first byte says how the rest is used: as the whole conversation from
// the first byte on, or as bytes that follow, or corrupt, an honest handshake. Input is cut into pieces as a
// socket would.
#include "tests/support/tls_pair.hpp"

#include <algorithm>

namespace {

using namespace troupe;
using namespace troupe::test;
using transport::tls::handshake_state;

tls_node& node() {
  static tls_node made{1};
  return made;
}

void drain(transport::tls::engine& engine) {
  std::array<std::uint8_t, 512> out;
  while (engine.read(out) == out.size()) {
  }
}

void converse(transport::tls::engine& engine, byte_view input, std::size_t slice, handshake_state state) {
  while (!input.empty() && engine.error() == transport::transport_errc::none) {
    const auto part = input.first(std::min(slice, input.size()));
    input = input.subspan(part.size());
    engine.feed(part);
    if (state != handshake_state::done)
      state = engine.handshake();
    if (state == handshake_state::done)
      drain(engine);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2)
    return 0;
  const auto mode = data[0] % 3;
  const std::size_t slice = data[1] == 0 ? SIZE_MAX : data[1];
  const byte_view input{data + 2, size - 2};
  tls_pair pair{node(), node()};
  if (mode == 0) {
    converse(pair.server, input, slice, handshake_state::wants_input);
    return 0;
  }
  if (mode == 1) {
    pair.run();
    converse(pair.server, input, slice, handshake_state::done);
    return 0;
  }
  pair.client.handshake();
  auto hello = tls_pair::take(pair.client_out);
  for (std::size_t i = 0; i + 2 < input.size(); i += 3)
    hello[static_cast<std::size_t>(input[i] << 8 | input[i + 1]) % hello.size()] ^= input[i + 2];
  converse(pair.server, hello, slice, handshake_state::wants_input);
  return 0;
}
