// SPDX-License-Identifier: BSD-3-Clause
// What the front does about checkpoints: it keeps their two actors, forgets what a checkpoint covers, and
// begins anew from a state that was fetched.
#include "actors/brb/checkpoint_actor.hpp"
#include "actors/brb/front_actor.hpp"

namespace troupe::brb {
namespace {

constexpr const char* checkpoints_key = "checkpoints";
constexpr const char* state_transfer_key = "state-transfer";

} // namespace

void front::start_checkpoints() {
  if (!links_.options.memory->readable)
    return; // it promises nothing, a checkpoint neither
  if (links_.options.checkpoint_every > 0 && whole())
    (void)children_->add(make_child(child_spec{checkpoints_key}, [this](caf::actor_system& system,
                                                                        const node_context& context) {
      return spawn_checkpoints(system, context, links_, links_.options.memory->delivered_since_base(), view_);
    }));
  (void)children_->add(make_child(child_spec{state_transfer_key},
                                  [this](caf::actor_system& system, const node_context& context) {
                                    return spawn_state_transfer(system, context, links_, view_);
                                  }));
}

checkpoints_handle front::checkpoints_actor() const {
  return caf::actor_cast<checkpoints_handle>(children_->find(checkpoints_key));
}

state_transfer_handle front::state_transfer_actor() const {
  return caf::actor_cast<state_transfer_handle>(children_->find(state_transfer_key));
}

void front::rebase(const base_state& to) {
  links_.options.memory->rebase(to);
  if (links_.options.based)
    links_.options.based(to);
}

void front::on_base_moved(const base_moved& moved) {
  // A state was adopted since, and its message came first.
  if (!covers(moved.to.delivered(), links_.options.memory->base().delivered()))
    return;
  rebase(moved.to);
  catching_up_->feed(moved);
  send(self_, state_transfer_actor(), moved);
}

// There is no second way to take a state over.
void front::on_adopted(const state_transfer::adopted& state) {
  rebase(state.what);
  begin_anew();
}

// Everything is made again from the memory, as after a restart.
void front::begin_anew() {
  for (const auto& source : std::exchange(receivers_, {}))
    (void)children_->remove(receiver_key(source));
  for (const auto sequence : std::exchange(instances_, {}))
    (void)children_->remove(instance_key(sequence));
  (void)children_->remove(checkpoints_key);
  (void)children_->remove(state_transfer_key);
  // What is locked will happen, the rest will not: nobody knows which of the two here.
  for (auto& [first, request] : std::exchange(requests_, {}))
    request.promise.deliver(error_of(runtime_errc::restarting));
  operations_.reset();
  catching_up_.reset();
  totality_.reset();
  accusing_.reset();
  running_ = false;
  anew_ = true;
  begin();
}

} // namespace troupe::brb
