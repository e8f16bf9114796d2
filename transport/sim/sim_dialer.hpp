// SPDX-License-Identifier: BSD-3-Clause
// The dials of one simulated node: addresses in order, each with its time limit, until the wanted peer
// answers. Owned by its sim_network.
#pragma once

#include "transport/network.hpp"
#include "transport/sim/fault_plan.hpp"

#include <map>
#include <memory>

namespace troupe::transport {

class sim_network;

class sim_dialer {
public:
  explicit sim_dialer(sim_network& owner) : network_(owner) {}

  void dial(dial_request request);

private:
  struct attempt {
    dial_request request;
    std::size_t next = 0; ///< index of the address to try
    transport_errc worst = transport_errc::dial_failed;
  };
  using attempt_ptr = std::shared_ptr<attempt>;

  void try_next(const attempt_ptr& dial);
  void arrive(const attempt_ptr& dial, const multiaddr& address);
  void connect(const attempt_ptr& dial, const multiaddr& address, sim_network& listener);
  void fail(const attempt_ptr& dial);
  void next_after(const attempt_ptr& dial, duration delay, transport_errc why);
  static std::optional<peer_id> wanted(const attempt& dial);

  sim_network& network_;
  std::size_t unfinished_ = 0;
};

} // namespace troupe::transport
