// SPDX-License-Identifier: BSD-3-Clause
// The packets of Bracha's broadcast. Nothing is signed: who sent a packet is known from the session it came
// on. Pure. Source: spec: brb 7.
#pragma once

#include "tools/lab/algorithm/packet_bytes.hpp"

#include "messages/types/expected.hpp"

namespace troupe::lab::bracha {

enum class kind : std::uint8_t {
  send,     ///< the source to everybody: this is my operation
  echo,     ///< everybody to everybody: this is what the source sent me
  ready,    ///< everybody to everybody: this is what will be delivered
  progress, ///< not Bracha's: how far I have delivered this source; for links that lose packets
};

struct packet {
  kind what = kind::send;
  peer_id source;             ///< whose slot it is; in a send the sender's own
  std::uint64_t sequence = 0; ///< from 1; in a progress the last one delivered, or 0
  bytes op;                   ///< empty in a progress
  bool ask = false;           ///< in a progress: tell me yours
};

std::string_view name(kind what);

enum class decode_errc : std::uint8_t {
  malformed = 1, ///< too short, too long, over a limit, or not the one encoding of what it says
};
bytes encode(const packet& content);
expected<packet, decode_errc> decode(byte_view encoded);

} // namespace troupe::lab::bracha
