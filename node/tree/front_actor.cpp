// SPDX-License-Identifier: BSD-3-Clause
#include "node/tree/front_actor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace troupe {
namespace {

constexpr std::chrono::seconds list_limit{5};

struct front_state {
  std::map<std::uint64_t, front_connect> waiting; ///< by number, in order
  std::set<peer_id> sessions;
  std::uint64_t next = 1;
  static inline const char* name = "front";
};

using self_pointer = front_handle::stateful_pointer<front_state>;

/// Ends every waiting connect that `ends` says yes to.
template <class Ends>
void end_connects(self_pointer self, const expected<void, explained>& outcome, Ends ends) {
  auto& waiting = self->state.waiting;
  for (auto at = waiting.begin(); at != waiting.end();)
    if (ends(at->second)) {
      at->second.done(outcome);
      at = waiting.erase(at);
    } else {
      ++at;
    }
}

bool connected(self_pointer self, const address_table& addresses, const multiaddr& to) {
  const auto& sessions = self->state.sessions;
  if (const auto who = to.peer())
    return sessions.contains(*who);
  const auto there = [&](const peer_id& one) { return addresses.of(one) == to.text(); };
  return std::any_of(sessions.begin(), sessions.end(), there);
}

void on_connect(self_pointer self, const peer::peers_handle& peers, const address_table& addresses,
                const front_connect& order) {
  if (self->state.waiting.size() == front_connects_max)
    return order.done(
      unexpected(explained{"256 connects are waiting for their answer: try again in a second"}));
  send(self, peers, peer::connect{{order.to}});
  if (connected(self, addresses, order.to))
    return order.done({});
  const auto number = self->state.next++;
  self->state.waiting.emplace(number, order);
  send_after(self, front_handle{self}, order.limit, front_job{[self, number](front_handle::pointer) {
               const auto late = self->state.waiting.extract(number);
               if (late)
                 late.mapped().done(
                   unexpected(explained{"no answer yet: it is dialled again until it answers"}));
             }});
}

/// What the peer list says of `who`, if it knows it.
template <class Then>
void look_up(self_pointer self, const peer::peers_handle& peers, const peer_id& who, Then then) {
  request(self, peers, list_limit, peer::list_peers{who})
    .then(
      [then](const peer::peer_list& found) {
        if (!found.empty())
          then(found.front());
      },
      [](const caf::error&) {});
}

/// The peer is there: where it is decides which of the connects without a peer id it answers.
void on_reached(self_pointer self, const node_context& context, const peer::peers_handle& peers,
                const std::shared_ptr<address_table>& addresses, const peer_id& who) {
  look_up(self, peers, who, [=](const peer::peer_entry& known) {
    addresses->learn(who, known.address);
    context.line(log_level::trace,
                 fmt::format("[P2P] router cmd AddPeer({}, {})", short_name(who), addresses->of(who)));
    context.line(log_level::trace, "[P2P] Sent network msg successfully.");
    end_connects(self, {}, [&](const front_connect& one) {
      const auto wanted = one.to.peer();
      return wanted ? *wanted == who : one.to == known.address;
    });
  });
}

/// A peer that dialled us tells its addresses only now.
void on_identified(self_pointer self, const peer::peers_handle& peers,
                   const std::shared_ptr<address_table>& addresses, const peer_id& who) {
  look_up(self, peers, who, [=](const peer::peer_entry& known) { addresses->learn(who, known.address); });
}

front_handle::behavior_type front_actor(self_pointer self, node_context context, peer::peers_handle peers,
                                        std::shared_ptr<address_table> addresses,
                                        std::function<void()> changed) {
  const auto tell = [changed] {
    if (changed)
      changed();
  };
  return {[self](const front_job& job) { job.run(self); },
          [=](const front_connect& order) { on_connect(self, peers, *addresses, order); },
          [=](const peer::joined& event) {
            self->state.sessions.insert(event.peer);
            on_reached(self, context, peers, addresses, event.peer);
            tell();
          },
          [=](const peer::identified& event) {
            const auto& spoken = event.told->protocols;
            if (std::find(spoken.begin(), spoken.end(), peer::session_protocol) == spoken.end())
              on_reached(self, context, peers, addresses, event.peer); // no troupe peer: no session will come
            else
              on_identified(self, peers, addresses, event.peer);
            tell();
          },
          [self, tell](const peer::left& event) {
            self->state.sessions.erase(event.peer);
            tell();
          },
          [self, tell](const peer::trouble& event) {
            tell();
            end_connects(self, unexpected(explained{event.why}), [&](const front_connect& one) {
              return one.to.peer() ? one.to.peer() == event.peer
                                   : std::ranges::count(event.addresses, one.to) > 0;
            });
          }};
}

} // namespace

front_handle spawn_front(caf::actor_system& system, node_context context, peer::peers_handle peers,
                         std::shared_ptr<address_table> addresses, std::function<void()> changed) {
  return spawn(system, std::move(context), front_actor, std::move(peers), std::move(addresses),
               std::move(changed));
}

} // namespace troupe
