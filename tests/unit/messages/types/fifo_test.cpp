// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/fifo.hpp"

#include <catch2/catch.hpp>

#include <memory>

using troupe::fifo;

TEST_CASE("fifo: gives back in order what went in while it grows and wraps around", "[unit][types]") {
  fifo<int> queue;
  int in = 0;
  int out = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 7; ++i)
      queue.push_back(in++);
    for (int i = 0; i < 5; ++i, queue.pop_front())
      REQUIRE(queue.front() == out++);
  }
  REQUIRE(queue.size() == 100);
  REQUIRE(queue[99] == in - 1);
}

TEST_CASE("fifo: it owns nothing before its first item and little when it is empty again", "[unit][types]") {
  fifo<long> queue;
  REQUIRE(queue.capacity() == 0);
  for (int i = 0; i < 1000; ++i)
    queue.push_back(i);
  while (!queue.empty())
    queue.pop_front();
  REQUIRE(queue.capacity() * sizeof(long) <= fifo<long>::idle_bytes_max);
}

TEST_CASE("fifo: what is popped is gone at once", "[unit][types]") {
  fifo<std::shared_ptr<int>> queue;
  const auto item = std::make_shared<int>(1);
  queue.push_back(item);
  queue.push_back(nullptr);
  queue.pop_front();
  REQUIRE(item.use_count() == 1);
}
