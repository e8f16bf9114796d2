// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/algorithm/wrapped_liars.hpp"

#include "messages/types/fifo.hpp"

namespace troupe::lab {
namespace {

class wrapped : public broadcast {
public:
  wrapped(std::unique_ptr<broadcast> honest, const broadcast_options& options)
    : honest_(std::move(honest)), self_(options.self), members_(options.first.members) {}

  expected<std::uint64_t, std::string> execute(byte_view payload) override {
    return honest_->execute(payload);
  }
  void handle(const peer_id& from, byte_view packet) override { honest_->handle(from, packet); }
  void resend() override { honest_->resend(); }
  void catch_up(const peer_id& peer) override { honest_->catch_up(peer); }
  void install(const voters& next) override {
    members_ = next.members;
    honest_->install(next);
  }
  std::optional<effect> poll() override { return honest_->poll(); }
  state snapshot() const override { return honest_->snapshot(); }

protected:
  std::unique_ptr<broadcast> honest_;
  peer_id self_;
  std::set<peer_id> members_;
};

class flooding final : public wrapped {
public:
  using wrapped::wrapped;

  void handle(const peer_id& from, byte_view packet) override {
    wrapped::handle(from, packet);
    if (from == self_ || left_ == 0)
      return;
    --left_;
    honest_->catch_up(from);
  }
  void resend() override {
    wrapped::resend();
    left_ = flood_max;
    for (const auto& member : members_)
      if (member != self_)
        honest_->catch_up(member);
  }

private:
  std::size_t left_ = flood_max;
};

class dripping final : public wrapped {
public:
  using wrapped::wrapped;

  void resend() override {
    wrapped::resend();
    released_ = true;
  }
  std::optional<effect> poll() override {
    while (auto next = honest_->poll()) {
      const auto* packet = std::get_if<send>(&*next);
      if (!packet || packet->to == self_)
        return next;
      if (waiting_.size() < drip_max)
        waiting_.push_back(std::move(*next));
    }
    if (!released_ || waiting_.empty())
      return std::nullopt;
    released_ = false;
    auto drop = std::move(waiting_.front());
    waiting_.pop_front();
    return drop;
  }

private:
  fifo<effect> waiting_;
  bool released_ = false;
};

} // namespace

std::unique_ptr<broadcast> make_flooding(std::unique_ptr<broadcast> honest,
                                         const broadcast_options& options) {
  return std::make_unique<flooding>(std::move(honest), options);
}

std::unique_ptr<broadcast> make_dripping(std::unique_ptr<broadcast> honest,
                                         const broadcast_options& options) {
  return std::make_unique<dripping>(std::move(honest), options);
}

} // namespace troupe::lab
