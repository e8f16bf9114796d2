// SPDX-License-Identifier: BSD-3-Clause
// The TCP network's state: connections, listeners, dials. Everything but the mounts, the listen addresses and
// the counters belongs to the I/O thread. Split by task: tcp_network_asio.cpp (the interface),
// accepting_asio.cpp, dialling_asio.cpp.
#pragma once

#include "transport/address/resolver.hpp"
#include "transport/tcp/connection_asio.hpp"
#include "transport/tcp/dials.hpp"
#include "transport/tcp/tcp_network.hpp"
#include "transport/tls/context.hpp"

#include <boost/asio/steady_timer.hpp>

#include <list>
#include <map>
#include <mutex>

namespace troupe::transport {

class network_core final : public tcp_network, public connection_owner {
public:
  using tcp = boost::asio::ip::tcp;

  network_core(tcp_options options, std::unique_ptr<tls::context> identity);
  ~network_core() override;

  // ---- network, any thread
  void start(network_observer& observer) override;
  expected<multiaddr, transport_error> listen(const multiaddr& at) override;
  void dial(dial_request request) override;
  void mount(protocol what) override;
  void unmount(const std::string& id) override;
  void stop() override;
  const peer_id& self() const override { return self_; }
  std::vector<multiaddr> listen_addresses() const override;
  std::vector<std::string> protocols() const override;
  void post(std::function<void()> task) override;
  void at_turn_end(std::function<void()> hook) override;
  tcp_counters counters() const override;

  // ---- connection_owner
  void authenticated(connection& on) override;
  void up(connection& on) override;
  void down(connection& on, const transport_error& why) override;
  void gone(connection& on) override;

private:
  struct acceptor {
    tcp::acceptor socket;
    multiaddr bound;
  };

  void accept_next(acceptor& at);
  void accepted(tcp::socket socket);
  void arm_tick();
  void tick();
  void stop_here();
  identify_seams seams_for_identify();
  void after(duration delay, std::function<void()> task);
  bool refresh_addresses();
  void count_end(transport_errc why);

  void dial_here(dial_request request);
  void resolved(dial_id id, const std::vector<multiaddr>& addresses);
  void try_next(dial_id id);
  void dial_over(dial_id id, const transport_error& why);
  void dial_waiting();
  connection_setup setup_for();

  tcp_options options_;
  peer_id self_;
  std::unique_ptr<tls::context> identity_;
  live_counters counters_;
  mounts mounts_;
  byte_budget node_windows_;
  byte_budget node_sends_;
  std::shared_ptr<io_loop> loop_;
  network_observer* observer_ = nullptr;
  gate gate_;
  std::map<link_id, std::shared_ptr<connection>> connections_;
  link_id next_id_{1};
  dials dials_;
  std::deque<dial_id> waiting_; ///< for a free handshake
  std::unique_ptr<resolver> resolver_;
  std::unique_ptr<boost::asio::steady_timer> ticker_;
  std::list<acceptor> acceptors_;
  bool started_ = false;
  std::atomic<bool> stopping_{false};
  identify_service identify_;
  unsigned ticks_ = 0;
  mutable std::mutex listen_mutex_;
  std::vector<multiaddr> bound_;
  std::vector<multiaddr> listening_; ///< bound_ with wildcards expanded
};

/// Plain socket addresses and Asio's.
boost::asio::ip::tcp::endpoint to_asio(const tcp_endpoint& from);
tcp_endpoint from_asio(const boost::asio::ip::tcp::endpoint& from);

} // namespace troupe::transport
