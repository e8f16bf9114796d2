// SPDX-License-Identifier: BSD-3-Clause
#include "transport/ping/responder.hpp"

#include <array>

namespace troupe::transport::ping {
namespace {

class echo final : public lane_handler {
public:
  void opened(const lane_ptr& self, std::string_view) override { lane_ = self; }

  std::span<std::uint8_t> prepare(std::size_t) override { return std::span{payload_}.subspan(filled_); }

  void commit(std::size_t n) override {
    filled_ += n;
    if (filled_ < payload_size || !lane_)
      return;
    filled_ = 0;
    lane_->write(chunk::copy_of(payload_));
  }

  void drained(std::size_t n) override {
    if (lane_)
      lane_->grant(n);
  }

  void finished() override {
    if (lane_)
      lane_->finish();
  }

  void closed(transport_errc) override { lane_.reset(); }

private:
  lane_ptr lane_;
  std::array<std::uint8_t, payload_size> payload_{};
  std::size_t filled_ = 0;
};

} // namespace

protocol responder() {
  protocol made;
  made.ids = {protocol_id};
  made.limits.inbound_per_peer = inbound_per_peer;
  made.limits.outbound_per_peer = 1;
  made.accept = [](const inbound_lane&) { return std::make_unique<echo>(); };
  return made;
}

} // namespace troupe::transport::ping
