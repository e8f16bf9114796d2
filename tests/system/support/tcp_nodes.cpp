// SPDX-License-Identifier: BSD-3-Clause
#include "tests/system/support/tcp_nodes.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace troupe::test {

using namespace transport;

bool wait_for(const std::function<bool()>& reached) {
  const auto due = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!reached()) {
    if (std::chrono::steady_clock::now() > due)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

tcp_nodes::tcp_nodes(const std::function<void(tcp_options&)>& adjust) {
  for (auto& node : nodes_) {
    tcp_options options{key_pair::generate()};
    if (adjust)
      adjust(options);
    auto made = tcp_network::make(std::move(options));
    if (!made)
      throw std::runtime_error{made.error().text};
    node = std::move(*made);
  }
}

void tcp_nodes::pump_a_while() {
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
}

multiaddr tcp_nodes::listen_address() {
  return *multiaddr::parse("/ip4/127.0.0.1/tcp/0");
}

multiaddr tcp_nodes::dead_address() {
  return *multiaddr::parse("/ip4/127.0.0.1/tcp/1");
}

} // namespace troupe::test
