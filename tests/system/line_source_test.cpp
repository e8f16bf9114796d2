// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/line_source.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <thread>
#include <unistd.h>

using namespace troupe;

TEST_CASE("line source: a line over 64 KiB comes as one that is too long", "[system][repl]") {
  const repl::stop_signal stop;
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const auto size = 5 * repl::line_source::line_size_max;
  std::thread writer{[&] {
    const std::string text = "peers\n" + std::string(size, 'x') + "\nquit";
    for (std::size_t at = 0; at < text.size();) {
      const auto n = ::write(pipe[1], text.data() + at, text.size() - at);
      if (n <= 0)
        break;
      at += static_cast<std::size_t>(n);
    }
    ::close(pipe[1]);
  }};
  const auto lines = repl::piped_lines(pipe[0], stop);
  REQUIRE(lines->next() == "peers");
  const auto first = lines->next();
  REQUIRE(first);
  REQUIRE(first->size() > repl::line_source::line_size_max);
  REQUIRE(lines->next() == "quit");
  REQUIRE_FALSE(lines->next());
  writer.join();
  ::close(pipe[0]);
}
