// SPDX-License-Identifier: BSD-3-Clause
// The handle of a lane: at once on the I/O thread, through the inbox from any other.
#include "transport/tcp/io_loop.hpp"
#include "transport/tcp/lane_slot.hpp"
#include "transport/tcp/mux_link.hpp"

namespace troupe::transport {

template <class Action>
void mux_lane::act(Action action) {
  if (loop_->on_thread() && queued_.load(std::memory_order_acquire) == 0)
    return action(*owner_, stream_);
  queued_.fetch_add(1, std::memory_order_relaxed);
  loop_->post([self = shared_from_this(), action = std::move(action)]() mutable {
    self->queued_.fetch_sub(1, std::memory_order_release);
    action(*self->owner_, self->stream_);
  });
}

void mux_lane::write(chunk_ptr bytes) {
  act([bytes = std::move(bytes)](mux_link& owner, std::uint32_t id) mutable {
    owner.lane_write(id, std::move(bytes));
  });
}

void mux_lane::grant(std::size_t n) {
  act([n](mux_link& owner, std::uint32_t id) { owner.lane_grant(id, n); });
}

void mux_lane::finish() {
  act([](mux_link& owner, std::uint32_t id) { owner.lane_finish(id); });
}

void mux_lane::reset() {
  act([](mux_link& owner, std::uint32_t id) { owner.lane_reset(id, transport_errc::closed_locally); });
}

} // namespace troupe::transport
