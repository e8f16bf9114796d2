// SPDX-License-Identifier: BSD-3-Clause
// A crypto worker: answers what it has seen before, checks and signs the rest, in the order of the orders.
// When it crashes its supervisor starts it anew; tickets under way then stay unanswered, which every machine
// must bear. Each worker remembers for itself: what comes again comes to the same one.
#include "actors/crypto/crypto_interface.hpp"
#include "actors/crypto/seen_cache.hpp"
#include "messages/types/assert.hpp"

namespace troupe::crypto {

const scheme ed25519{[](const key_pair& identity, byte_view message) { return identity.sign(message); },
                     verify_ed25519};

namespace {

struct worker_state {
  seen_cache seen{0};
  static inline const char* name = "crypto";
};

bool valid(const scheme& by, seen_cache& seen, signature_counters& counted, const verify& what) {
  const auto key = seen_key(what);
  if (seen.contains(key))
    return true;
  counted.checked_one();
  if (!by.verify(what.signer, what.message, what.signed_by))
    return false;
  seen.insert(key);
  return true;
}

crypto_handle::behavior_type crypto_actor(self_ptr<crypto_handle, worker_state> self, node_context,
                                          key_pair identity, scheme by, std::size_t seen_max,
                                          std::shared_ptr<check_load> load,
                                          std::shared_ptr<signature_counters> counted) {
  self->state.seen = seen_cache{seen_max};
  load->reset();
  return {[self, by, load, counted](const verify_order& order) {
            load->give_back(order.what.message.size());
            send(self, order.who, verified{order.what.id, valid(by, self->state.seen, *counted, order.what)});
          },
          [self, by, identity, counted](const sign_order& order) {
            counted->signed_one();
            const auto made = by.sign(identity, order.what.message);
            send(self, order.who, signed_off{order.what.id, bytes{made.begin(), made.end()}});
          }};
}

std::string key_of(std::size_t worker) {
  return worker == 0 ? "crypto" : "crypto-" + std::to_string(worker + 1);
}

} // namespace

crypto_desk open_desk(caf::actor_system& system, const node_context& context, const options& how) {
  TROUPE_ASSERT(how.workers > 0);
  std::vector<crypto_desk::worker> workers;
  for (std::size_t i = 0; i < how.workers; ++i)
    workers.push_back({spawn_proxy<crypto_handle>(system, context.named(key_of(i) + "-address")),
                       std::make_shared<check_load>(how.waiting_bytes_max / how.workers)});
  return {std::move(workers), how.signatures.verify, how.counted};
}

std::vector<child> workers(const crypto_desk& desk, const key_pair& identity, const options& how) {
  std::vector<child> crew;
  for (const auto& each : desk.workers())
    crew.push_back(
      make_child({key_of(crew.size())}, each.who,
                 [identity, by = how.signatures, seen_max = how.seen_max / how.workers, load = each.load,
                  counted = desk.counted()](caf::actor_system& system, const node_context& context) {
                   return spawn(system, context, crypto_actor, identity, by, seen_max, load, counted);
                 }));
  return crew;
}

} // namespace troupe::crypto
