// SPDX-License-Identifier: BSD-3-Clause
// The live streams of a session by id: parity of ids, caps, acknowledgement backlog. Pure; owned by the
// session.
#pragma once

#include "transport/yamux/stream.hpp"

#include <cstdint>
#include <map>

namespace troupe::transport::yamux {

enum class role : std::uint8_t { dialer, listener }; ///< the connection's dialer uses odd stream ids

struct stream_limits {
  std::size_t inbound_max = 256;  ///< streams the peer may have open; one more is reset
  std::size_t outbound_max = 256; ///< ours
  std::size_t backlog_max = 256;  ///< opened but not acknowledged, each way
};

class stream_table {
public:
  /// `windows` bounds what the streams may receive unread, `sends` what waits to be sent.
  stream_table(role ours, stream_limits limits, byte_budget& windows, byte_budget& sends)
    : ours_(ours), limits_(limits), windows_(&windows), sends_(&sends),
      next_id_(ours == role::dialer ? 1 : 2) {}

  /// True if the peer, not we, gives out this id.
  bool peers_id(std::uint32_t id) const { return (id % 2 == 0) == (ours_ == role::dialer); }
  bool may_open() const;
  bool may_admit() const;
  /// The new stream's id; 0 if a cap, the budget or the ids are used up.
  std::uint32_t open();
  /// A stream the peer opened; null if a cap or the budget is used up.
  stream* admit(std::uint32_t id);
  stream* find(std::uint32_t id);
  /// Counts `of` as acknowledged, once.
  void acknowledge(stream& of);
  void erase(std::uint32_t id);

  std::size_t inbound() const { return inbound_.open; }
  std::size_t outbound() const { return outbound_.open; }
  bool empty() const { return live_.empty(); }

private:
  struct tally {
    std::size_t open = 0;
    std::size_t unacknowledged = 0;
  };
  tally& tally_of(const stream& of) { return of.local ? outbound_ : inbound_; }

  role ours_;
  stream_limits limits_;
  byte_budget* windows_;
  byte_budget* sends_;
  std::uint32_t next_id_;
  tally inbound_;
  tally outbound_;
  std::map<std::uint32_t, stream> live_;
};

} // namespace troupe::transport::yamux
