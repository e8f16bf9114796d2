// SPDX-License-Identifier: BSD-3-Clause
#include "node/ping_once.hpp"

#include <array>
#include <optional>

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
    outcome_ = echo_ == sent_ ? expected<duration, explained>{context_.clock->now() - sent_at_}
                              : unexpected(explained{"the peer echoed other bytes than were sent"});
    lane_->finish();
  }
  /// Told only now: a peer takes one ping stream at a time, so the next ping must find this one gone.
  void closed(transport::transport_errc why) override {
    done_(outcome_.value_or(unexpected(explained{std::string{transport::meaning_of(why)}})));
    lane_.reset();
  }

private:

  node_context context_;
  std::function<void(expected<duration, explained>)> done_;
  transport::lane_ptr lane_;
  std::array<std::uint8_t, payload_size> sent_{};
  std::array<std::uint8_t, payload_size> echo_{};
  std::size_t got_ = 0;
  time_point sent_at_{};
  std::optional<expected<duration, explained>> outcome_;
};

} // namespace

transport::lane_handler_ptr ping_once(node_context context, std::function<void(expected<duration, explained>)> done) {
  return std::make_unique<pinging>(std::move(context), std::move(done));
}

} // namespace troupe
