// SPDX-License-Identifier: BSD-3-Clause
// The seam above TLS and yamux. A link is an authenticated connection to one peer; a lane is one of its streams.
//
// Contract, held by both implementations (tests/support/link_contract.hpp): each lane is FIFO, without loss or duplication, until
// the link closes, when an arbitrary tail of it is lost. Lanes are independent: one whose consumer returns no credit slows no other.
//
// Threads: lane and link are handles whose methods may be called from anywhere. Handlers are called on the network's own thread
// only (the I/O thread; in simulation the one thread there is) and must not block.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/chunk.hpp"
#include "messages/types/multiaddr.hpp"
#include "messages/types/peer_id.hpp"
#include "messages/types/strong.hpp"
#include "transport/errors.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace troupe::transport {

enum class direction : std::uint8_t { inbound, outbound };

/// One stream. Destroying the last handle does not close it: finish or reset does.
class lane {
public:
  virtual ~lane() = default;
  virtual lane_id id() const = 0;

  /// Queues the whole chunk. Never blocks; lane_handler::drained says when bytes have left the queue, and a writer that waits for it
  /// bounds its own memory. The chunk must not change afterwards. Ignored once the lane is finished or closed.
  virtual void write(chunk_ptr bytes) = 0;
  /// Returns credit: `n` bytes that were committed to the handler have been consumed, so the peer may send as many more.
  virtual void grant(std::size_t n) = 0;
  /// Half-close: what is queued is still sent, then the peer's handler sees finished().
  virtual void finish() = 0;
  /// Abort in both directions; queued bytes are dropped.
  virtual void reset() = 0;
};

using lane_ptr = std::shared_ptr<lane>;

/// The receiving end of a lane. Calls come in this order: opened, then any of prepare/commit/turn_end/drained/finished, then closed,
/// which is the last. A lane that could not be opened gets only closed.
class lane_handler {
public:
  virtual ~lane_handler() = default;

  /// The protocol is agreed. `protocol` is the id both sides chose.
  virtual void opened(const lane_ptr& self, std::string_view protocol) = 0;
  /// Where the next bytes go: at least 1 byte, `expected` being the most that can come at once. Valid until the next call.
  virtual std::span<std::uint8_t> prepare(std::size_t expected) = 0;
  /// `n` bytes were written to what prepare returned. They count against the lane's window until granted back.
  virtual void commit(std::size_t n) = 0;
  /// No more bytes for now: the moment to hand on what has come as one batch.
  virtual void turn_end() {}
  /// `n` bytes of earlier writes have been handed to the connection.
  virtual void drained(std::size_t n) { static_cast<void>(n); }
  /// The peer half-closed; writing is still possible.
  virtual void finished() {}
  virtual void closed(transport_errc why) = 0;
};

using lane_handler_ptr = std::unique_ptr<lane_handler>;

class link {
public:
  virtual ~link() = default;
  virtual link_id id() const = 0;
  virtual const peer_id& remote() const = 0;
  virtual const multiaddr& remote_address() const = 0; ///< where the socket is connected to, without /p2p
  virtual direction dialled() const = 0;

  /// Opens a lane, proposing `protocols` in order. The handler hears opened or closed(protocol_unknown ...).
  virtual void open(std::vector<std::string> protocols, lane_handler_ptr handler) = 0;
  /// Ends all lanes and the connection, after sending what is queued if `why` is closed_locally or superseded.
  virtual void close(transport_errc why) = 0;
};

using link_ptr = std::shared_ptr<link>;

} // namespace troupe::transport
