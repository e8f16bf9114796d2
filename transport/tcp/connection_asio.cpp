// SPDX-License-Identifier: BSD-3-Clause
// Phases, reading and ending of a connection; sending is connection_send_asio.cpp.
#include "transport/tcp/connection_asio.hpp"

#include <exception>
#include <sys/socket.h>

namespace troupe::transport {
namespace {

constexpr int reads_per_turn = 4; // then other connections have their turn

} // namespace

connection::connection(const connection_setup& setup, link_facts facts, std::optional<peer_id> wanted,
                       tcp::socket socket)
  : setup_(setup), facts_(std::move(facts)), wanted_(std::move(wanted)), socket_(std::move(socket)),
    moved_(io_loop::now()) {
  enter(phase::connecting, setup_.options->phase_timeout);
}

void connection::enter(phase next, duration limit) {
  phase_ = next;
  due_ = io_loop::now() + limit;
}

void connection::start() {
  begin_upgrade();
}

void connection::connect(const tcp::endpoint& to) {
  boost::system::error_code failed;
  socket_.open(to.protocol(), failed);
  if (failed)
    return fail(transport_errc::dial_failed, failed.message());
  socket_.async_connect(to, [self = shared_from_this()](boost::system::error_code error) {
    if (!self->alive())
      return;
    if (error)
      self->fail(transport_errc::dial_failed, error.message());
    else
      self->begin_upgrade();
    self->setup_.loop->end_turn();
  });
}

void connection::begin_upgrade() {
  boost::system::error_code failed;
  socket_.set_option(tcp::no_delay{true}, failed);
  socket_.non_blocking(true, failed);
  if (failed)
    return fail(transport_errc::connection_lost, failed.message());
  enter(phase::upgrading, setup_.options->phase_timeout);
  upgrade_ = std::make_unique<upgrade>(upgrade_options{setup_.identity, &setup_.loop->cipher, facts_.dialled,
                                                       wanted_, setup_.options->early_muxers});
  upgrade_->start();
  send_outgoing();
  if (alive())
    arm_read();
}

void connection::arm_read() {
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
    if (!error && self->alive())
      self->on_readable();
  });
}

void connection::on_readable() {
  try {
    for (int i = 0; i < reads_per_turn && alive() && receive_once(); ++i) {
    }
  } catch (const std::exception& thrown) {
    // A handler that breaks on what this peer sent costs this peer its connection and nobody else anything.
    fail(transport_errc::misbehaved, thrown.what());
  }
  setup_.loop->end_turn();
  if (alive())
    arm_read();
}

// False when the socket has no more for now.
bool connection::receive_once() {
  auto& room = setup_.loop->received;
  const auto n = ::recv(socket_.native_handle(), room.data(), room.size(), 0);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return false;
  if (n <= 0) {
    ended_by_peer();
    return false;
  }
  const auto size = static_cast<std::size_t>(n);
  live_counters::add(setup_.counters->reads);
  live_counters::add(setup_.counters->bytes_received, size);
  feed(byte_view{room}.first(size));
  return size == room.size();
}

void connection::ended_by_peer() {
  const bool orderly = link_ && (link_->remote_leaving() || (engine_ && engine_->closed()));
  fail(orderly ? transport_errc::closed_remotely : transport_errc::connection_lost,
       "the peer closed the connection");
}

void connection::feed(byte_view data) {
  if (phase_ == phase::lingering)
    return;
  if (phase_ == phase::linked)
    return read_link(data);
  const auto before = upgrade_->phase();
  const auto after = upgrade_->feed(data);
  send_outgoing();
  if (!alive())
    return;
  if (before != after)
    due_ = io_loop::now() + setup_.options->phase_timeout;
  if (after == upgrade_phase::failed)
    return fail(upgrade_->error().code, upgrade_->error().detail);
  if (after == upgrade_phase::done)
    upgraded();
}

void connection::upgraded() {
  engine_ = upgrade_->take_engine();
  upgrade_.reset();
  facts_.remote = engine_->remote();
  if (facts_.remote == setup_.options->key.id())
    return fail(transport_errc::self_dial, "the address leads back to this node");
  setup_.owner->authenticated(*this);
  const auto& options = *setup_.options;
  link_ = std::make_shared<mux_link>(
    facts_,
    link_setup{setup_.loop, setup_.protocols, setup_.node_windows, setup_.node_sends, this, options.session,
               options.peer_bytes_max, options.peer_sends_max, options.phase_timeout},
    io_loop::now());
  enter(phase::linked, options.phase_timeout);
  link_->greet(io_loop::now());
  touch();
  // A dialler is sure of the other side only when it speaks: the certificate is checked after the dialler's
  // last word.
  if (facts_.dialled == direction::inbound)
    heard();
  read_link({});
}

void connection::heard() {
  if (!std::exchange(up_, true))
    setup_.owner->up(*this);
}

void connection::lane_ended(transport_errc why) {
  live_counters::add(setup_.counters->lanes_ended[static_cast<std::size_t>(why)]);
}

void connection::read_link(byte_view data) {
  engine_->feed(data);
  const auto why = link_->read(*engine_, io_loop::now());
  if (!setup_.loop->cipher.outgoing.empty())
    send_outgoing();
  if (!alive())
    return;
  if (why != transport_errc::none) {
    if (why == transport_errc::mux_violation)
      link_->go_away(yamux::go_away_reason::protocol_error);
    link_->produce(*engine_, 1);
    send_outgoing();
    return fail(why, std::string{meaning_of(why)});
  }
  if (engine_->error() != transport_errc::none)
    return fail(engine_->error(), engine_->error_detail());
  if (engine_->closed())
    fail(transport_errc::closed_remotely, "the peer ended the session");
}

void connection::tick(time_point now) {
  if (!alive())
    return;
  const auto& options = *setup_.options;
  if (phase_ != phase::linked || !up_) {
    if (now >= due_)
      fail(phase_ == phase::lingering ? closing_ : transport_errc::phase_timeout, "the peer took too long");
    return;
  }
  if (closing_ != transport_errc::none && now >= due_)
    return finish_closing();
  if (blocked_ && now - moved_ >= options.stall_timeout)
    return fail(transport_errc::keepalive_timeout, "the peer reads nothing");
  if (const auto why = link_->tick(now); why != transport_errc::none)
    return fail(why, std::string{meaning_of(why)});
  const auto idle = facts_.dialled == direction::inbound ? options.idle_inbound : options.idle_outbound;
  if (idle != duration::zero() && !link_->has_lanes() && now - link_->quiet_since() >= idle)
    close_link(transport_errc::idle);
}

void connection::close_link(transport_errc why) {
  if (!alive() || closing_ != transport_errc::none)
    return;
  closing_ = why;
  due_ = io_loop::now() + setup_.options->linger;
  touch();
}

void connection::fail(transport_errc why, std::string detail) {
  if (!alive())
    return;
  const bool told = phase_ == phase::lingering;
  // The buffer is shared: what is left of ours in it would reach the next peer.
  setup_.loop->cipher.outgoing.clear();
  phase_ = phase::dead;
  const auto self = shared_from_this();
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (!told) {
    if (closing_ != transport_errc::none)
      why = closing_;
    if (link_)
      link_->detach();
    setup_.owner->down(*this, {why, std::move(detail)});
  }
  setup_.owner->gone(*this);
  link_.reset(); // its lanes hold the loop that may still hold us
}

} // namespace troupe::transport
