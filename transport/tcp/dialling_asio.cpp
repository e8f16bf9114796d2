// SPDX-License-Identifier: BSD-3-Clause
// Dialling: names are resolved, addresses tried in order, each with its own time limit, until one gives a
// link to the right peer.
#include "transport/tcp/network_core_asio.hpp"

namespace troupe::transport {

void network_core::dial(dial_request request) {
  loop_->post([this, request = std::move(request)] { dial_here(request); });
}

void network_core::dial_here(dial_request request) {
  if (stopping_)
    return;
  const auto id = request.id;
  const auto addresses = request.addresses;
  if (!dials_.add(std::move(request), io_loop::now() + options_.dial_timeout)) {
    if (observer_)
      observer_->dial_failed(
        id, {transport_errc::too_many_handshakes, "too many dials at once; try again later"});
    return;
  }
  if (!needs_resolving(addresses))
    return resolved(id, addresses);
  const bool taken = resolver_->start(addresses, [this, id](std::vector<multiaddr> found) {
    loop_->post([this, id, found = std::move(found)] { resolved(id, found); });
  });
  if (!taken)
    dial_over(id, {transport_errc::address_unusable, "too many names are being resolved; try again later"});
}

void network_core::resolved(dial_id id, const std::vector<multiaddr>& addresses) {
  auto* dial = dials_.find(id);
  if (!dial)
    return;
  dial->left = candidates(addresses, dial->request.wanted);
  try_next(id);
}

void network_core::try_next(dial_id id) {
  auto* dial = dials_.find(id);
  if (!dial || dial->trying)
    return;
  if (dial->left.empty() || dial->last.code == transport_errc::stopped)
    return dial_over(id, transport_error{dial->last});
  const auto connection_id = std::exchange(next_id_, next_id_.next());
  const auto verdict = gate_.dialling(connection_id);
  if (verdict.refused == transport_errc::too_many_handshakes) {
    waiting_.push_back(id);
    return;
  }
  if (verdict.refused != transport_errc::none)
    return dial_over(id, {verdict.refused, std::string{meaning_of(verdict.refused)}});
  const auto next = dial->left.front();
  dial->left.pop_front();
  dial->trying = connection_id;
  dial->address_due = io_loop::now() + options_.address_timeout;
  live_counters::add(counters_.dialled);
  const auto made = std::make_shared<connection>(
    setup_for(), link_facts{connection_id, {}, to_multiaddr(next.at), direction::outbound},
    dial->request.wanted ? dial->request.wanted : next.named, tcp::socket{loop_->context()});
  connections_.emplace(connection_id, made);
  made->connect(to_asio(next.at));
}

void network_core::dial_over(dial_id id, const transport_error& why) {
  auto* dial = dials_.find(id);
  if (!dial)
    return;
  const auto trying = dial->trying;
  dials_.erase(id);
  if (trying)
    if (const auto found = connections_.find(*trying); found != connections_.end())
      std::shared_ptr {
        found->second
      } -> fail(why.code, why.detail);
  if (observer_)
    observer_->dial_failed(id, why);
}

void network_core::dial_waiting() {
  while (!waiting_.empty() && !stopping_ &&
         gate_.outbound_handshakes() < options_.admission.outbound_handshakes_max) {
    const auto id = waiting_.front();
    waiting_.pop_front();
    try_next(id);
  }
}

} // namespace troupe::transport
