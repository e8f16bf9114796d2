// SPDX-License-Identifier: BSD-3-Clause
#include "transport/sim/raw_filter.hpp"

#include "messages/types/frame.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace troupe::transport {

static_assert(std::endian::native == std::endian::little, "frame headers are read in place");

namespace {
constexpr std::uint64_t passes_max = 8;
}

std::size_t raw_filter::wanted() {
  if (partial_.size() < sizeof(frame_header))
    return 0;
  frame_header header;
  std::memcpy(&header, partial_.data(), sizeof header);
  if (header.length > frame_length_max) {
    opaque_ = true;
    return 0;
  }
  return frame_size(header);
}

void raw_filter::push(byte_view more, const raw_faults& rates, std::vector<output>& out) {
  while (!more.empty() && !opaque_) {
    const std::size_t whole = wanted();
    if (opaque_)
      break;
    const std::size_t target = whole == 0 ? sizeof(frame_header) : whole;
    const std::size_t taken = std::min(more.size(), target - partial_.size());
    partial_.insert(partial_.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(taken));
    more = more.subspan(taken);
    // A frame without payload is complete with its header.
    if (const std::size_t size = wanted(); size != 0 && partial_.size() == size) {
      decide(chunk::copy_of(partial_), rates, out);
      partial_.clear();
    }
  }
  if (!opaque_)
    return;
  flush(out);
  if (!more.empty())
    out.push_back({chunk::copy_of(more), fate::passed});
}

void raw_filter::decide(chunk_ptr frame, const raw_faults& rates, std::vector<output>& out) {
  const bool drop = rng_.chance(rates.drop);
  const bool duplicate = rng_.chance(rates.duplicate);
  const bool reorder = rng_.chance(rates.reorder);
  if (drop) {
    out.push_back({std::move(frame), fate::dropped});
    return;
  }
  if (reorder && held_.size() < held_max) {
    const std::uint64_t passes = 1 + rng_.below(passes_max);
    held_.push_back({frame, passes});
  } else {
    out.push_back({frame, fate::passed});
    count_passed(out);
  }
  if (duplicate)
    out.push_back({std::move(frame), fate::duplicated});
}

void raw_filter::count_passed(std::vector<output>& out) {
  for (auto& one : held_)
    --one.passes;
  for (auto at = held_.begin(); at != held_.end();) {
    if (at->passes == 0) {
      out.push_back({std::move(at->frame), fate::passed});
      at = held_.erase(at);
    } else {
      ++at;
    }
  }
}

void raw_filter::release(std::vector<output>& out) {
  for (auto& one : held_)
    out.push_back({std::move(one.frame), fate::passed});
  held_.clear();
}

void raw_filter::flush(std::vector<output>& out) {
  release(out);
  if (!partial_.empty())
    out.push_back({chunk::copy_of(partial_), fate::passed});
  partial_.clear();
}

} // namespace troupe::transport
