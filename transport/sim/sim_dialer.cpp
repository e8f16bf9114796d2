// SPDX-License-Identifier: BSD-3-Clause
#include "transport/sim/sim_dialer.hpp"

#include "messages/types/assert.hpp"
#include "transport/sim/sim_network.hpp"

namespace troupe::transport {

void sim_dialer::dial(dial_request request) {
  TROUPE_ASSERT(network_.started());
  if (network_.stopped())
    return;
  const auto made = std::make_shared<attempt>(attempt{std::move(request)});
  ++unfinished_;
  auto refusal = transport_errc::none;
  if (unfinished_ > network_.options().dials_max)
    refusal = transport_errc::too_many_handshakes;
  else if (made->request.wanted == network_.self())
    refusal = transport_errc::self_dial;
  else if (made->request.addresses.empty())
    refusal = transport_errc::address_unusable;
  if (refusal != transport_errc::none) {
    made->worst = refusal;
    made->next = made->request.addresses.size();
  }
  network_.schedule(network_.world().now(), [this, made] { try_next(made); });
}

std::optional<peer_id> sim_dialer::wanted(const attempt& dial) {
  return dial.request.wanted ? dial.request.wanted : dial.request.addresses[dial.next].peer();
}

void sim_dialer::try_next(const attempt_ptr& dial) {
  if (dial->next == dial->request.addresses.size()) {
    fail(dial);
    return;
  }
  auto& world = network_.world();
  const auto address = dial->request.addresses[dial->next].without_peer();
  const auto listener = world.listeners_.find(address);
  const auto& target = listener == world.listeners_.end() ? network_.self() : listener->second;
  const auto& faults = world.faults();
  if (faults.blocked(network_.self(), target) || faults.blocked(target, network_.self())) {
    next_after(dial, network_.options().dial_timeout, transport_errc::dial_timeout);
    return;
  }
  const duration there = drawn_delay(faults.of(network_.self(), target), world.rng_);
  const duration back = drawn_delay(faults.of(target, network_.self()), world.rng_);
  const bool unlucky = world.rng_.chance(faults.of(network_.self(), target).dial_refused);
  if (listener == world.listeners_.end() || unlucky || faults.refuses(network_.self(), target))
    next_after(dial, there + back, transport_errc::dial_failed);
  else
    network_.schedule(world.now() + there + back, [this, dial, address] { arrive(dial, address); });
}

void sim_dialer::arrive(const attempt_ptr& dial, const multiaddr& address) {
  auto& world = network_.world();
  const auto found = world.listeners_.find(address);
  auto* listener = found == world.listeners_.end() ? nullptr : world.find(found->second);
  if (listener == &network_) {
    next_after(dial, duration{0}, transport_errc::self_dial);
    return;
  }
  if (!listener || !listener->accepting()) {
    next_after(dial, duration{0}, transport_errc::dial_failed);
    return;
  }
  if (!network_.accepting()) {
    next_after(dial, duration{0}, transport_errc::too_many_connections);
    return;
  }
  if (const auto who = wanted(*dial); who && *who != listener->self()) {
    next_after(dial, duration{0}, transport_errc::wrong_peer);
    return;
  }
  connect(dial, address, *listener);
}

void sim_dialer::connect(const attempt_ptr& dial, const multiaddr& address, sim_network& listener) {
  --unfinished_;
  auto& world = network_.world();
  const link_id id{++world.last_link_};
  const auto seed = world.rng_.split("link/" + std::to_string(id.value()));
  const auto ours =
    network_.add_link({id, listener.self(), address, direction::outbound}, seed.split("dialler"));
  const auto theirs = listener.add_link(
    {id, network_.self(), network_.source_address(id), direction::inbound}, seed.split("listener"));
  ours->pair_with(theirs);
  theirs->pair_with(ours);
  // The dialler is done first; its last flight still has to reach the listener.
  const duration last_flight = drawn_delay(world.faults().of(network_.self(), listener.self()), world.rng_);
  const time_point complete = world.now() + last_flight;
  theirs->not_before(complete);
  listener.schedule(complete, [theirs] { theirs->came_up(std::nullopt); });
  ours->came_up(dial->request.id);
}

void sim_dialer::next_after(const attempt_ptr& dial, duration delay, transport_errc why) {
  // A peer that answered says more than one that did not.
  if (dial->worst == transport_errc::dial_failed)
    dial->worst = why;
  ++dial->next;
  auto& world = network_.world();
  network_.schedule(world.now() + delay, [this, dial] { try_next(dial); });
}

void sim_dialer::fail(const attempt_ptr& dial) {
  --unfinished_;
  std::string detail{meaning_of(dial->worst)};
  for (const auto& address : dial->request.addresses)
    detail += " " + address.text();
  network_.report_dial_failed(dial->request.id, {dial->worst, detail});
}

} // namespace troupe::transport
