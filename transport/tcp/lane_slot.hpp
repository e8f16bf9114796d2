// SPDX-License-Identifier: BSD-3-Clause
// One stream of a link: its handler, its handle, and the protocol negotiation while that lasts. Owned by the
// mux_link. The handle is what users hold, from any thread.
#pragma once

#include "messages/types/time.hpp"
#include "transport/link.hpp"
#include "transport/multistream/negotiator.hpp"
#include "transport/tcp/mounts.hpp"

#include <atomic>
#include <memory>

namespace troupe::transport {

class io_loop;
class mux_link;

class mux_lane final : public lane, public std::enable_shared_from_this<mux_lane> {
public:
  mux_lane(std::shared_ptr<mux_link> owner, std::uint32_t stream, std::shared_ptr<io_loop> loop)
    : owner_(std::move(owner)), loop_(std::move(loop)), stream_(stream) {}

  lane_id id() const override { return lane_id{stream_}; }
  void write(chunk_ptr bytes) override;
  void grant(std::size_t n) override;
  void finish() override;
  void reset() override;

private:
  template <class Action>
  void act(Action action);

  std::shared_ptr<mux_link> owner_;
  std::shared_ptr<io_loop> loop_;
  std::uint32_t stream_;
  /// Calls in the inbox. While there are any, calls from the I/O thread queue up behind them: a caller that
  /// moves between threads must not overtake itself.
  std::atomic<std::uint32_t> queued_{0};
};

struct lane_slot {
  std::shared_ptr<mux_lane> handle;
  lane_handler_ptr handler;                       ///< null until an inbound lane's protocol is agreed
  std::unique_ptr<multistream::dialer> proposing; ///< while negotiating, one of the two
  std::unique_ptr<multistream::listener> answering;
  mounted_protocol mounted; ///< whose limits it counts against; null if none
  time_point negotiation_due{};
  std::size_t overhead = 0; ///< negotiation bytes queued, not to be reported as drained
  std::size_t drained = 0;
  transport_errc ending = transport_errc::none; ///< why, once it is on the list of lanes to close
  bool inbound = false;
  bool opened = false; ///< the handler has been told
  bool ends = false;
  bool touched = false;

  bool negotiating() const { return proposing || answering; }
};

} // namespace troupe::transport
