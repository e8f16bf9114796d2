// SPDX-License-Identifier: BSD-3-Clause
// Runs chosen actors on the network's own thread, where a message costs no thread switch (ping 18-50 us
// instead of 130; design 9). An actor spawned with spawn_pinned is only ever resumed there, whoever woke it;
// what it wakes itself runs where it belongs: other pinned actors here, all others on the pool. Knows no
// network: it is given two hooks.
//
// Threads: made and retired by the owner; run() is called on the network's thread only, everything else from
// anywhere.
#pragma once

#include "actors/runtime/shell/spawn.hpp"

#include <caf/actor_config.hpp>
#include <caf/execution_unit.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/resumable.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace troupe {

class io_unit {
public:
  /// `wake` makes the network's thread start a turn soon (network::post of an empty task). Register run()
  /// with at_turn_end.
  io_unit(caf::actor_system& system, std::function<void()> wake);
  io_unit(const io_unit&) = delete;
  io_unit& operator=(const io_unit&) = delete;
  ~io_unit();

  /// Runs what is ready, including what that makes ready, for at most `jobs_max` jobs; the rest waits for the
  /// next turn.
  void run(std::size_t jobs_max = 10'000);
  /// The network has stopped: from now on pinned actors run on the pool, so that they can still end.
  void retire();

  /// What pinned actors are scheduled on.
  caf::execution_unit* inbox() { return &inbox_; }

private:
  // The unit a job is handed to in order to run here.
  class inbox_unit : public caf::execution_unit {
  public:
    inbox_unit(caf::actor_system& system, io_unit& owner) : caf::execution_unit(&system), owner_(owner) {}
    void exec_later(caf::resumable* job) override { owner_.accept(job); }

  private:
    io_unit& owner_;
  };
  // The unit a running job sees: unpinned actors that it wakes go to the pool.
  class outbox_unit : public caf::execution_unit {
  public:
    explicit outbox_unit(caf::actor_system& system) : caf::execution_unit(&system) {}
    void exec_later(caf::resumable* job) override;
  };

  void accept(caf::resumable* job);
  caf::resumable* next();

  std::function<void()> wake_;
  inbox_unit inbox_;
  outbox_unit outbox_;
  std::mutex mutex_; // guards all below
  std::deque<caf::resumable*> jobs_;
  std::thread::id home_; // the network's thread, once run() was there
  bool running_ = false;
  bool woken_ = false;
  bool retired_ = false;
};

/// An actor class whose every wake-up goes to one unit.
template <class Base>
class pinned : public Base {
public:
  pinned(caf::actor_config& config, std::shared_ptr<io_unit> unit) : Base(config), unit_(std::move(unit)) {}

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    Base::enqueue(std::move(what), unit_->inbox());
  }

private:
  std::shared_ptr<io_unit> unit_;
};

/// Like spawn, for an actor that runs on `unit`; with a null unit (simulation) it is an ordinary actor.
template <class Behaviour, class... More>
auto spawn_pinned(caf::actor_system& system, std::shared_ptr<io_unit> unit, node_context context,
                  Behaviour behaviour, More&&... more) {
  using wrapped = guarded_behaviour<Behaviour, std::decay_t<More>...>;
  using base = caf::infer_impl_from_fun_t<wrapped>;
  if (!unit)
    return spawn(system, std::move(context), std::move(behaviour), std::forward<More>(more)...);
  wrapped function{std::move(behaviour), std::move(context), std::forward<More>(more)...};
  caf::actor_config config{unit->inbox()};
  caf::detail::init_fun_factory<base, wrapped> factory;
  config.init_fun = factory(std::move(function));
  return caf::infer_handle_from_fun_t<wrapped>(
    system.spawn_impl<pinned<base>, caf::no_spawn_options>(config, std::move(unit)));
}

} // namespace troupe
