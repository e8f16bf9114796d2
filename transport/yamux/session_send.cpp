// SPDX-License-Identifier: BSD-3-Clause
// What a session sends: answers, window updates and data, in this order; streams with data take turns.
#include "transport/yamux/session.hpp"

#include <algorithm>
#include <utility>

namespace troupe::transport::yamux {

std::uint32_t session::open() {
  const auto id = peer_gone_ ? 0 : table_.open();
  if (id != 0)
    table_.find(id)->syn_due = true;
  return id;
}

void session::accept(std::uint32_t id) {
  stream* of = table_.find(id);
  if (!of || of->local || of->acknowledged)
    return;
  table_.acknowledge(*of);
  of->ack_due = true;
  notify(id, *of);
}

void session::limit_window(std::uint32_t id, std::uint32_t size_max) {
  if (stream* of = table_.find(id))
    of->window.limit(size_max);
}

bool session::write(std::uint32_t id, chunk_ptr more) {
  stream* of = table_.find(id);
  if (!of || of->finish_wanted || more->size() == 0)
    return true;
  if (of->queue.bytes() + more->size() > options_.send_queue_max)
    return false;
  if (!of->queue.push(std::move(more)))
    return false;
  make_ready(id, *of);
  return true;
}

void session::finish(std::uint32_t id) {
  stream* of = table_.find(id);
  if (!of || std::exchange(of->finish_wanted, true))
    return;
  if (of->queue.empty())
    notify(id, *of);
}

void session::reset(std::uint32_t id) {
  stream* of = table_.find(id);
  if (!of)
    return;
  // A stream the peer has never heard of needs no end.
  if (!of->syn_due)
    control_.push_back({frame_type::window_update, flag::rst, id, 0});
  table_.erase(id);
}

void session::grant(std::uint32_t id, std::size_t n, time_point now) {
  stream* of = table_.find(id);
  if (!of)
    return;
  const auto credit = of->window.give_back(n, now, round_trip_);
  if (!credit || of->finish_received)
    return;
  of->credit_due += *credit;
  notify(id, *of);
  if (!measured_at_ || now - *measured_at_ >= options_.rtt_interval)
    ping(now);
}

void session::announce(std::uint32_t id) {
  stream* of = table_.find(id);
  const auto credit = of && !of->finish_received ? of->window.take_returned() : 0;
  if (credit == 0)
    return;
  of->credit_due += credit;
  notify(id, *of);
}

void session::go_away(go_away_reason why) {
  control_.push_back({frame_type::go_away, 0, 0, static_cast<std::uint32_t>(why)});
}

std::size_t session::queued(std::uint32_t id) {
  const stream* of = table_.find(id);
  return of ? of->queue.bytes() : 0;
}

void session::make_ready(std::uint32_t id, stream& of) {
  if (!of.can_send() || std::exchange(of.in_ready, true))
    return;
  ready_.push_back(id);
}

void session::notify(std::uint32_t id, stream& of) {
  if (!std::exchange(of.in_notices, true))
    notices_.push_back(id);
}

std::uint16_t session::take_open_flags(stream& of) {
  const bool syn = std::exchange(of.syn_due, false);
  const bool ack = std::exchange(of.ack_due, false);
  return static_cast<std::uint16_t>((syn ? flag::syn : 0) | (ack ? flag::ack : 0));
}

bool session::next(outbound_frame& frame) {
  if (!control_.empty()) {
    frame = {control_.front(), {}, 0};
    control_.pop_front();
    return true;
  }
  return next_notice(frame) || next_data(frame);
}

bool session::next_notice(outbound_frame& frame) {
  while (!notices_.empty()) {
    const auto id = notices_.front();
    notices_.pop_front();
    stream* of = table_.find(id);
    if (!of)
      continue;
    of->in_notices = false;
    // Opening flags ride on data that goes out anyway.
    if (of->credit_due == 0 && !of->finish_due() && (of->can_send() || (!of->syn_due && !of->ack_due)))
      continue;
    auto flags = take_open_flags(*of);
    if (of->finish_due()) {
      of->finish_sent = true;
      flags |= flag::fin;
    }
    frame = {{frame_type::window_update, flags, id, std::exchange(of->credit_due, 0)}, {}, 0};
    if (of->ended())
      drop(id, event_kind::ended);
    return true;
  }
  return false;
}

bool session::next_data(outbound_frame& frame) {
  while (!ready_.empty()) {
    const auto id = ready_.front();
    stream* of = table_.find(id);
    if (!of || !of->can_send()) {
      if (of)
        of->in_ready = false;
      ready_.pop_front();
      turn_left_ = frame_payload_max;
      continue;
    }
    const auto length = std::min({of->queue.front_left(), std::size_t{of->send_credit}, frame_payload_max});
    frame = {{frame_type::data, take_open_flags(*of), id, static_cast<std::uint32_t>(length)},
             of->queue.front(),
             of->queue.offset()};
    of->queue.advance(length);
    of->send_credit -= static_cast<std::uint32_t>(length);
    // The end goes out in a frame of its own: js-libp2p acts on the flag before it takes the frame's data,
    // and loses it.
    if (of->finish_due())
      notify(id, *of);
    turn_left_ -= std::min(turn_left_, length);
    if (turn_left_ == 0) {
      turn_left_ = frame_payload_max;
      ready_.pop_front();
      ready_.push_back(id);
    }
    return true;
  }
  return false;
}

} // namespace troupe::transport::yamux
