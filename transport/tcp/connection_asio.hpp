// SPDX-License-Identifier: BSD-3-Clause
// One socket and what runs over it, in phases: connecting, upgrade (multistream, TLS, muxer), link,
// lingering. Owned by the network; every asynchronous operation holds it too. I/O thread only. Source: spec
// link; design 9.
#pragma once

#include "transport/tcp/mux_link.hpp"
#include "transport/tcp/tcp_options.hpp"
#include "transport/tcp/upgrade.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>

namespace troupe::transport {

class connection;

/// tcp_counters as the I/O thread counts them.
struct live_counters {
  std::atomic<std::uint64_t> accepted{0}, dialled{0}, links{0}, links_open{0}, bytes_received{0},
    bytes_sent{0}, reads{0}, writes{0};
  std::array<std::atomic<std::uint64_t>, 32> ended{}, lanes_ended{};

  static void add(std::atomic<std::uint64_t>& to, std::uint64_t n = 1) {
    to.fetch_add(n, std::memory_order_relaxed);
  }
};

/// Hears what becomes of a connection.
class connection_owner {
public:
  virtual ~connection_owner() = default;
  virtual void
  authenticated(connection& on) = 0; ///< TLS is done; counts no longer as an unfinished handshake
  virtual void up(connection& on) = 0;
  /// Once: the link ended, or never came up. The socket may linger.
  virtual void down(connection& on, const transport_error& why) = 0;
  /// Once, the last call: nothing of the connection is left.
  virtual void gone(connection& on) = 0;
};

struct connection_setup {
  std::shared_ptr<io_loop> loop;
  const tcp_options* options = nullptr;
  tls::context* identity = nullptr;
  const mounts* protocols = nullptr;
  byte_budget* node_windows = nullptr;
  byte_budget* node_sends = nullptr;
  live_counters* counters = nullptr;
  connection_owner* owner = nullptr;
};

class connection final : public std::enable_shared_from_this<connection>,
                         public link_carrier,
                         public flushable {
public:
  using tcp = boost::asio::ip::tcp;

  connection(const connection_setup& setup, link_facts facts, std::optional<peer_id> wanted,
             tcp::socket socket);

  /// Inbound: the socket is connected.
  void start();
  /// Outbound.
  void connect(const tcp::endpoint& to);
  /// Time limits, keep-alives.
  void tick(time_point now);
  /// Ends it now.
  void fail(transport_errc why, std::string detail);
  /// Last words of a network that stops: what fits into the socket now, then the end.
  void abandon();

  link_id id() const { return facts_.id; }
  const link_facts& facts() const { return facts_; }
  const std::shared_ptr<mux_link>& link() const { return link_; }
  bool is_up() const { return up_; }

  // ---- link_carrier, flushable
  void touch() override;
  void close_link(transport_errc why) override;
  void heard() override;
  void lane_ended(transport_errc why) override;
  void flush() override;

private:
  enum class phase : std::uint8_t { connecting, upgrading, linked, lingering, dead };

  void begin_upgrade();
  void arm_read();
  void on_readable();
  bool receive_once();
  void feed(byte_view data);
  void upgraded();
  void read_link(byte_view data);
  void ended_by_peer();
  void send_outgoing();
  bool send_unsent();
  void flush_link();
  void arm_write();
  void finish_closing();
  void enter(phase next, duration limit);
  bool alive() const { return phase_ != phase::dead; }

  connection_setup setup_;
  link_facts facts_;
  std::optional<peer_id> wanted_;
  tcp::socket socket_;
  phase phase_ = phase::connecting;
  upgrade_phase upgrading_ = upgrade_phase::security;
  bool up_ = false;
  bool blocked_ = false; ///< waits until the socket takes bytes again
  bool dirty_ = false;   ///< stands in the loop's list
  time_point due_;       ///< of the phase
  time_point moved_;     ///< when the socket last took bytes
  transport_errc closing_ = transport_errc::none;
  std::unique_ptr<upgrade> upgrade_;
  std::unique_ptr<tls::engine> engine_;
  std::shared_ptr<mux_link> link_;
  bytes unsent_; ///< ciphertext the socket did not take
  std::size_t unsent_from_ = 0;
};

} // namespace troupe::transport
