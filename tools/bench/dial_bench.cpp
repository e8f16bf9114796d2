// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/dial_bench.hpp"

#include "tools/bench/bench_lanes.hpp"
#include "transport/tcp/tcp_network.hpp"

#include <future>
#include <vector>

namespace troupe::bench {
namespace {

constexpr std::chrono::seconds patience{10};

/// A network that dials one peer and remembers its link.
class dialler final : public transport::network_observer {
public:
  explicit dialler(const multiaddr& to) : to_(to) {
    auto made = transport::tcp_network::make(transport::tcp_options{key_pair::generate()});
    if (made)
      network_ = std::move(*made);
  }
  ~dialler() override {
    if (network_)
      network_->stop();
  }

  void start() { network_->start(*this); }
  bool usable() const { return network_ != nullptr; }
  void dial() { network_->dial({dial_id{1}, to_.peer(), {to_}}); }
  /// Null if the dial failed or took too long.
  transport::link_ptr await_link() {
    auto waiting = up_.get_future();
    return waiting.wait_for(patience) == std::future_status::ready ? waiting.get() : nullptr;
  }
  transport::tcp_network& network() { return *network_; }

  void link_up(const transport::link_ptr& up, std::optional<dial_id>) override { up_.set_value(up); }
  void link_identified(const transport::link_ptr&, const transport::identity&) override {}
  void link_down(const transport::link_ptr&, transport::transport_errc) override {}
  void dial_failed(dial_id, const transport::transport_error&) override { up_.set_value(nullptr); }

private:
  multiaddr to_;
  std::unique_ptr<transport::tcp_network> network_;
  std::promise<transport::link_ptr> up_;
};

std::vector<std::unique_ptr<dialler>> make_diallers(const multiaddr& to, std::size_t count) {
  std::vector<std::unique_ptr<dialler>> made;
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back(std::make_unique<dialler>(to));
    if (made.back()->usable())
      made.back()->start();
  }
  return made;
}

} // namespace

double handshakes_per_second(const multiaddr& to, std::size_t count, std::size_t at_once) {
  const auto diallers = make_diallers(to, count); // keys and certificates are made before the clock starts
  for (const auto& each : diallers)
    if (!each->usable())
      return 0;
  const auto begun = clock::now();
  for (std::size_t i = 0; i < std::min(at_once, count); ++i)
    diallers[i]->dial();
  for (std::size_t i = 0; i < count; ++i) {
    if (!diallers[i]->await_link())
      return 0;
    if (i + at_once < count)
      diallers[i + at_once]->dial();
  }
  return static_cast<double>(count) / std::chrono::duration<double>(clock::now() - begun).count();
}

struct idle_connections::impl {
  std::vector<std::unique_ptr<dialler>> diallers;
  std::vector<transport::link_ptr> links;
};

idle_connections::idle_connections(const multiaddr& to, std::size_t count) : impl_(std::make_unique<impl>()) {
  impl_->diallers = make_diallers(to, count);
  for (const auto& each : impl_->diallers) {
    each->dial();
    impl_->links.push_back(each->await_link());
  }
}

idle_connections::~idle_connections() = default;

bool idle_connections::echo_on_each(std::size_t size) {
  bool whole = true;
  for (const auto& link : impl_->links) {
    if (!link)
      return false;
    auto done = std::make_shared<std::promise<bool>>();
    auto waiting = done->get_future();
    link->open({echo_protocol}, echo_once(size, [done](bool complete) { done->set_value(complete); }));
    whole = waiting.wait_for(patience) == std::future_status::ready && waiting.get() && whole;
  }
  return whole;
}

} // namespace troupe::bench
