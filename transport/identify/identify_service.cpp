// SPDX-License-Identifier: BSD-3-Clause
#include "transport/identify/identify_service.hpp"

#include "messages/types/assert.hpp"
#include "transport/identify/identify_core.hpp"

#include <array>

namespace troupe::transport {

/// Says who we are on a stream and half-closes it: an identify asked for by the peer, or a push opened by us.
class identify_service::teller final : public lane_handler {
public:
  teller(std::weak_ptr<core> service, const link_ptr& to, bool push)
    : service_(std::move(service)), to_(to), id_(to->id()), push_(push) {}

  void opened(const lane_ptr& self, std::string_view) override {
    const auto service = service_.lock();
    const auto to = to_.lock();
    if (!service || service->stopped || !to) {
      self->reset();
      return;
    }
    lane_ = self;
    service->limit_time(self);
    self->write(chunk::copy_of(service->message_for(to)));
    if (push_)
      self->finish();
    else
      service->finish_soon(self);
  }

  std::span<std::uint8_t> prepare(std::size_t) override { return ignored_; }

  /// The peer has nothing to say here; what it says all the same stays within the window, as nothing is
  /// granted.
  void commit(std::size_t) override {}

  void closed(transport_errc) override {
    lane_.reset();
    const auto service = service_.lock();
    if (service && push_)
      service->push_ended(id_);
  }

private:
  std::weak_ptr<core> service_;
  std::weak_ptr<link> to_; ///< which owns this handler
  link_id id_;
  lane_ptr lane_;
  bool push_;
  std::array<std::uint8_t, 64> ignored_{};
};

/// Hears who the peer is: the answer to our identify, or the peer's push.
class identify_service::listener final : public lane_handler {
public:
  listener(std::weak_ptr<core> service, link_id from, bool push)
    : service_(std::move(service)), from_(from), push_(push) {}

  void opened(const lane_ptr& self, std::string_view) override {
    const auto service = service_.lock();
    if (!service || service->stopped) {
      self->reset();
      return;
    }
    lane_ = self;
    if (!push_)
      self->finish();
    service->limit_time(self);
  }

  std::span<std::uint8_t> prepare(std::size_t) override { return buffer_; }

  void commit(std::size_t n) override {
    const auto service = service_.lock();
    if (!lane_ || !service)
      return;
    lane_->grant(n);
    if (reader_.feed(std::span{buffer_}.first(n)) != transport_errc::none)
      fail(*service);
  }

  void finished() override {
    const auto service = service_.lock();
    if (!lane_ || !service || service->stopped)
      return;
    auto whole = reader_.finish();
    if (!whole)
      return fail(*service);
    const auto lane = std::exchange(lane_, nullptr);
    if (push_)
      lane->finish();
    service->heard(from_, std::move(*whole), push_);
  }

  void closed(transport_errc) override { lane_.reset(); }

private:
  void fail(core& service) {
    const auto lane = std::exchange(lane_, nullptr);
    lane->reset();
    service.misbehaved(from_);
  }

  std::weak_ptr<core> service_;
  link_id from_;
  bool push_;
  lane_ptr lane_;
  identify_reader reader_;
  std::array<std::uint8_t, 1024> buffer_{};
};

void identify_service::core::limit_time(const lane_ptr& open) {
  seams.after(options.time_limit, [weak = std::weak_ptr<lane>{open}] {
    if (const auto still_open = weak.lock())
      still_open->reset();
  });
}

void identify_service::core::start_pushes() {
  while (!waiting.empty() && pushing.size() < options.pushes_max) {
    const auto id = waiting.front();
    waiting.pop_front();
    const auto found = peers.find(id);
    if (found == peers.end())
      continue;
    pushing.insert(id);
    const auto on = found->second.on;
    on->open({identify_push_id}, std::make_unique<teller>(weak_from_this(), on, true));
  }
}

identify_service::identify_service(key_pair host, identify_options options, identify_seams seams) {
  TROUPE_ASSERT(options.agent_version.size() <= 256 && options.protocol_version.size() <= 256);
  TROUPE_ASSERT(options.pushes_max > 0);
  core_ = std::make_shared<core>(std::move(host), std::move(options), std::move(seams));
}

identify_service::~identify_service() {
  core_->stopped = true;
  core_->peers.clear();
}

std::vector<protocol> identify_service::protocols() const {
  const std::weak_ptr<core> service = core_;
  protocol ask;
  ask.ids = {identify_id};
  ask.limits.inbound_per_peer = 2;
  ask.limits.outbound_per_peer = 1;
  ask.accept = [service](const inbound_lane& asked) {
    return std::make_unique<teller>(service, asked.from, false);
  };
  protocol push;
  push.ids = {identify_push_id};
  push.limits.inbound_per_peer = 2;
  push.limits.outbound_per_peer = 1;
  push.accept = [service](const inbound_lane& pushed) {
    return std::make_unique<listener>(service, pushed.from->id(), true);
  };
  return {std::move(ask), std::move(push)};
}

void identify_service::link_up(const link_ptr& up) {
  core_->peers[up->id()].on = up;
  up->open({identify_id}, std::make_unique<listener>(core_, up->id(), false));
}

void identify_service::link_down(link_id down) {
  core_->peers.erase(down);
  core_->observed.forget(down);
  // Its push stream closes by itself, which lets the next one start.
  core_->push_later();
}

void identify_service::changed() {
  core_->push_later();
}

std::vector<multiaddr> identify_service::announced_addresses() const {
  return core_->addresses_now();
}

} // namespace troupe::transport
