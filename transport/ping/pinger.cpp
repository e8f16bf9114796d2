// SPDX-License-Identifier: BSD-3-Clause
#include "transport/ping/pinger.hpp"

#include <utility>

namespace troupe::transport::ping {

/// Shared by the pinger and the handler on its lane, either of which may go first.
struct pinger::state {
  pinger_options options;
  lane_ptr lane;
  payload sent{};
  time_point sent_at;
  bool in_flight = false;
  bool waits_for_lane = false;
  bool gone = false;

  void transmit() {
    waits_for_lane = false;
    sent = options.draw();
    sent_at = options.now();
    lane->write(chunk::copy_of(sent));
  }

  /// Ends it, telling the owner once.
  void end(transport_errc why) {
    lane.reset();
    in_flight = false;
    if (!std::exchange(gone, true) && options.answered)
      options.answered(unexpected(why));
  }
};

class pinger::handler final : public lane_handler {
public:
  explicit handler(std::shared_ptr<state> shared) : state_(std::move(shared)) {}

  void opened(const lane_ptr& self, std::string_view) override {
    if (state_->gone) {
      self->reset();
      return;
    }
    state_->lane = self;
    if (state_->waits_for_lane)
      state_->transmit();
  }

  std::span<std::uint8_t> prepare(std::size_t) override { return std::span{echo_}.subspan(filled_); }

  void commit(std::size_t n) override {
    filled_ += n;
    if (state_->lane)
      state_->lane->grant(n);
    if (filled_ < payload_size)
      return;
    filled_ = 0;
    if (state_->gone)
      return;
    if (!state_->in_flight || echo_ != state_->sent) {
      const auto lane = state_->lane;
      state_->end(transport_errc::misbehaved);
      if (lane)
        lane->reset();
      return;
    }
    state_->in_flight = false;
    // The callback may destroy the pinger, not this handler's share of the state.
    const auto answered = state_->options.answered;
    answered(state_->options.now() - state_->sent_at);
  }

  void finished() override {
    if (state_->lane)
      state_->lane->finish();
  }

  void closed(transport_errc why) override { state_->end(why); }

private:
  std::shared_ptr<state> state_;
  payload echo_{};
  std::size_t filled_ = 0;
};

pinger::pinger(const link_ptr& on, pinger_options options) : state_(std::make_shared<state>()) {
  state_->options = std::move(options);
  on->open({protocol_id}, std::make_unique<handler>(state_));
}

pinger::~pinger() {
  state_->gone = true;
  if (const auto lane = std::exchange(state_->lane, nullptr))
    lane->reset();
}

bool pinger::send() {
  if (state_->gone || state_->in_flight)
    return false;
  state_->in_flight = true;
  if (state_->lane)
    state_->transmit();
  else
    state_->waits_for_lane = true;
  return true;
}

} // namespace troupe::transport::ping
