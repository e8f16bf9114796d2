// SPDX-License-Identifier: BSD-3-Clause
#include "node/ping_once.hpp"

#include <array>

namespace troupe {
namespace {

constexpr std::size_t payload_size = 32;

class pinging final : public transport::lane_handler {
public:
  pinging(node_context context, std::function<void(expected<duration, explained>)> done)
    : context_(std::move(context)), done_(std::move(done)) {}

  void opened(const transport::lane_ptr& self, std::string_view) override {
    lane_ = self;
    context_.rng.fill(sent_);
    sent_at_ = context_.clock->now();
    lane_->write(chunk::copy_of(sent_));
  }
  std::span<std::uint8_t> prepare(std::size_t) override { return std::span{echo_}.subspan(got_ % payload_size); }
  void commit(std::size_t n) override {
    got_ += n;
    lane_->grant(n);
    if (got_ != payload_size)
      return;
    answer(echo_ == sent_ ? expected<duration, explained>{context_.clock->now() - sent_at_}
                          : unexpected(explained{"the peer echoed other bytes than were sent"}));
    lane_->finish();
  }
  void closed(transport::transport_errc why) override {
    answer(unexpected(explained{std::string{transport::meaning_of(why)}}));
    lane_.reset();
  }

private:
  void answer(expected<duration, explained> outcome) {
    if (auto done = std::exchange(done_, nullptr))
      done(std::move(outcome));
  }

  node_context context_;
  std::function<void(expected<duration, explained>)> done_;
  transport::lane_ptr lane_;
  std::array<std::uint8_t, payload_size> sent_{};
  std::array<std::uint8_t, payload_size> echo_{};
  std::size_t got_ = 0;
  time_point sent_at_{};
};

} // namespace

transport::lane_handler_ptr ping_once(node_context context, std::function<void(expected<duration, explained>)> done) {
  return std::make_unique<pinging>(std::move(context), std::move(done));
}

} // namespace troupe
