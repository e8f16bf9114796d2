// SPDX-License-Identifier: BSD-3-Clause
// Listening: binding addresses and letting sockets in, or not.
#include "transport/tcp/network_core_asio.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <cstring>
#include <net/if.h>

namespace troupe::transport {

namespace ip = boost::asio::ip;

ip::tcp::endpoint to_asio(const tcp_endpoint& from) {
  if (!from.v6) {
    ip::address_v4::bytes_type host{};
    std::memcpy(host.data(), from.host.data(), host.size());
    return {ip::address_v4{host}, from.port};
  }
  ip::address_v6::bytes_type host{};
  std::memcpy(host.data(), from.host.data(), host.size());
  return {ip::address_v6{host, from.zone.empty() ? 0u : ::if_nametoindex(from.zone.c_str())}, from.port};
}

tcp_endpoint from_asio(const ip::tcp::endpoint& from) {
  tcp_endpoint to;
  to.port = from.port();
  auto address = from.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  to.v6 = address.is_v6();
  if (!to.v6) {
    const auto host = address.to_v4().to_bytes();
    std::memcpy(to.host.data(), host.data(), host.size());
    return to;
  }
  const auto host = address.to_v6().to_bytes();
  std::memcpy(to.host.data(), host.data(), host.size());
  char name[IF_NAMESIZE];
  if (const auto scope = address.to_v6().scope_id();
      scope != 0 && ::if_indextoname(static_cast<unsigned>(scope), name))
    to.zone = name;
  return to;
}

expected<multiaddr, transport_error> network_core::listen(const multiaddr& at) {
  const auto failed = [&](const std::string& why) {
    return unexpected{
      transport_error{transport_errc::listen_failed, "cannot listen on " + at.text() + ": " + why}};
  };
  const auto wanted = to_endpoint(at);
  if (!wanted)
    return failed("not an /ip4 or /ip6 address with a /tcp port");
  const auto endpoint = to_asio(*wanted);
  tcp::acceptor socket{loop_->context()};
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error && options_.reuse_address)
    socket.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error && wanted->v6)
    socket.set_option(ip::v6_only{!(options_.dual_stack && wanted->wildcard())}, error);
  if (!error)
    socket.bind(endpoint, error);
  if (!error)
    socket.listen(options_.backlog, error);
  tcp::endpoint real;
  if (!error)
    real = socket.local_endpoint(error);
  if (error)
    return failed(error.message() + (error == boost::asio::error::address_in_use ? " (choose another port, or stop what uses it)" : ""));
  auto named = *wanted;
  named.port = real.port();
  const auto bound = to_multiaddr(named);
  {
    const std::lock_guard guard{listen_mutex_};
    bound_.push_back(bound);
  }
  refresh_addresses();
  loop_->post([this, held = std::make_shared<tcp::acceptor>(std::move(socket)), bound] {
    acceptors_.push_back({std::move(*held), bound});
    accept_next(acceptors_.back());
    identify_.changed();
  });
  return bound;
}

void network_core::accept_next(acceptor& at) {
  at.socket.async_accept([this, &at](boost::system::error_code error, tcp::socket socket) {
    if (error == boost::asio::error::operation_aborted || stopping_)
      return;
    if (!error)
      accepted(std::move(socket));
    loop_->end_turn();
    if (!error)
      return accept_next(at);
    // Out of descriptors, most likely: accepting again at once would spin.
    auto pause = std::make_shared<boost::asio::steady_timer>(loop_->context(), std::chrono::milliseconds{50});
    pause->async_wait([this, &at, pause](boost::system::error_code cut_short) {
      if (!cut_short && !stopping_)
        accept_next(at);
    });
  });
}

void network_core::accepted(tcp::socket socket) {
  live_counters::add(counters_.accepted);
  boost::system::error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error)
    return count_end(transport_errc::connection_lost);
  const auto address = to_multiaddr(from_asio(peer));
  const auto id = std::exchange(next_id_, next_id_.next());
  const auto verdict = gate_.accepted(id, host_of(address), io_loop::now());
  if (verdict.refused != transport_errc::none)
    return count_end(verdict.refused); // destroying the socket closes it
  if (verdict.evicted)
    if (const auto found = connections_.find(*verdict.evicted); found != connections_.end())
      std::shared_ptr {
        found->second
      } -> fail(transport_errc::too_many_handshakes, "a newer connection took its place");
  const auto made = std::make_shared<connection>(setup_for(), link_facts{id, {}, address, direction::inbound},
                                                 std::nullopt, std::move(socket));
  connections_.emplace(id, made);
  made->start();
}

} // namespace troupe::transport
