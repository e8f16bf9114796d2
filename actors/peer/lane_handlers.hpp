// SPDX-License-Identifier: BSD-3-Clause
// The network side of a session's streams: one handler for streams that the peer opened and writes frames on,
// one for ours. They cut and count, and post the rest to the peer's actor. Network thread only.
#pragma once

#include "actors/peer/link_port.hpp"
#include "transport/link.hpp"

#include <array>

namespace troupe::peer {

/// Reads frames and posts one run for each read turn.
class frame_lane_in final : public transport::lane_handler {
public:
  frame_lane_in(link_id on, std::shared_ptr<link_port> port, frame_rules rules)
    : on_(on), port_(std::move(port)), reader_(rules) {}

  void opened(const transport::lane_ptr& self, std::string_view protocol) override;
  std::span<std::uint8_t> prepare(std::size_t expected) override;
  void commit(std::size_t n) override;
  void turn_end() override;
  void closed(transport::transport_errc) override { lane_.reset(); }

private:
  link_id on_;
  std::shared_ptr<link_port> port_;
  frame_reader reader_;
  std::string protocol_;
  transport::lane_ptr lane_;
  bool refused_ = false;
  std::array<std::uint8_t, 64> scratch_; // where bytes go after a refusal
};

/// A stream that we only write on.
class frame_lane_out final : public transport::lane_handler {
public:
  frame_lane_out(link_id on, std::string protocol, std::shared_ptr<link_port> port)
    : on_(on), protocol_(std::move(protocol)), port_(std::move(port)),
      drained_(std::make_shared<std::atomic<std::uint64_t>>(0)) {}

  void opened(const transport::lane_ptr& self, std::string_view protocol) override;
  std::span<std::uint8_t> prepare(std::size_t) override { return scratch_; }
  /// The peer must not write here.
  void commit(std::size_t) override;
  void drained(std::size_t n) override { drained_->fetch_add(n, std::memory_order_relaxed); }
  void closed(transport::transport_errc why) override;

private:
  link_id on_;
  std::string protocol_;
  std::shared_ptr<link_port> port_;
  drain_counter drained_;
  transport::lane_ptr lane_;
  std::array<std::uint8_t, 16> scratch_;
};

} // namespace troupe::peer
