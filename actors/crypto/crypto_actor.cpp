// SPDX-License-Identifier: BSD-3-Clause
// The crypto actor: answers what it has seen before, and shares the rest out among its workers, in batches
// once several wait. A worker that crashes takes the whole actor down, whose supervisor starts it anew;
// tickets under way then stay unanswered, which every machine must bear.
#include "actors/crypto/crypto_interface.hpp"
#include "actors/crypto/seen_cache.hpp"
#include "actors/crypto/worker_interface.hpp"
#include "actors/runtime/shell/supervisor.hpp"
#include "messages/types/assert.hpp"

#include <algorithm>
#include <deque>
#include <optional>

namespace troupe::crypto {

const scheme ed25519{[](const key_pair& identity, byte_view message) { return identity.sign(message); },
                     verify_ed25519};

namespace {

using front = crypto_handle::extend<takes<checked_batch>, takes<timer_fired>>;
using front_of_worker = handle<takes<checked_batch>>;
using worker = handle<takes<check_batch>, takes<sign_order>>;

struct worker_state {
  static inline const char* name = "crypto worker";
};

bool valid(const scheme& by, const verify& what) {
  return by.verify(what.signer, what.message, what.signed_by);
}

worker::behavior_type worker_actor(self_ptr<worker, worker_state> self, node_context, key_pair identity,
                                   scheme by, front_of_worker boss) {
  return {[self, by, boss](const check_batch& batch) {
            checked_batch done{batch.worker, {}};
            for (const auto& [order, key] : batch.checks) {
              const bool good = valid(by, order.what);
              if (good)
                done.valid.push_back(key);
              send(self, order.who, verified{order.what.id, good});
            }
            send(self, boss, std::move(done));
          },
          [self, by, identity](const sign_order& order) {
            const auto made = by.sign(identity, order.what.message);
            send(self, order.who, signed_off{order.what.id, bytes{made.begin(), made.end()}});
          }};
}

class desk {
public:
  using self_type = front::base;

  desk(self_type* self, const node_context& context, const key_pair& identity, options how)
    : self_(self), how_(how), seen_(how.seen_max),
      crew_(self, context, {.intensity = 0, .wait = {}, .children_max = how.workers},
            hire(identity, how)) {
    crew_.start();
    for (std::size_t i = 0; i < how.workers; ++i) {
      workers_.push_back(caf::actor_cast<worker>(crew_.find(std::to_string(i))));
      idle_.push_back(i);
    }
  }

  void take(const verify_order& order) {
    const auto key = seen_key(order.what);
    if (seen_.contains(key))
      return send(self_, order.who, verified{order.what.id, true});
    if (waiting_bytes_ + order.what.message.size() > how_.waiting_bytes_max) {
      // Checking here is slow for this actor's senders and for nobody else: the queue stops growing.
      const bool good = valid(how_.signatures, order.what);
      if (good)
        seen_.insert(key);
      return send(self_, order.who, verified{order.what.id, good});
    }
    waiting_bytes_ += order.what.message.size();
    waiting_.push_back({order, key});
    share_out();
  }

  void take(const sign_order& order) {
    send(self_, workers_[next_signer_], order);
    next_signer_ = (next_signer_ + 1) % workers_.size();
  }

  void take(const checked_batch& done) {
    for (const auto& key : done.valid)
      seen_.insert(key);
    idle_.push_back(done.worker);
    share_out();
  }

  void wake(const timer_fired& fired) { crew_.wake(fired); }

private:
  std::vector<child> hire(const key_pair& identity, const options& how) {
    std::vector<child> crew;
    const front_of_worker boss{self_};
    for (std::size_t i = 0; i < how.workers; ++i)
      crew.push_back(make_child({.key = std::to_string(i)},
                                [identity, by = how.signatures, boss](caf::actor_system& system, const node_context& at) {
                                  return spawn(system, at, worker_actor, identity, by, boss);
                                }));
    return crew;
  }

  void share_out() {
    while (!idle_.empty() && !waiting_.empty()) {
      check_batch batch{idle_.front(), {}};
      idle_.pop_front();
      const auto fair = (waiting_.size() + idle_.size()) / (idle_.size() + 1);
      for (auto count = std::min(fair, how_.batch_max); count > 0; --count) {
        waiting_bytes_ -= waiting_.front().order.what.message.size();
        batch.checks.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      send(self_, workers_[batch.worker], std::move(batch));
    }
  }

  self_type* self_;
  options how_;
  seen_cache seen_;
  supervisor crew_;
  std::vector<worker> workers_;
  std::deque<std::size_t> idle_;
  std::deque<waiting_check> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t next_signer_ = 0;
};

struct front_state {
  std::optional<desk> core;
  static inline const char* name = "crypto";
};

front::behavior_type crypto_actor(self_ptr<front, front_state> self, node_context context, key_pair identity,
                                  options how) {
  self->state.core.emplace(self, context, identity, how);
  return {[self](const verify_order& order) { self->state.core->take(order); },
          [self](const sign_order& order) { self->state.core->take(order); },
          [self](const checked_batch& done) { self->state.core->take(done); },
          [self](timer_fired fired) { self->state.core->wake(fired); }};
}

} // namespace

crypto_handle spawn_crypto(caf::actor_system& system, node_context context, key_pair identity, options how) {
  TROUPE_ASSERT(how.workers > 0 && how.batch_max > 0);
  return spawn(system, std::move(context), crypto_actor, std::move(identity), how);
}

} // namespace troupe::crypto
