// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/proxy.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>

#include <utility>
#include <vector>

namespace troupe {
namespace {

constexpr std::size_t waiting_max = 256; // messages for a child that has not been started yet

struct proxy_state {
  caf::strong_actor_ptr target;
  bool started = false;                          // there was a target once
  std::vector<caf::mailbox_element_ptr> waiting; // for the first one
};
using proxy_self = caf::stateful_actor<proxy_state>;

caf::result<caf::message> pass_on(proxy_self* self, const drop_counter& dropped, caf::message_view& what) {
  auto* element = self->current_mailbox_element();
  const auto& target = self->state.target;
  const bool waits = !self->state.started && self->state.waiting.size() < waiting_max;
  if (!target && !waits) {
    if (element->mid.is_request())
      return error_of(runtime_errc::restarting);
    if (dropped)
      dropped->fetch_add(1, std::memory_order_relaxed);
    return caf::message{};
  }
  const auto mid = element->mid;
  self->drop_current_message_id(); // the child answers in our place
  auto passed = caf::make_mailbox_element(element->sender, mid, std::move(element->stages),
                                          what.move_content_to_message());
  if (target)
    target->enqueue(std::move(passed), self->context());
  else
    self->state.waiting.push_back(std::move(passed));
  return caf::delegated<caf::message>{};
}

caf::behavior proxy_actor(proxy_self* self, node_context, drop_counter dropped) {
  self->set_default_handler([dropped](caf::scheduled_actor* raw, caf::message_view& what) {
    return pass_on(static_cast<proxy_self*>(raw), dropped, what);
  });
  return {[self](const proxy_target& now) {
    self->state.target = now.target;
    if (!now.target)
      return;
    self->state.started = true;
    for (auto& one : std::exchange(self->state.waiting, {}))
      now.target->enqueue(std::move(one), self->context());
  }};
}

} // namespace

caf::actor spawn_untyped_proxy(caf::actor_system& system, node_context context, drop_counter dropped) {
  return spawn(system, std::move(context), proxy_actor, std::move(dropped));
}

} // namespace troupe
