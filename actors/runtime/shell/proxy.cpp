// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/proxy.hpp"

#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/system_messages.hpp>

#include <mutex>
#include <utility>
#include <vector>

namespace troupe {
namespace {

constexpr std::size_t waiting_max = 256; // messages for a child that has not been started yet

/// Has neither mailbox nor turns: who sends to it puts the message into the target's mailbox itself.
class proxy_actor final : public caf::monitorable_actor {
public:
  proxy_actor(caf::actor_config& config, drop_counter dropped)
    : monitorable_actor(config), dropped_(std::move(dropped)) {}

  const char* name() const override { return "proxy"; }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* by) override {
    const auto& content = what->content();
    if (content.match_elements<proxy_target>())
      return stand_before(content.get_as<proxy_target>(0).target, by);
    if (content.match_elements<caf::exit_msg>())
      return end(content.get_as<caf::exit_msg>(0).reason, by);
    caf::strong_actor_ptr target;
    {
      const std::scoped_lock lock{guard_};
      if (!target_ && !started_ && !ended_ && waiting_.size() < waiting_max)
        return waiting_.push_back(std::move(what));
      target = target_;
    }
    if (target)
      return target->enqueue(std::move(what), by);
    refuse(*what, by);
  }

  void on_destroy() override { end(caf::exit_reason::unreachable, nullptr); }

private:
  void refuse(const caf::mailbox_element& what, caf::execution_unit* by) {
    if (what.mid.is_request() && what.sender)
      what.sender->enqueue(caf::make_mailbox_element(nullptr, what.mid.response_id(), {},
                                                     caf::make_message(error_of(runtime_errc::restarting))),
                           by);
    else if (dropped_)
      dropped_->fetch_add(1, std::memory_order_relaxed);
  }

  void stand_before(const caf::strong_actor_ptr& target, caf::execution_unit* by) {
    const std::scoped_lock lock{guard_};
    if (ended_)
      return;
    target_ = target;
    if (!target)
      return;
    started_ = true;
    // Under the lock, so that nothing overtakes what has waited: a mailbox takes it and runs nothing.
    for (auto& one : std::exchange(waiting_, {}))
      target->enqueue(std::move(one), by);
  }

  void end(caf::error reason, caf::execution_unit* by) {
    std::vector<caf::mailbox_element_ptr> left;
    caf::strong_actor_ptr target;
    {
      const std::scoped_lock lock{guard_};
      if (std::exchange(ended_, true))
        return;
      left = std::exchange(waiting_, {});
      target = std::exchange(target_, nullptr);
    }
    for (auto& one : left)
      refuse(*one, by);
    cleanup(std::move(reason), by);
    unregister_from_system();
  }

  const drop_counter dropped_;
  std::mutex guard_;
  caf::strong_actor_ptr target_;
  bool started_ = false; // there was a target once
  bool ended_ = false;
  std::vector<caf::mailbox_element_ptr> waiting_; // for the first one
};

} // namespace

caf::actor spawn_untyped_proxy(caf::actor_system& system, node_context context, drop_counter dropped) {
  caf::actor_config config;
  auto made = caf::make_actor<proxy_actor, caf::actor>(system.next_actor_id(), system.node(), &system, config,
                                                       std::move(dropped));
  caf::actor_cast<caf::abstract_actor*>(made)->register_at_system();
  if (context.spawns)
    context.spawns->spawned(made.id(), context.name);
  return made;
}

} // namespace troupe
