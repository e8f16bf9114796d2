// SPDX-License-Identifier: BSD-3-Clause
// A stream's receive window as credit; it reserves from a byte budget before it grows. Pure: `now` and the
// round trip time are arguments. Owned by a stream. Source: spec libp2p 1.6, design 9 (stream < peer < node).
#pragma once

#include "messages/types/time.hpp"
#include "transport/admission/byte_budget.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace troupe::transport::yamux {

/// Every stream starts with this much in both directions, whatever the configuration says.
constexpr std::uint32_t initial_window = 256 * 1024;

/// Holds a reservation of its size from `budget` for as long as it lives.
class receive_window {
public:
  /// A reservation of initial_window must have been made by the caller; this object releases it.
  explicit receive_window(byte_budget& budget) : budget_(&budget) {}
  receive_window(const receive_window&) = delete;
  receive_window& operator=(const receive_window&) = delete;
  ~receive_window() { budget_->release(size_); }

  /// `n` payload bytes are announced by the peer; false if that is beyond its credit.
  bool take(std::uint32_t n);
  /// The consumer returns `n` bytes (more than it holds counts as all it holds). The credit to announce, once
  /// at least half of the window has come back: with growth, if the window turned over in less than 4 round
  /// trips and the budgets allow it.
  std::optional<std::uint32_t> give_back(std::size_t n, time_point now, std::optional<duration> round_trip);
  /// What came back and is not announced yet, to be announced early because a frame goes out anyway.
  std::uint32_t take_returned();
  /// The size it may grow to; never shrinks below what was announced.
  void limit(std::uint32_t size_max) { size_max_ = size_max; }

  std::uint32_t size() const { return size_; }
  std::uint32_t available() const { return available_; }
  std::size_t held() const { return held_; } ///< bytes the consumer has not returned

private:
  std::uint32_t growth(time_point now, std::optional<duration> round_trip);

  byte_budget* budget_;
  std::uint32_t size_ = initial_window;
  std::uint32_t size_max_ = initial_window;
  std::uint32_t available_ = initial_window; ///< what the peer may still send
  std::size_t held_ = 0;
  std::uint32_t returned_ = 0; ///< given back, not announced yet
  std::optional<time_point> announced_;
};

} // namespace troupe::transport::yamux
