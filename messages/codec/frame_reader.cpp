// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/frame_reader.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>
#include <cstring>

namespace troupe {

std::string_view name_of(frame_errc code) {
  switch (code) {
  case frame_errc::too_long:
    return "frame_too_long";
  case frame_errc::unknown_flags:
    return "frame_unknown_flags";
  case frame_errc::number_missing:
    return "frame_number_missing";
  case frame_errc::number_present:
    return "frame_number_present";
  }
  return "frame_unknown_error";
}

std::size_t frame_reader::capacity_for(std::size_t wanted) const {
  // What the last turn brought tells a busy lane from one that says a word now and then.
  if (last_turn_bytes_ >= busy_size || turn_bytes_ >= busy_size)
    wanted = std::max(wanted, bulk_size);
  else if (last_turn_bytes_ >= busy_size / 2)
    wanted = std::max(wanted, busy_size);
  for (const std::size_t size : {idle_size, std::size_t{4000}, std::size_t{16} * 1024, busy_size, bulk_size})
    if (wanted <= size)
      return size;
  return (wanted + busy_size - 1) / (64 * 1024) * (64 * 1024);
}

void frame_reader::move_tail(std::size_t room) {
  const std::size_t kept = tail();
  std::size_t wanted = kept + room;
  if (needed_ > wanted)
    wanted = std::min(needed_, std::max(wanted, 2 * kept));
  auto next = chunk::make(capacity_for(wanted));
  if (kept > 0)
    next->append({chunk_->data() + at_, kept});
  close_run();
  chunk_ = std::move(next);
  at_ = 0;
}

std::span<std::uint8_t> frame_reader::prepare(std::size_t expected) {
  // More than one pooled chunk at a time is never offered: whoever writes here calls again.
  const std::size_t wanted = std::clamp<std::size_t>(expected, 1, bulk_size);
  const bool frame_fits = chunk_ && at_ + needed_ <= chunk_->capacity();
  if (!chunk_ || chunk_->room() < std::min<std::size_t>(wanted, 4000) ||
      (!frame_fits && chunk_->room() < wanted))
    move_tail(wanted);
  return {chunk_->data() + chunk_->size(), chunk_->room()};
}

expected<void, frame_errc> frame_reader::commit(std::size_t n) {
  TROUPE_ASSERT(chunk_ && n <= chunk_->room());
  chunk_->commit(n);
  turn_bytes_ += n;
  return parse();
}

expected<void, frame_errc> frame_reader::parse() {
  const std::uint8_t* data = chunk_->data();
  const std::size_t end = chunk_->size();
  while (end - at_ >= sizeof(frame_header)) {
    frame_header header;
    std::memcpy(&header, data + at_, sizeof header);
    if (header.length > rules_.frame_max)
      return unexpected(frame_errc::too_long);
    if ((header.flags & ~(frame_numbered | frame_traced)) != 0)
      return unexpected(frame_errc::unknown_flags);
    if (((header.flags & frame_numbered) != 0) != rules_.numbered)
      return unexpected(rules_.numbered ? frame_errc::number_missing : frame_errc::number_present);
    const std::size_t size = frame_size(header);
    if (end - at_ < size) {
      needed_ = size;
      return {};
    }
    add(header, size);
  }
  needed_ = 0;
  return {};
}

void frame_reader::add(const frame_header& header, std::size_t size) {
  if (rules_.numbered) {
    std::uint64_t number;
    std::memcpy(&number, chunk_->data() + at_ + sizeof header, sizeof number);
    if (!run_.items.empty() && number != run_.first + run_.items.size())
      close_run();
    if (run_.items.empty())
      run_.first = number;
  }
  if (run_.items.empty())
    run_.items.reserve(last_run_items_ + last_run_items_ / 4 + 1);
  run_.items.push_back(
    {header.type, static_cast<std::uint32_t>(at_ + frame_prefix(header.flags)), header.length});
  run_.wire_size += size - early_;
  early_ = 0;
  at_ += size;
}

void frame_reader::close_run() {
  if (run_.items.empty())
    return;
  run_.owner = chunk_;
  last_run_items_ = run_.items.size();
  ready_.push_back(std::move(run_));
  run_ = frame_run{};
}

void frame_reader::turn_end() {
  close_run();
  last_turn_bytes_ = turn_bytes_;
  turn_bytes_ = 0;
  if (!chunk_)
    return;
  if (tail() > 0) {
    if (!chunk_.unique())
      move_tail(needed_ > tail() ? std::min(needed_ - tail(), idle_size) : sizeof(frame_header));
  } else if (!chunk_.unique() || chunk_->capacity() > idle_size) {
    chunk_ = {};
    at_ = 0;
  } else {
    chunk_->clear();
    at_ = 0;
  }
}

std::optional<frame_run> frame_reader::poll() {
  if (ready_.empty())
    return std::nullopt;
  auto run = std::move(ready_.front());
  ready_.pop_front();
  return run;
}

std::size_t frame_reader::early_credit() {
  if (needed_ <= early_size)
    return 0;
  const std::size_t granted = tail() - early_;
  early_ += granted;
  return granted;
}

} // namespace troupe
