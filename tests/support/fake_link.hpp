// SPDX-License-Identifier: BSD-3-Clause
// A link and lanes that only remember what was done to them, for handlers tested alone: the test plays the
// peer.
#pragma once

#include "transport/link.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace troupe::test {

struct fake_lane final : transport::lane {
  lane_id id() const override { return lane_id{1}; }
  void write(chunk_ptr data) override {
    const auto view = data->view();
    written.insert(written.end(), view.begin(), view.end());
  }
  void grant(std::size_t n) override { granted += n; }
  void finish() override { finishes = true; }
  void reset() override { resets = true; }

  bytes written;
  std::size_t granted = 0;
  bool finishes = false;
  bool resets = false;
};

struct fake_link final : transport::link {
  struct opening {
    std::vector<std::string> protocols;
    transport::lane_handler_ptr handler;
    std::shared_ptr<fake_lane> lane = std::make_shared<fake_lane>();
  };

  link_id id() const override { return number; }
  const peer_id& remote() const override { return peer; }
  const multiaddr& remote_address() const override { return address; }
  transport::direction dialled() const override { return way; }
  void open(std::vector<std::string> protocols, transport::lane_handler_ptr handler) override {
    opened.push_back({std::move(protocols), std::move(handler)});
  }
  void close(transport::transport_errc why) override { closed_with = why; }

  link_id number{1};
  peer_id peer;
  multiaddr address;
  transport::direction way = transport::direction::outbound;
  std::vector<opening> opened;
  transport::transport_errc closed_with = transport::transport_errc::none;
};

/// Gives `data` to the handler as the connection would: through prepare and commit, at most `slice` bytes at
/// a time.
inline void deliver(transport::lane_handler& to, byte_view data, std::size_t slice = SIZE_MAX) {
  while (!data.empty()) {
    const auto room = to.prepare(data.size());
    if (room.empty())
      throw std::logic_error{"prepare gave no room"};
    const auto n = std::min({room.size(), data.size(), slice});
    std::memcpy(room.data(), data.data(), n);
    data = data.subspan(n);
    to.commit(n);
  }
  to.turn_end();
}

} // namespace troupe::test
