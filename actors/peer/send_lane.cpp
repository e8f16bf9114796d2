// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/send_lane.hpp"

#include "messages/types/assert.hpp"
#include "messages/types/frame.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace troupe::peer {

std::optional<std::uint32_t> number_frames(chunk& frames, std::uint64_t first) {
  std::uint8_t* data = frames.data();
  const std::size_t end = frames.size();
  std::uint32_t count = 0;
  std::size_t at = 0;
  for (; end - at >= sizeof(frame_header); ++count, ++first) {
    frame_header header;
    std::memcpy(&header, data + at, sizeof header);
    const bool whole = (header.flags & frame_numbered) != 0 && header.length <= frame_length_max &&
                       frame_size(header) <= end - at;
    if (!whole)
      return std::nullopt;
    std::memcpy(data + at + sizeof header, &first, sizeof first);
    at += frame_size(header);
  }
  return at == end && count > 0 ? std::optional{count} : std::nullopt;
}

admission send_lane::push(chunk_ptr frames, std::vector<std::string> labels) {
  if (!frames)
    return admission::malformed;
  const std::size_t cost = credit_cost(*frames);
  credit_ -= std::min(credit_, cost); // used up by what is dropped, too
  const bool unsendable = mode_ == delivery::ephemeral && !open_;
  if (unsendable || retained_ + cost > 2 * retained_max_) {
    ++dropped_;
    return admission::full;
  }
  if (share_ && !share_->admits(cost)) {
    ++dropped_;
    return admission::over_budget;
  }
  if (!frames.unique())
    frames = chunk::copy_of(frames->view());
  const auto count = number_frames(*frames, next_);
  if (!count)
    return admission::malformed;
  entries_.push_back({std::move(frames), next_, *count, 0, 0, {}, std::move(labels)});
  hold(cost_of(entries_.back()));
  next_ += *count;
  return admission::taken;
}

chunk_ptr send_lane::next_write(time_point now) {
  if (!open_ || cursor_ == entries_.size())
    return {};
  // In recovery the peer drops all behind the next gap, so a bounded piece at a time loses less.
  if (recovering_ && in_flight_bytes_ >= recovery_window)
    return {};
  auto& next = entries_[cursor_++];
  written_ += next.frames->size();
  in_flight_bytes_ += next.frames->size();
  next.end = written_;
  next.sent_at = now;
  ++next.sends;
  if (cursor_ == 1)
    front_changed(now);
  recovering_ = recovering_ && cursor_ < entries_.size();
  return next.frames;
}

void send_lane::closed() {
  open_ = false;
  written_ = drained_ = 0;
  go_back();
  recovering_ = false;
  if (mode_ == delivery::ephemeral) {
    entries_.clear();
    let_go(retained_);
  }
}

void send_lane::hold(std::size_t n) {
  retained_ += n;
  if (share_)
    share_->take(n);
}

void send_lane::let_go(std::size_t n) {
  retained_ -= n;
  if (share_)
    share_->give_back(n);
}

void send_lane::go_back() {
  cursor_ = 0;
  in_flight_bytes_ = 0;
  front_drained_ = false;
  recovering_ = true;
}

void send_lane::front_changed(time_point now) {
  front_drained_ = cursor_ > 0 && entries_.front().end <= drained_;
  quiet_since_ = now;
}

void send_lane::drained(std::uint64_t total, time_point now) {
  if (total <= drained_ || !open_)
    return;
  drained_ = total;
  if (mode_ == delivery::ephemeral) {
    while (cursor_ > 0 && entries_.front().end <= drained_) {
      let_go(cost_of(entries_.front()));
      in_flight_bytes_ -= entries_.front().frames->size();
      entries_.pop_front();
      --cursor_;
    }
    return;
  }
  if (!front_drained_ && cursor_ > 0)
    front_changed(now);
}

bool send_lane::acknowledged(std::uint64_t number, bool resend, time_point now) {
  if (number >= next_)
    return false;
  if (mode_ == delivery::ephemeral)
    return true;
  if (number > acked_) {
    acked_ = number;
    timeout_ = std::clamp(4 * rtt_, timeout_min, timeout_max);
    while (!entries_.empty() && entries_.front().first + entries_.front().count <= number + 1) {
      auto& done = entries_.front();
      if (done.sends == 1)
        take_sample(now - done.sent_at);
      std::move(done.labels.begin(), done.labels.end(), std::back_inserter(acked_labels_));
      let_go(cost_of(done));
      if (cursor_ > 0) {
        in_flight_bytes_ -= done.frames->size();
        --cursor_;
      }
      entries_.pop_front();
    }
    front_changed(now);
  }
  // Asks for the same frame pile up while the repeat is on its way: one repeat per round trip is enough.
  if (resend && number == acked_ && cursor_ > 0 && front_drained_) {
    const auto& front = entries_.front();
    const duration patience = std::max(ask_again_min, rtt_min_ == duration::max() ? duration{} : rtt_min_);
    if (front.sends == 1 || now - front.sent_at >= patience)
      go_back();
  }
  return true;
}

bool send_lane::repair(time_point now) {
  if (mode_ == delivery::ephemeral || cursor_ == 0 || !front_drained_ || now - quiet_since_ < timeout_)
    return false;
  timeout_ = std::min(2 * timeout_, timeout_max);
  go_back();
  return true;
}

void send_lane::restart() {
  next_ = 1;
  acked_ = 0;
  go_back();
  recovering_ = false;
  timeout_ = timeout_min;
  for (auto& kept : entries_) {
    // The old link's queue may still hold the chunk, and what was handed out must not change.
    if (kept.first != next_ && !kept.frames.unique()) {
      let_go(cost_of(kept));
      kept.frames = chunk::copy_of(kept.frames->view());
      hold(cost_of(kept));
    }
    if (kept.first != next_) {
      const auto count = number_frames(*kept.frames, next_);
      TROUPE_ASSERT(count == kept.count);
    }
    kept.first = next_;
    kept.sends = 0;
    next_ += kept.count;
  }
}

std::size_t send_lane::take_credit() {
  if (retained_ + credit_ > retained_max_ / 2 || (share_ && !share_->at_ease()))
    return 0;
  const auto fresh = retained_max_ - retained_ - credit_;
  credit_ += fresh;
  return fresh;
}

void send_lane::take_sample(duration sample) {
  rtt_ = rtt_ == duration{} ? sample : (7 * rtt_ + sample) / 8;
  rtt_min_ = std::min(rtt_min_, sample);
}

} // namespace troupe::peer
