// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/chunk.hpp"

#include "messages/types/assert.hpp"

#include <array>
#include <cstring>
#include <mutex>
#include <new>
#include <vector>

namespace troupe {
namespace {

// Two sizes are pooled: what a sender fills per wake-up and what a receiver reads into while a lane is busy.
constexpr std::array<std::uint32_t, 2> pooled_capacities{64 * 1024 + 64, 256 * 1024};
constexpr std::size_t pooled_max = 64; // per size; 20 MiB in all, then buffers go back to the allocator

struct free_list {
  std::mutex mutex;
  std::vector<void*> blocks;
};

// The one process-wide structure in messages/: raw memory without identity, so nodes that share it cannot see each other.
std::array<free_list, 2>& free_lists() {
  static std::array<free_list, 2> lists;
  return lists;
}

free_list* list_for(std::uint32_t capacity) {
  for (std::size_t i = 0; i < pooled_capacities.size(); ++i)
    if (pooled_capacities[i] == capacity)
      return &free_lists()[i];
  return nullptr;
}

void* take_pooled(free_list& list) {
  const std::lock_guard guard{list.mutex};
  if (list.blocks.empty())
    return nullptr;
  void* block = list.blocks.back();
  list.blocks.pop_back();
  return block;
}

} // namespace

chunk_ptr chunk::make(std::size_t capacity) {
  TROUPE_ASSERT(capacity <= 0xffffffffu - 64);
  const auto wanted = static_cast<std::uint32_t>(capacity);
  void* block = nullptr;
  if (auto* list = list_for(wanted))
    block = take_pooled(*list);
  if (!block)
    block = ::operator new(sizeof(chunk) + headroom + wanted, std::align_val_t{16});
  return chunk_ptr{new (block) chunk{wanted}};
}

chunk_ptr chunk::copy_of(byte_view data) {
  auto result = make(data.size());
  result->append(data);
  return result;
}

void chunk::append(byte_view more) {
  TROUPE_ASSERT(more.size() <= room());
  if (!more.empty())
    std::memcpy(data() + size_, more.data(), more.size());
  commit(more.size());
}

void chunk::release() {
  auto* list = list_for(capacity_);
  void* block = this;
  this->~chunk();
  if (list) {
    const std::lock_guard guard{list->mutex};
    if (list->blocks.size() < pooled_max) {
      list->blocks.push_back(block);
      return;
    }
  }
  ::operator delete(block, std::align_val_t{16});
}

} // namespace troupe
