// SPDX-License-Identifier: BSD-3-Clause
// messages_s: 256-byte messages, a fresh FlatBuffer each, from one actor to another through the whole session path (numbering,
// retention, acknowledgements, credit), counted in the receiving actor's typed handler of one message.
#pragma once

#include "node/node.hpp"

#include <cstdint>

namespace troupe::bench {

/// Mounts the benchmark's lane on a node and counts what comes; answers the sender when the last message has come.
class message_receiver {
public:
  message_receiver(runtime& on, node& of);
  ~message_receiver();
  message_receiver(const message_receiver&) = delete;
  message_receiver& operator=(const message_receiver&) = delete;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Sends `count` messages to the peer, which is connected and has a receiver, and answers messages per second; negative after a minute
/// without an end.
double messages_per_second(runtime& on, node& from, const peer_id& to, std::uint64_t count);

} // namespace troupe::bench
