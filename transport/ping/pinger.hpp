// SPDX-License-Identifier: BSD-3-Clause
// /ipfs/ping/1.0.0, the asking side: one stream kept open on a link, one ping in flight. Used by the command
// line, the benchmark and the keep-alive of a link. All calls and callbacks on the network's thread; clock
// and randomness are the caller's.
#pragma once

#include "messages/types/expected.hpp"
#include "messages/types/time.hpp"
#include "transport/link.hpp"
#include "transport/ping/responder.hpp"

#include <array>
#include <functional>
#include <memory>

namespace troupe::transport::ping {

using payload = std::array<std::uint8_t, payload_size>;

struct pinger_options {
  std::function<time_point()> now;
  std::function<payload()> draw; ///< 32 bytes that the peer cannot guess
  /// The round trip of the ping sent last; or why there will be no more: what closed the lane, or misbehaved
  /// for a wrong echo. May call send().
  std::function<void(expected<duration, transport_errc>)> answered;
};

class pinger {
public:
  /// Opens the stream. The pinger may be destroyed at any time: the stream is then reset and nothing is
  /// called any more.
  pinger(const link_ptr& on, pinger_options options);
  ~pinger();
  pinger(const pinger&) = delete;
  pinger& operator=(const pinger&) = delete;

  /// Sends a ping, as soon as the stream is open. False if one is in flight or the stream is gone.
  bool send();

private:
  struct state;
  class handler;
  std::shared_ptr<state> state_;
};

} // namespace troupe::transport::ping
