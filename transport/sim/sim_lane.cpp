// SPDX-License-Identifier: BSD-3-Clause
#include "transport/sim/sim_lane.hpp"

#include "messages/types/assert.hpp"
#include "transport/sim/sim_link.hpp"

#include <algorithm>
#include <cstring>

namespace troupe::transport {

using kind = wire_item::kind;

void sim_lane::write(chunk_ptr bytes) {
  if (!usable() || finish_asked_ || link_->closing() || bytes->size() == 0)
    return;
  const auto& limits = link_->options();
  if (queued_bytes_ + bytes->size() > limits.send_queue_max || queue_.size() >= limits.sends_max) {
    abort(transport_errc::memory_exceeded);
    return;
  }
  if (filter_) {
    std::vector<raw_filter::output> out;
    filter_->push(bytes->view(), link_->outbound_conditions().raw, out);
    enqueue(out);
    hold_for_a_while();
  } else {
    const std::size_t length = bytes->size();
    queued_bytes_ += length;
    queue_.push_back({std::move(bytes), 0, length});
  }
  link_->wake();
}

void sim_lane::enqueue(const std::vector<raw_filter::output>& from) {
  using fate = raw_filter::fate;
  for (const auto& [frame, what] : from) {
    const std::size_t size = frame->size();
    if (what != fate::passed)
      link_->trace_fault(id_, what == fate::dropped ? trace_kind::dropped : trace_kind::duplicated,
                         frame->view());
    if (what == fate::dropped) {
      queue_.push_back({chunk_ptr{}, 0, 0, false, size});
    } else {
      queued_bytes_ += size;
      queue_.push_back({frame, 0, size, what == fate::duplicated, 0});
    }
  }
}

void sim_lane::hold_for_a_while() {
  if (!filter_->holding() || hold_armed_)
    return;
  hold_armed_ = true;
  link_->schedule(link_->outbound_conditions().raw.hold_max, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->usable())
      return;
    self->hold_armed_ = false;
    std::vector<raw_filter::output> out;
    self->filter_->release(out);
    self->enqueue(out);
    self->link_->wake();
  });
}

void sim_lane::flush_filter() {
  if (!filter_ || !usable())
    return;
  std::vector<raw_filter::output> out;
  filter_->flush(out);
  enqueue(out);
}

void sim_lane::grant(std::size_t n) {
  if (!usable())
    return;
  n = std::min(n, unconsumed_);
  unconsumed_ -= n;
  owed_ += n;
  if (owed_ < window_ / 2 || owed_ == 0 || finish_received_)
    return;
  const std::size_t wider = std::max(window_, std::min(window_ * 2, window_max_));
  owed_ += wider - window_;
  window_ = wider;
  link_->transmit(id_, {.what = kind::credit, .length = owed_});
  owed_ = 0;
}

void sim_lane::finish() {
  if (!usable() || finish_asked_ || link_->closing())
    return;
  flush_filter();
  finish_asked_ = true;
  link_->wake();
}

void sim_lane::abort(transport_errc why) {
  if (link_ == nullptr || aborted_)
    return;
  aborted_ = true;
  queue_.clear();
  link_->transmit(id_, {.what = kind::reset});
  link_->schedule(duration{0}, [weak = weak_from_this(), why] {
    if (const auto self = weak.lock())
      self->close(why);
  });
}

void sim_lane::agreed(std::string protocol, std::size_t window_max) {
  if (link_ == nullptr || aborted_ || open_)
    return;
  protocol_ = std::move(protocol);
  window_max_ = window_max;
  open_ = true;
  if (protocol_.starts_with("/troupe/"))
    filter_.emplace(link_->split_rng(id_));
  const auto self = shared_from_this();
  handler_->opened(self, protocol_);
}

void sim_lane::receive(byte_view data, std::size_t first_turn) {
  const auto self = shared_from_this();
  for (std::size_t at = 0; at < data.size() && usable();) {
    const std::size_t turn_end = at < first_turn ? first_turn : data.size();
    while (at < turn_end && usable()) {
      const auto room = handler_->prepare(turn_end - at);
      TROUPE_ASSERT(!room.empty());
      const std::size_t n = std::min(room.size(), turn_end - at);
      std::memcpy(room.data(), data.data() + at, n);
      at += n;
      unconsumed_ += n;
      handler_->commit(n);
    }
    if (usable())
      handler_->turn_end();
  }
}

void sim_lane::receive_credit(std::size_t n) {
  if (!usable())
    return;
  credit_ += n;
  link_->wake();
}

void sim_lane::receive_finish() {
  if (!usable() || finish_received_)
    return;
  const auto self = shared_from_this();
  finish_received_ = true;
  handler_->finished();
  close_if_both_finished();
}

void sim_lane::close_if_both_finished() {
  if (usable() && finish_received_ && finish_sent_)
    close(transport_errc::none);
}

void sim_lane::close(transport_errc why) {
  if (link_ == nullptr)
    return;
  const auto self = shared_from_this();
  const auto handler = std::move(handler_);
  link_->forget(id_);
  link_ = nullptr;
  queue_.clear();
  handler->closed(why);
}

void sim_lane::abandon() {
  link_ = nullptr;
  queue_.clear();
  const auto handler = std::move(handler_);
}

bool sim_lane::wants_to_send() const {
  if (!usable())
    return false;
  if (queue_.empty())
    return finish_pending();
  return queue_.front().length == 0 || credit_ > 0;
}

void sim_lane::send_some(std::size_t most) {
  const auto self = shared_from_this();
  if (queue_.empty()) {
    finish_sent_ = true;
    link_->transmit(id_, {.what = kind::finish});
    close_if_both_finished();
    return;
  }
  auto& front = queue_.front();
  const std::size_t n = std::min({front.length, credit_, most});
  const std::size_t written = front.silent ? 0 : n + front.lost;
  if (n > 0)
    link_->transmit(id_, {.what = kind::data, .body = front.body, .offset = front.offset, .length = n});
  credit_ -= n;
  queued_bytes_ -= n;
  front.offset += n;
  front.length -= n;
  if (front.length == 0)
    queue_.pop_front();
  if (written > 0)
    handler_->drained(written);
}

} // namespace troupe::transport
