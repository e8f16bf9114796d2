// SPDX-License-Identifier: BSD-3-Clause
// Two things in one input: with an odd first byte the rest is the payload of an introduction frame; with an
// even one it is a conversation, in which each pair of bytes is an operation on the machine behind it.
#include "actors/peer/introductions.hpp"
#include "messages/types/chunk.hpp"

#include <cstdlib>

using namespace troupe;
using namespace troupe::peer;

namespace {

peer_id number(std::uint8_t n) {
  bytes multihash(34, n);
  multihash[0] = 0x12;
  multihash[1] = 0x20;
  return *peer_id::from_multihash(multihash);
}

void decode(byte_view payload) {
  const auto frame = chunk::copy_of(payload);
  const auto peers = decode_introduction(frame->view());
  if (!peers)
    return;
  for (const auto& each : *peers)
    if (introducible(each.addresses, true).size() > introduction_addresses_max)
      std::abort();
  const auto again = encode_introduction(*peers);
  if (decode_introduction(again->view().subspan(sizeof(frame_header) + 8)) != peers)
    std::abort();
}

void converse(byte_view steps) {
  introductions machine;
  time_point now{};
  std::uint32_t dialled = 0;
  for (std::size_t at = 0; at + 1 < steps.size(); at += 2) {
    const auto arg = steps[at + 1];
    const auto who = number(arg & 15);
    known_peer told{number(arg >> 4), {*multiaddr::parse("/ip4/10.0.0.1/tcp/1")}, {}};
    switch (steps[at] % 8) {
    case 0:
      machine.joined(who, (arg & 16) != 0);
      break;
    case 1:
      machine.left(who);
      break;
    case 2:
      told.peer = who;
      machine.located(told);
      break;
    case 3:
      if ((steps[at] & 8) != 0)
        told.record = bytes(arg, 1);
      machine.heard(who, {told}, now);
      break;
    case 4:
      machine.ended(who, (arg & 16) != 0, now);
      break;
    case 5:
      machine.linked(who);
      break;
    case 6:
      machine.expire(introductions::tick_timer, now);
      break;
    default:
      now += std::chrono::milliseconds{arg * 16};
      break;
    }
    while (auto effect = machine.poll()) {
      if (const auto* dial = std::get_if<introductions::dial>(&*effect))
        dialled += static_cast<std::uint32_t>(dial->addresses.size());
      else if (const auto* tell = std::get_if<introductions::tell>(&*effect))
        static_cast<void>(encode_introduction(tell->peers)); // asserts that the page is not too large
    }
    const auto minutes = static_cast<std::uint32_t>(now.time_since_epoch() / std::chrono::minutes{1}) + 1;
    if (dialled > introductions::dials_of_node * (minutes + 1))
      std::abort();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const byte_view rest{data + 1, size - 1};
  if ((data[0] & 1) != 0)
    decode(rest);
  else
    converse(rest);
  return 0;
}
