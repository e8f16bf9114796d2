// SPDX-License-Identifier: BSD-3-Clause
// The link over TLS and yamux: its lanes, their handlers, and the pump between engine and session, without
// sockets. The connection drives it on the I/O thread; link and lane calls from there act at once, those from
// other threads go through the loop's inbox. Handlers may call back into it at any point: what ends a lane is
// only noted then and done by settle(). Source: spec link; design 5, 9.
#pragma once

#include "transport/link.hpp"
#include "transport/tcp/io_loop.hpp"
#include "transport/tcp/lane_slot.hpp"
#include "transport/tls/engine.hpp"
#include "transport/yamux/session.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>

namespace troupe::transport {

/// The connection below a link.
class link_carrier {
public:
  virtual ~link_carrier() = default;
  /// There is something to send or to settle.
  virtual void touch() = 0;
  virtual void close_link(transport_errc why) = 0;
  /// The peer sent its first frame, so it has accepted us.
  virtual void heard() = 0;
  /// A lane ended or was refused.
  virtual void lane_ended(transport_errc why) = 0;
};

struct link_facts {
  link_id id;
  peer_id remote;
  multiaddr address;
  direction dialled = direction::inbound;
};

struct link_setup {
  std::shared_ptr<io_loop> loop; ///< outlives the network in the hands of whoever still holds a lane
  const mounts* protocols = nullptr;
  byte_budget* node_windows = nullptr;
  byte_budget* node_sends = nullptr;
  link_carrier* carrier = nullptr;
  yamux::session_options session;
  std::size_t peer_bytes_max = 0;
  std::size_t peer_sends_max = 0;
  duration negotiation_timeout{};
};

class mux_link final : public link, public std::enable_shared_from_this<mux_link> {
public:
  mux_link(link_facts facts, const link_setup& setup, time_point now);

  // ---- link, any thread
  link_id id() const override { return facts_.id; }
  const peer_id& remote() const override { return facts_.remote; }
  const multiaddr& remote_address() const override { return facts_.address; }
  direction dialled() const override { return facts_.dialled; }
  void open(std::vector<std::string> protocols, lane_handler_ptr handler) override;
  void close(transport_errc why) override;

  // ---- lanes, the I/O thread
  void lane_write(std::uint32_t id, chunk_ptr bytes);
  void lane_grant(std::uint32_t id, std::size_t n);
  void lane_finish(std::uint32_t id);
  void lane_reset(std::uint32_t id, transport_errc why);

  // ---- connection, the I/O thread
  /// Moves all plaintext there is to the lanes; why the connection must end, or none.
  transport_errc read(tls::engine& from, time_point now);
  /// Tells the lanes that were read into, then the ones that ended.
  void settle();
  /// Encrypts up to about `limit` bytes of waiting frames. False if the engine refuses.
  bool produce(tls::engine& to, std::size_t limit);
  bool wants_to_send() const { return session_->wants_to_send(); }
  /// Starts measuring the round trip; the first frame a dialled peer gets to answer.
  void greet(time_point now) { session_->ping(now); }
  void go_away(yamux::go_away_reason why) { session_->go_away(why); }
  /// Keep-alive, negotiation time limits.
  transport_errc tick(time_point now);
  bool remote_leaving() const { return remote_leaving_; }
  bool has_lanes() const { return !slots_.empty(); }
  bool has_queued();
  time_point quiet_since() const { return quiet_since_; }
  /// The connection is gone: every lane is closed, later calls do nothing.
  void detach();

private:
  void open_here(std::vector<std::string> protocols, lane_handler_ptr handler);
  lane_slot* find(std::uint32_t id);
  lane_slot& add_slot(std::uint32_t id);
  transport_errc take_events();
  void admitted(std::uint32_t id);
  void finished(std::uint32_t id);
  void note_end(std::uint32_t id, lane_slot& slot, transport_errc why);
  void close_slot(std::uint32_t id);
  void touched(std::uint32_t id, lane_slot& slot);

  transport_errc read_header(tls::engine& from, time_point now, bool& more);
  transport_errc read_payload(tls::engine& from, time_point now, bool& more);
  void negotiate(std::uint32_t id, lane_slot& slot, byte_view data);
  void refused(std::uint32_t id, lane_slot& slot, transport_errc why);
  void agreed_outbound(std::uint32_t id, lane_slot& slot);
  void agreed_inbound(std::uint32_t id, lane_slot& slot);
  std::size_t lanes_of(const protocol* mounted, bool inbound) const;

  bool write_frame(tls::engine& to, const yamux::outbound_frame& frame);
  bool flush_staging(tls::engine& to);
  void sent(std::uint32_t id, std::size_t n);
  void tell_drained();

  link_facts facts_;
  link_setup setup_;
  // They end with the connection and on its thread, whoever holds the link longer.
  std::optional<byte_budget> windows_; ///< of this connection
  std::optional<byte_budget> sends_;
  std::optional<yamux::session> session_;
  std::map<std::uint32_t, lane_slot> slots_;
  std::set<std::string, std::less<>>
    agreed_; ///< what this peer agreed to before: opened without waiting for its echo
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> ending_;
  std::vector<std::uint32_t> drained_;
  std::array<std::uint8_t, yamux::header_size> header_{};
  std::size_t header_have_ = 0;
  yamux::inbound_payload payload_;
  bool heard_ = false;
  bool remote_leaving_ = false;
  time_point quiet_since_;
};

} // namespace troupe::transport
