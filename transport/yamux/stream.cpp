// SPDX-License-Identifier: BSD-3-Clause
#include "transport/yamux/stream.hpp"

namespace troupe::transport::yamux {

bool send_queue::push(chunk_ptr more) {
  if (!budget_->reserve(more->size()))
    return false;
  bytes_ += more->size();
  chunks_.push_back(std::move(more));
  return true;
}

void send_queue::advance(std::size_t n) {
  bytes_ -= n;
  budget_->release(n);
  offset_ += n;
  if (offset_ < front()->size())
    return;
  chunks_[next_++] = {};
  offset_ = 0;
  if (empty())
    clear();
  else if (next_ >= 32 && next_ * 2 >= chunks_.size()) {
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
}

void send_queue::clear() {
  // Small queues keep their place: a lane that sends one chunk at a time would allocate for each.
  if (chunks_.capacity() > 16)
    chunks_ = {};
  else
    chunks_.clear();
  next_ = offset_ = 0;
}

} // namespace troupe::transport::yamux
