// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/lane_handlers.hpp"

namespace troupe::peer {

void frame_lane_in::opened(const transport::lane_ptr& self, std::string_view protocol) {
  lane_ = self;
  protocol_ = protocol;
}

std::span<std::uint8_t> frame_lane_in::prepare(std::size_t expected) {
  return refused_ ? std::span<std::uint8_t>{scratch_} : reader_.prepare(expected);
}

void frame_lane_in::commit(std::size_t n) {
  if (refused_)
    return;
  if (const auto parsed = reader_.commit(n); !parsed) {
    refused_ = true;
    port_->post({bytes_refused{on_, protocol_, parsed.error()}});
    const auto lane = lane_; // closing drops ours
    lane->reset();
  }
}

void frame_lane_in::turn_end() {
  if (refused_)
    return;
  reader_.turn_end();
  if (const auto early = reader_.early_credit(); early > 0)
    lane_->grant(early);
  while (auto run = reader_.poll()) {
    auto credit = std::make_shared<const credit_lease>(lane_, run->wire_size);
    port_->post({run_came{on_, protocol_, std::move(*run), std::move(credit)}});
  }
}

void frame_lane_out::opened(const transport::lane_ptr& self, std::string_view) {
  lane_ = self;
  port_->post({stream_opened{on_, protocol_, lane_, drained_}});
}

void frame_lane_out::commit(std::size_t) {
  const auto lane = lane_;
  lane->reset();
}

void frame_lane_out::closed(transport::transport_errc why) {
  lane_.reset();
  port_->post({stream_closed{on_, protocol_, why}});
}

} // namespace troupe::peer
