// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/link_figures.hpp"

#include "tools/bench/bench_lanes.hpp"
#include "tools/bench/dial_bench.hpp"
#include "tools/bench/message_bench.hpp"

#include <future>

namespace troupe::bench {
namespace {

/// A future for what a lane's `done` callback is called with.
template <class T>
struct awaited {
  std::shared_ptr<std::promise<T>> promise = std::make_shared<std::promise<T>>();
  std::future<T> value = promise->get_future();
  auto callback() const {
    return [promise = promise](T result) { promise->set_value(std::move(result)); };
  }
};

double rate(std::uint64_t bytes, double seconds) {
  return seconds > 0 ? static_cast<double>(bytes) / seconds / 1e6 : 0;
}

} // namespace

std::string link_figures::start() {
  listener_ = std::make_unique<listener>(binary_);
  if (!listener_->healthy())
    return "the listening process did not start";
  auto made = quiet_node(runtime_);
  if (!made)
    return made.error().text;
  node_ = std::move(*made);
  return connect(*node_) ? "" : "cannot connect to the listening process";
}

bool link_figures::connect(node& from) {
  return ask<node::outcome>([&](auto done) { from.connect(listener_->address(), done); }).has_value();
}

double link_figures::stream_mb_s(std::size_t streams, std::uint64_t total) {
  std::vector<awaited<double>> lanes(streams);
  const auto begun = clock::now();
  for (const auto& lane : lanes)
    node_->open_stream({listener_->id(), {}, sink_protocol}, source(total / streams, lane.callback()));
  double longest = 0;
  for (auto& lane : lanes) {
    const double seconds = lane.value.get();
    if (seconds < 0)
      return 0;
    longest = std::max(longest, seconds);
  }
  // Lanes open one after another; with several of them the whole span counts.
  return rate(total, streams == 1 ? longest : std::chrono::duration<double>(clock::now() - begun).count());
}

double link_figures::messages_s(std::uint64_t count) {
  return messages_per_second(runtime_, *node_, listener_->id(), count);
}

std::vector<double> link_figures::idle_pings(std::size_t count) {
  awaited<std::vector<round_trip>> trips;
  node_->open_stream({listener_->id(), {}, "/ipfs/ping/1.0.0"}, pings(count, trips.callback()));
  std::vector<double> us;
  for (const auto& trip : trips.value.get())
    us.push_back(trip.us);
  return us;
}

link_figures::loaded link_figures::loaded_pings(std::uint64_t total) {
  node_->open_stream({listener_->id(), {}, stuck_protocol}, flood());
  awaited<double> bulk;
  awaited<std::vector<round_trip>> trips;
  auto ended = std::make_shared<std::atomic<clock::rep>>(0);
  node_->open_stream({listener_->id(), {}, sink_protocol}, source(total, [ended, promise = bulk.promise](double seconds) {
                       *ended = clock::now().time_since_epoch().count();
                       promise->set_value(seconds);
                     }));
  node_->open_stream({listener_->id(), {}, "/ipfs/ping/1.0.0"}, pings(1000, trips.callback()));
  const double seconds = bulk.value.get();
  loaded result{{}, rate(total, seconds)};
  for (const auto& trip : trips.value.get())
    if (trip.at.time_since_epoch().count() <= *ended)
      result.pings.push_back(trip.us);
  return result;
}

double link_figures::handshakes_s(std::size_t count, std::size_t at_once) {
  return handshakes_per_second(listener_->address(), count, at_once);
}

double link_figures::idle_connection_bytes(std::size_t count) {
  // A listener of its own: what earlier figures left in its allocator is not an idle connection's.
  listener fresh{binary_};
  if (!fresh.healthy())
    return 0;
  { // The first connections touch what all later ones share.
    idle_connections warm_up{fresh.address(), 8};
    if (!warm_up.echo_on_each(60'000))
      return 0;
  }
  const auto before = fresh.resident();
  idle_connections many{fresh.address(), count};
  if (!many.echo_on_each(60'000) || fresh.identified() < count)
    return 0;
  return static_cast<double>(fresh.resident() - before) / static_cast<double>(count);
}

} // namespace troupe::bench
