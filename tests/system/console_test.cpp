// SPDX-License-Identifier: BSD-3-Clause
#include "node/console/console.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <unistd.h>

using namespace troupe;

TEST_CASE("console: when nobody reads the oldest of 8192 queued lines are dropped and counted",
          "[system][console]") {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  std::fflush(stdout);
  const int saved = ::dup(STDOUT_FILENO);
  ::dup2(pipe[1], STDOUT_FILENO);
  std::string last;
  std::size_t dropped = 0;
  {
    console out{log_level::info};
    const std::string filler(200, '.');
    // The pipe takes 64 KiB, the queue its lines; neither may make the writer wait.
    const auto lines = console::queued_lines_max + 1000;
    for (std::size_t i = 0; i < lines; ++i)
      out.write(log_level::info, "test", {}, std::to_string(i) + filler);
    dropped = out.dropped();
    last = std::to_string(lines - 1) + filler;
    std::string read;
    std::array<char, 65536> part{};
    while (read.find(last) == std::string::npos) {
      const auto n = ::read(pipe[0], part.data(), part.size());
      if (n <= 0)
        break;
      read.append(part.data(), static_cast<std::size_t>(n));
    }
    CHECK(read.find(last) != std::string::npos);
  }
  ::dup2(saved, STDOUT_FILENO);
  ::close(saved);
  ::close(pipe[0]);
  ::close(pipe[1]);
  REQUIRE(dropped > 0);
  REQUIRE(dropped <= 1000); // what the queue has no room for
}
