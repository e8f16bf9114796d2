// SPDX-License-Identifier: BSD-3-Clause
// Receiving and the session's own state; sending is session_send.cpp.
#include "transport/yamux/session.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace troupe::transport::yamux {

session::session(role ours, const session_options& options, byte_budget& windows, byte_budget& sends,
                 time_point now)
  : options_(options), table_(ours, options.streams, windows, sends), heard_(now) {}

// Whatever a frame makes us answer stands in control_, and streams that came and went leave their ids in the
// queues of senders: a peer that asks and never reads must not fill them.
bool session::owes_too_much() const {
  const auto live = options_.streams.inbound_max + options_.streams.outbound_max;
  return control_.size() > options_.control_max || notices_.size() > options_.control_max + live ||
         ready_.size() > options_.control_max + live;
}

expected<inbound_payload, transport_errc> session::receive(const std::uint8_t* header_bytes, time_point now) {
  const auto from = decode(header_bytes);
  if (!from)
    return unexpected{transport_errc::mux_violation};
  if (owes_too_much())
    return unexpected{transport_errc::memory_exceeded};
  heard_ = now;
  switch (from->type) {
  case frame_type::ping:
    if (!receive_ping(*from, now))
      return unexpected{transport_errc::mux_violation};
    return inbound_payload{};
  case frame_type::go_away:
    if (!std::exchange(peer_gone_, true))
      events_.push_back({event_kind::gone_away, 0, from->length});
    return inbound_payload{};
  default:
    return receive_for_stream(*from);
  }
}

session::outcome session::receive_for_stream(const header& from) {
  const auto found = resolve(from);
  if (!found)
    return unexpected{found.error()};
  if (!*found)
    return skip(from);
  stream& of = **found;
  if (from.flags & flag::rst) {
    drop(from.stream, event_kind::reset);
    return skip(from);
  }
  if (from.flags & flag::ack && of.local)
    table_.acknowledge(of);
  if (from.type == frame_type::data)
    return receive_data(from, of);
  if (from.length > std::numeric_limits<std::uint32_t>::max() - of.send_credit)
    return unexpected{transport_errc::mux_violation};
  of.send_credit += from.length;
  make_ready(from.stream, of);
  if (from.flags & flag::fin)
    received_finish(from.stream, of);
  return inbound_payload{};
}

// Null: the stream is gone, or was refused just now.
expected<stream*, transport_errc> session::resolve(const header& from) {
  if (from.stream == 0)
    return unexpected{transport_errc::mux_violation};
  stream* found = table_.find(from.stream);
  if (!(from.flags & flag::syn))
    return found;
  if (found || !table_.peers_id(from.stream))
    return unexpected{transport_errc::mux_violation};
  if (from.flags & flag::rst)
    return nullptr;
  if (stream* admitted = table_.admit(from.stream)) {
    events_.push_back({event_kind::opened, from.stream, 0});
    return admitted;
  }
  control_.push_back({frame_type::window_update, flag::rst, from.stream, 0});
  events_.push_back({event_kind::refused, from.stream, 0});
  return nullptr;
}

session::outcome session::receive_data(const header& from, stream& of) {
  if (of.finish_received || !of.window.take(from.length))
    return unexpected{transport_errc::mux_violation};
  if (from.flags & flag::fin) {
    if (from.length == 0)
      received_finish(from.stream, of);
    else
      finishing_ = from.stream;
  }
  return inbound_payload{from.stream, from.length};
}

session::outcome session::skip(const header& from) const {
  if (from.type != frame_type::data)
    return inbound_payload{};
  if (from.length > options_.skip_max)
    return unexpected{transport_errc::mux_violation};
  return inbound_payload{0, from.length};
}

void session::payload_done() {
  const auto id = std::exchange(finishing_, 0);
  if (stream* of = id ? table_.find(id) : nullptr)
    received_finish(id, *of);
}

void session::received_finish(std::uint32_t id, stream& of) {
  if (std::exchange(of.finish_received, true))
    return;
  events_.push_back({event_kind::finished, id, 0});
  if (of.ended())
    drop(id, event_kind::ended);
}

void session::drop(std::uint32_t id, event_kind why) {
  events_.push_back({why, id, 0});
  table_.erase(id);
}

std::optional<event> session::poll() {
  if (events_.empty())
    return std::nullopt;
  const auto first = events_.front();
  events_.pop_front();
  return first;
}

bool session::receive_ping(const header& from, time_point now) {
  if (from.flags & flag::syn) {
    control_.push_back({frame_type::ping, flag::ack, 0, from.length});
    return true;
  }
  if (!(from.flags & flag::ack) || !ping_sent_ || from.length != ping_value_)
    return false;
  measured(now - *ping_sent_);
  measured_at_ = now;
  ping_sent_.reset();
  return true;
}

void session::measured(duration sample) {
  // A sample taken behind queued data is too long, one in an idle moment is right: drop at once, rise slowly.
  round_trip_ = !round_trip_ || sample < *round_trip_ ? sample : *round_trip_ + (sample - *round_trip_) / 8;
}

void session::ping(time_point now) {
  if (ping_sent_)
    return;
  ping_sent_ = now;
  control_.push_back({frame_type::ping, flag::syn, 0, ++ping_value_});
}

transport_errc session::tick(time_point now) {
  if (now - heard_ < options_.keepalive_idle)
    return transport_errc::none;
  if (!ping_sent_)
    ping(now);
  else if (now - std::max(heard_ + options_.keepalive_idle, *ping_sent_) >= options_.keepalive_timeout)
    return transport_errc::keepalive_timeout;
  return transport_errc::none;
}

} // namespace troupe::transport::yamux
