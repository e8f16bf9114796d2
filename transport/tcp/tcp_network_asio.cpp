// SPDX-License-Identifier: BSD-3-Clause
// The network interface over TCP: life cycle, mounts, the books kept of connections.
#include "transport/address/interfaces.hpp"
#include "transport/ping/responder.hpp"
#include "transport/tcp/network_core_asio.hpp"

#include "messages/types/assert.hpp"

#include <chrono>

namespace troupe::transport {
namespace {

constexpr auto tick_interval = std::chrono::milliseconds{200};
constexpr unsigned ticks_per_address_check =
  25; // interfaces come and go; asking for them costs a few system calls

std::uint64_t system_wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

} // namespace

expected<std::unique_ptr<tcp_network>, explained> tcp_network::make(tcp_options options) {
  auto identity = tls::context::make(options.key, system_wall_ms);
  if (!identity)
    return unexpected{identity.error()};
  raise_descriptor_limit();
  return std::make_unique<network_core>(std::move(options), std::move(*identity));
}

network_core::network_core(tcp_options options, std::unique_ptr<tls::context> identity)
  : options_(std::move(options)), self_(options_.key.id()), identity_(std::move(identity)),
    node_windows_(options_.node_bytes_max), node_sends_(options_.node_sends_max),
    loop_(std::make_shared<io_loop>()), gate_(options_.admission), dials_(options_.dials_waiting_max),
    resolver_(std::make_unique<resolver>()),
    ticker_(std::make_unique<boost::asio::steady_timer>(loop_->context())),
    identify_(options_.key, options_.identify, seams_for_identify()) {
  for (auto& one : identify_.protocols())
    mounts_.add(std::move(one));
  mounts_.add(ping::responder());
}

network_core::~network_core() {
  stop();
}

void network_core::start(network_observer& observer) {
  TROUPE_ASSERT(!started_);
  started_ = true;
  observer_ = &observer;
  arm_tick();
  loop_->start();
}

void network_core::stop() {
  TROUPE_ASSERT(!loop_->on_thread());
  resolver_.reset();
  if (!started_ || stopping_)
    return;
  stopping_ = true;
  loop_->post([this] { stop_here(); });
  loop_->stop();
  acceptors_.clear();
  ticker_.reset();
}

void network_core::stop_here() {
  boost::system::error_code ignored;
  for (auto& one : acceptors_)
    one.socket.close(ignored);
  ticker_->cancel();
  while (!dials_.all().empty())
    dial_over(dials_.all().begin()->first, {transport_errc::stopped, "the network is shutting down"});
  while (!connections_.empty()) {
    const auto one = connections_.begin()->second;
    one->abandon();
  }
  observer_ = nullptr;
}

void network_core::mount(protocol what) {
  mounts_.add(std::move(what));
  loop_->post([this] { identify_.changed(); });
}

void network_core::unmount(const std::string& id) {
  mounts_.remove(id);
  loop_->post([this] { identify_.changed(); });
}

std::vector<std::string> network_core::protocols() const {
  return mounts_.served_ids();
}

std::vector<multiaddr> network_core::listen_addresses() const {
  const std::lock_guard guard{listen_mutex_};
  return listening_;
}

// True if they changed.
bool network_core::refresh_addresses() {
  const auto interfaces = interface_addresses();
  std::vector<multiaddr> all;
  const std::lock_guard guard{listen_mutex_};
  for (const auto& one : bound_)
    for (auto& expanded : expand_wildcard(one, interfaces, options_.dual_stack))
      all.push_back(std::move(expanded));
  return std::exchange(listening_, std::move(all)) != listening_;
}

identify_seams network_core::seams_for_identify() {
  return {[this] { return mounts_.served_ids(); },
          [this] { return listen_addresses(); },
          system_wall_ms,
          [this](duration delay, std::function<void()> task) { after(delay, std::move(task)); },
          [this](const link_ptr& on, const identity& told) {
            if (observer_)
              observer_->link_identified(on, told);
          },
          [this] {
            if (observer_)
              observer_->addresses_changed();
          }};
}

void network_core::after(duration delay, std::function<void()> task) {
  auto timer = std::make_shared<boost::asio::steady_timer>(loop_->context());
  timer->expires_after(delay);
  timer->async_wait([this, timer, task = std::move(task)](boost::system::error_code error) {
    if (error || stopping_)
      return;
    task();
    loop_->end_turn();
  });
}

void network_core::post(std::function<void()> task) {
  loop_->post(std::move(task));
}

void network_core::at_turn_end(std::function<void()> hook) {
  loop_->post([this, hook = std::move(hook)] { loop_->at_turn_end(hook); });
}

tcp_counters network_core::counters() const {
  const auto& from = counters_;
  tcp_counters to{from.accepted,
                  from.dialled,
                  from.links,
                  from.links_open,
                  from.bytes_received,
                  from.bytes_sent,
                  from.reads,
                  from.writes,
                  {},
                  {}};
  for (std::size_t i = 0; i < to.ended.size(); ++i) {
    to.ended[i] = from.ended[i];
    to.lanes_ended[i] = from.lanes_ended[i];
  }
  return to;
}

void network_core::count_end(transport_errc why) {
  live_counters::add(counters_.ended[static_cast<std::size_t>(why) % counters_.ended.size()]);
}

void network_core::arm_tick() {
  ticker_->expires_after(tick_interval);
  ticker_->async_wait([this](boost::system::error_code error) {
    if (error || stopping_)
      return;
    tick();
    loop_->end_turn();
    arm_tick();
  });
}

void network_core::tick() {
  const auto now = io_loop::now();
  if (++ticks_ % ticks_per_address_check == 0 && refresh_addresses())
    identify_.changed();
  std::vector<std::shared_ptr<connection>> all; // a connection that ends leaves the map
  all.reserve(connections_.size());
  for (const auto& [id, one] : connections_)
    all.push_back(one);
  for (const auto& one : all)
    one->tick(now);
  std::vector<dial_id> late;
  for (const auto& [id, dial] : dials_.all())
    if (now >= dial.due || (dial.trying && now >= dial.address_due))
      late.push_back(id);
  for (const auto id : late) {
    auto* dial = dials_.find(id);
    if (!dial)
      continue;
    if (now >= dial->due)
      dial_over(id, {transport_errc::dial_timeout, "no address of the peer answered in time"});
    else if (const auto found = connections_.find(*dial->trying); found != connections_.end())
      std::shared_ptr {
        found->second
      } -> fail(transport_errc::dial_timeout, "the address did not answer in time");
  }
}

connection_setup network_core::setup_for() {
  return {loop_, &options_, identity_.get(), &mounts_, &node_windows_, &node_sends_, &counters_, this};
}

void network_core::authenticated(connection& on) {
  gate_.authenticated(on.id());
  dial_waiting();
}

void network_core::up(connection& on) {
  live_counters::add(counters_.links);
  live_counters::add(counters_.links_open);
  std::optional<dial_id> wanted;
  if (auto* dial = dials_.tried_by(on.id())) {
    wanted = dial->request.id;
    dials_.erase(*wanted);
  }
  if (observer_)
    observer_->link_up(on.link(), wanted);
  identify_.link_up(on.link());
}

void network_core::down(connection& on, const transport_error& why) {
  count_end(why.code);
  if (on.is_up()) {
    counters_.links_open.fetch_sub(1, std::memory_order_relaxed);
    identify_.link_down(on.id());
    if (observer_)
      observer_->link_down(on.link(), why.code);
    return;
  }
  if (auto* dial = dials_.tried_by(on.id())) {
    dial->trying.reset();
    dial->last = why;
    try_next(dial->request.id);
  }
}

void network_core::gone(connection& on) {
  gate_.gone(on.id());
  connections_.erase(on.id());
  dial_waiting();
}

} // namespace troupe::transport
