// SPDX-License-Identifier: BSD-3-Clause
// The way from one link on the network's thread to the peer's actor. It exists before the actor does: what
// comes in between waits here, bounded, in order. What lanes bring carries its credit along, so what waits or
// is dropped is bounded by the granted windows. Called on the network's thread; bound to the actor from the
// peers actor's thread.
#pragma once

#include "actors/peer/peer_signals.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

namespace troupe::peer {

/// Bytes of one outgoing stream that have left our queue; counted on the network's thread, read by the peer's
/// actor.
using drain_counter = std::shared_ptr<std::atomic<std::uint64_t>>;

// What happens on a link, as the peer's actor hears it.
struct identity_came {
  link_id on;
  transport::identity_ptr told;
};
struct link_went {
  link_id which;
  transport::transport_errc why;
};
struct stream_opened {
  link_id on;
  std::string protocol;
  transport::lane_ptr lane;
  drain_counter drained;
};
struct stream_closed {
  link_id on;
  std::string protocol;
  transport::transport_errc why;
};
struct run_came {
  link_id on;
  std::string protocol;
  frame_run run;
  std::shared_ptr<const credit_lease> credit;
};
struct bytes_refused {
  link_id on;
  std::string protocol;
  frame_errc why;
};

struct link_event {
  std::variant<identity_came, link_went, stream_opened, stream_closed, run_came, bytes_refused> what;
};

class link_port {
public:
  static constexpr std::size_t waiting_max =
    1024; ///< events; beyond, frames are dropped (and asked for again), nothing else
  using target = std::function<void(link_event&&)>;

  void post(link_event event);
  /// Hands on what waits, then everything at once.
  void bind(target to);

private:
  std::mutex mutex_;
  target to_;
  std::vector<link_event> waiting_;
};

} // namespace troupe::peer

template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::link_event> = "peer.link_event";
