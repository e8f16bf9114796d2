// SPDX-License-Identifier: BSD-3-Clause
// A queue that owns no memory until something waits in it and little once it is empty again: std::deque holds
// 576 bytes from the start, and a connection at rest has a dozen queues. Any one thread at a time.
#pragma once

#include <boost/circular_buffer.hpp>

#include <cstddef>
#include <utility>

namespace troupe {

template <class T>
class fifo {
public:
  static constexpr std::size_t idle_bytes_max =
    256; ///< kept by an empty queue, so that a quiet one need not allocate

  void push_back(T item) {
    if (items_.full())
      items_.set_capacity(items_.capacity() == 0 ? 2 : 2 * items_.capacity());
    items_.push_back(std::move(item));
  }
  void pop_front() {
    items_.pop_front();
    if (items_.empty())
      shrink();
  }
  void clear() {
    items_.clear();
    shrink();
  }

  T& front() { return items_.front(); }
  const T& front() const { return items_.front(); }
  T& back() { return items_.back(); }
  T& operator[](std::size_t i) { return items_[i]; }
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  std::size_t capacity() const { return items_.capacity(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }

private:
  void shrink() {
    if (items_.capacity() * sizeof(T) > idle_bytes_max)
      items_.set_capacity(0);
  }

  boost::circular_buffer<T> items_;
};

} // namespace troupe
