// SPDX-License-Identifier: BSD-3-Clause
// The sending half of a connection: frames are encrypted into the thread's shared buffer and written in big
// pieces until the socket takes no more; only what it refused is kept per connection.
#include "transport/tcp/connection_asio.hpp"

#include <exception>
#include <sys/socket.h>

namespace troupe::transport {
namespace {

constexpr std::size_t write_size =
  64 * 1024; // ciphertext gathered for one write; one more frame may come on top
constexpr int writes_per_turn = 4;
// A blocked socket is offered no new frames: beyond some writes, only a peer that makes TLS answer gets here.
constexpr std::size_t unsent_max = 1u << 20;

/// Bytes the socket took; negative if it failed.
ssize_t send_some(int socket, byte_view data) {
  const auto n = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return 0;
  return n;
}

} // namespace

void connection::touch() {
  if (alive() && !std::exchange(dirty_, true))
    setup_.loop->flush_later(shared_from_this());
}

void connection::flush() {
  dirty_ = false;
  if (phase_ != phase::linked)
    return;
  try {
    flush_link();
  } catch (const std::exception& thrown) {
    fail(transport_errc::misbehaved, thrown.what());
  }
}

void connection::flush_link() {
  link_->settle();
  if (closing_ != transport_errc::none && closing_ != transport_errc::closed_locally &&
      closing_ != transport_errc::superseded)
    return finish_closing();
  if (link_->remote_leaving() && !link_->has_lanes() && closing_ == transport_errc::none)
    closing_ = transport_errc::closed_remotely;
  for (int i = 0; i < writes_per_turn && !blocked_; ++i) {
    if (!link_->wants_to_send())
      break;
    if (!link_->produce(*engine_, write_size))
      return fail(engine_->error(), engine_->error_detail());
    send_outgoing();
    if (!alive())
      return;
  }
  if (!blocked_ && link_->wants_to_send())
    touch();
  else if (closing_ != transport_errc::none && !blocked_ && !link_->has_queued())
    finish_closing();
}

void connection::send_outgoing() {
  auto& out = setup_.loop->cipher.outgoing;
  std::size_t sent = 0;
  if (!blocked_) {
    while (sent < out.size()) {
      const auto n = send_some(socket_.native_handle(), byte_view{out}.subspan(sent));
      if (n < 0)
        return fail(transport_errc::connection_lost, "the connection broke while sending");
      if (n == 0)
        break;
      live_counters::add(setup_.counters->writes);
      sent += static_cast<std::size_t>(n);
    }
    live_counters::add(setup_.counters->bytes_sent, sent);
    if (sent > 0)
      moved_ = io_loop::now();
  }
  if (sent < out.size()) {
    if (unsent_.size() - unsent_from_ + out.size() - sent > unsent_max)
      return fail(transport_errc::memory_exceeded, "the peer makes us answer and does not read");
    unsent_.insert(unsent_.end(), out.begin() + static_cast<std::ptrdiff_t>(sent), out.end());
    arm_write();
  }
  out.clear();
}

void connection::arm_write() {
  if (std::exchange(blocked_, true))
    return;
  if (moved_ == time_point{})
    moved_ = io_loop::now();
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
    if (error || !self->alive())
      return;
    self->blocked_ = false;
    if (self->send_unsent())
      self->touch();
    self->setup_.loop->end_turn();
  });
}

// True if nothing is left over.
bool connection::send_unsent() {
  while (unsent_from_ < unsent_.size()) {
    const auto n = send_some(socket_.native_handle(), byte_view{unsent_}.subspan(unsent_from_));
    if (n < 0) {
      fail(transport_errc::connection_lost, "the connection broke while sending");
      return false;
    }
    if (n == 0) {
      arm_write();
      return false;
    }
    live_counters::add(setup_.counters->writes);
    live_counters::add(setup_.counters->bytes_sent, static_cast<std::uint64_t>(n));
    unsent_from_ += static_cast<std::size_t>(n);
    moved_ = io_loop::now();
  }
  unsent_ = {}; // an idle connection owns no buffer
  unsent_from_ = 0;
  if (phase_ == phase::lingering)
    ::shutdown(socket_.native_handle(), SHUT_WR);
  return true;
}

// The lanes end now; the socket stays until the peer has read our last words, or it is destroyed under them.
void connection::finish_closing() {
  if (!engine_ || phase_ != phase::linked)
    return fail(closing_, std::string{meaning_of(closing_)});
  link_->go_away(yamux::go_away_reason::normal);
  link_->produce(*engine_, write_size);
  engine_->shutdown();
  send_outgoing();
  if (!alive())
    return;
  const auto why = closing_;
  enter(phase::lingering, setup_.options->linger);
  if (!blocked_)
    ::shutdown(socket_.native_handle(), SHUT_WR);
  const auto self = shared_from_this();
  link_->detach();
  setup_.owner->down(*this, {why, std::string{meaning_of(why)}});
}

void connection::abandon() {
  if (phase_ == phase::linked && up_) {
    closing_ = closing_ == transport_errc::none ? transport_errc::stopped : closing_;
    finish_closing();
  }
  fail(transport_errc::stopped, {});
}

} // namespace troupe::transport
