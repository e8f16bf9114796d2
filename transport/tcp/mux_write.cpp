// SPDX-License-Identifier: BSD-3-Clause
// The writing half of a link: a chunk that goes out whole gets its header in its headroom and is encrypted
// where it lies; small frames are gathered so that they share a TLS record. Payload bytes are never
// overwritten: whoever wrote them may resend them.
#include "transport/tcp/mux_link.hpp"

#include <algorithm>

namespace troupe::transport {
namespace {

constexpr std::size_t record_size = 16 * 1024; // plaintext of one TLS record
constexpr std::size_t whole_frame_min = 4096;  // below, gathering is cheaper than a record of its own

} // namespace

bool mux_link::produce(tls::engine& to, std::size_t limit) {
  auto& loop = *setup_.loop;
  yamux::outbound_frame frame;
  bool good = true;
  while (good && loop.cipher.outgoing.size() + loop.staging.size() < limit && session_->next(frame)) {
    good = write_frame(to, frame);
    if (frame.body)
      sent(frame.head.stream, frame.head.length);
  }
  frame.body = {};
  good = flush_staging(to) && good;
  loop.staging.clear();
  tell_drained();
  take_events();
  return good;
}

bool mux_link::write_frame(tls::engine& to, const yamux::outbound_frame& frame) {
  auto& staging = setup_.loop->staging;
  if (frame.body && frame.offset == 0 && frame.head.length == frame.body->size() &&
      frame.head.length >= whole_frame_min) {
    if (!flush_staging(to))
      return false;
    auto* start = frame.body->data() - yamux::header_size;
    yamux::encode(frame.head, start);
    return to.write({start, yamux::header_size + frame.head.length});
  }
  const auto at = staging.size();
  staging.resize(at + yamux::header_size);
  yamux::encode(frame.head, staging.data() + at);
  if (!frame.body)
    return staging.size() < record_size || flush_staging(to);
  auto left = frame.body->view().subspan(frame.offset, frame.head.length);
  // A piece of a chunk: its beginning fills up the record that holds its header, the rest is encrypted where
  // it lies.
  const auto filled = staging.size() + left.size() <= record_size
                        ? left.size()
                        : std::min(left.size(), record_size - std::min(record_size, staging.size()));
  staging.insert(staging.end(), left.begin(), left.begin() + static_cast<std::ptrdiff_t>(filled));
  left = left.subspan(filled);
  if (staging.size() < record_size && left.empty())
    return true;
  return flush_staging(to) && (left.empty() || to.write(left));
}

bool mux_link::flush_staging(tls::engine& to) {
  auto& staging = setup_.loop->staging;
  const bool good = staging.empty() || to.write(staging);
  staging.clear();
  return good;
}

void mux_link::sent(std::uint32_t id, std::size_t n) {
  auto* slot = find(id);
  if (!slot)
    return;
  const auto ours = std::min(slot->overhead, n);
  slot->overhead -= ours;
  if (n == ours)
    return;
  if (slot->drained == 0)
    drained_.push_back(id);
  slot->drained += n - ours;
}

void mux_link::tell_drained() {
  for (std::size_t i = 0; i < drained_.size(); ++i)
    if (auto* slot = find(drained_[i])) {
      const auto n = std::exchange(slot->drained, 0);
      if (slot->handler)
        slot->handler->drained(n);
    }
  drained_.clear();
}

} // namespace troupe::transport
