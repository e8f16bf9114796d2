// SPDX-License-Identifier: BSD-3-Clause
// `troupe node` under load: besides the commands on standard input it adds numbers by itself, every second
// one asked for until it is promised, the others until they are delivered, and says so: "promised 7",
// "delivered 8". Usage: loaded_node DATA_DIR LISTEN FIRST CHECKPOINT_EVERY; the lines `load` and `calm` begin
// and end the load, which counts up from FIRST.
#include "node/console/console.hpp"
#include "node/node.hpp"
#include "node/repl/line_source.hpp"
#include "node/repl/repl_session.hpp"

#include <atomic>
#include <charconv>
#include <cstring>
#include <iostream>
#include <thread>

#include <unistd.h>

namespace {

using namespace troupe;

constexpr std::chrono::milliseconds pace{10};
constexpr std::size_t open_max = 64; ///< numbers without an answer

/// Answers come on threads of the runtime, also after it ended.
class load {
public:
  load(node& on, console& out, std::uint64_t first) : on_(on), out_(out), next_(first) {}
  ~load() { calm(); }

  void begin() {
    calm();
    ended_ = false;
    adder_ = std::thread{[this] {
      for (; !ended_; std::this_thread::sleep_for(pace))
        if (*open_ < open_max)
          add(next_++);
    }};
  }
  void calm() {
    ended_ = true;
    if (adder_.joinable())
      adder_.join();
  }

private:
  void add(std::uint64_t number) {
    ++*open_;
    const bool delivered = number % 2 == 0;
    on_.add(
      number,
      [open = open_, &out = out_, number, delivered](const node::outcome& done) {
        --*open;
        if (done)
          out.say((delivered ? "delivered " : "promised ") + std::to_string(number));
      },
      delivered ? brb::answer_when::delivered : brb::answer_when::promised);
  }

  node& on_;
  console& out_;
  std::uint64_t next_;
  std::shared_ptr<std::atomic<std::size_t>> open_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<bool> ended_{false};
  std::thread adder_;
};

} // namespace

int main(int argc, char** argv) {
  std::uint64_t first = 0;
  std::uint64_t checkpoint_every = 0;
  const auto read = [](const char* text, std::uint64_t& into) {
    return std::from_chars(text, text + std::strlen(text), into).ec == std::errc{};
  };
  if (argc != 5 || !read(argv[3], first) || !read(argv[4], checkpoint_every))
    return 2;
  const repl::stop_signal stop;
  const auto out = std::make_shared<console>(log_level::warn);
  runtime shared{1};
  node_config config;
  config.data = argv[1];
  config.listen = {argv[2]};
  config.checkpoint_every = checkpoint_every;
  auto started = node::start(shared, {config, out, [&](const auto& addresses) {
                                        for (const auto& address : addresses)
                                          out->say("[P2P] listening on " + address.text());
                                      }});
  if (!started) {
    std::cerr << "troupe: " << started.error().text << '\n';
    return 1;
  }
  {
    repl::session session{**started, *out, [&stop] { return stop.raised(); }};
    load some{**started, *out, first};
    const auto lines = repl::piped_lines(STDIN_FILENO, stop);
    while (const auto line = lines->next()) {
      if (*line == "load")
        some.begin();
      else if (*line == "calm")
        some.calm();
      else if (session.run(*line) == repl::session::after::quit)
        break;
    }
  }
  (*started)->stop();
  out->flush();
  return 0;
}
