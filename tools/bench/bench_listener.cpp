// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/bench_listener.hpp"

#include "tools/bench/bench_lanes.hpp"
#include "tools/bench/message_bench.hpp"
#include "tools/cli/commands.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

#include <malloc.h>
#include <unistd.h>

namespace troupe::bench {
namespace {

struct silent final : log_sink {
  bool wants(log_level) const override { return false; }
  void write(log_level, std::string_view, time_point, std::string_view) override {}
};

std::size_t identified_peers(node& of) {
  const auto peers = ask<std::vector<peer_status>>([&](auto done) { of.peers(done); });
  return static_cast<std::size_t>(std::count_if(peers.begin(), peers.end(), [](const peer_status& peer) {
    return !peer.self && peer.connected && !peer.agent.empty();
  }));
}

} // namespace

expected<std::unique_ptr<node>, explained> quiet_node(runtime& on) {
  node_config config;
  config.network = "troupe-bench";
  config.max_connections = 4096;
  config.host_rate = 100'000; // all connections come from one host
  config.host_burst = 1'000'000;
  return node::start(on, {config, std::make_shared<silent>(), {}});
}

std::uint64_t resident_bytes() {
  ::malloc_trim(0);
  std::ifstream pages("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  pages >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

listener::listener(const std::string& troupe_binary) : process_({troupe_binary, "bench", "link-listener"}) {
  if (const auto line = process_.read_line())
    if (const auto parsed = multiaddr::parse(*line))
      address_ = *parsed;
}

std::uint64_t listener::ask_number(const char* question) {
  process_.write_line(question);
  const auto line = process_.read_line();
  return line ? std::stoull(*line) : 0;
}

std::uint64_t listener::resident() {
  return ask_number("resident");
}

std::size_t listener::identified() {
  return ask_number("identified");
}

} // namespace troupe::bench

namespace troupe::cli {

int run_bench_link_listener() {
  runtime shared{1};
  auto started = bench::quiet_node(shared);
  if (!started) {
    complain(started.error().text);
    return exit_failed;
  }
  auto& running = **started;
  running.mount(bench::sink());
  running.mount(bench::echo());
  running.mount(bench::stuck());
  const bench::message_receiver receiver{shared, running};
  std::cout << running.listen_addresses().front().text() << std::endl;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << (line == "resident" ? bench::resident_bytes() : bench::identified_peers(running)) << std::endl;
  return exit_ok;
}

} // namespace troupe::cli
