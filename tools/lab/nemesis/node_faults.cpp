// SPDX-License-Identifier: BSD-3-Clause
// What goes wrong on one node: its life, its clock, its disk, its actors.
#include "actors/runtime/shell/error.hpp"
#include "tools/lab/cluster/sim_venue.hpp"
#include "tools/lab/nemesis/nemesis.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <caf/actor_cast.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <utility>

namespace troupe::lab {
namespace {

constexpr duration slow_turn = std::chrono::milliseconds{10};
constexpr std::uint64_t torn_bytes_max = 400;
constexpr std::uint64_t lines_max = 30;
// A supervisor allows three restarts in five seconds: more of them on one node is a broken node, not a bug of it.
constexpr duration between_actor_faults = std::chrono::milliseconds{2500};

void crash_actor(const caf::actor_addr& which) {
  if (const auto actor = caf::actor_cast<caf::actor>(which))
    caf::anon_send<caf::message_priority::high>(
      actor, caf::exit_msg{which, crash_error(std::string{injected_text}, {})});
}

} // namespace

std::optional<nemesis::deed> nemesis::on_node(const fault_spec& spec, node_index victim) {
  auto& nodes = *options_.nodes;
  const auto name = node_name(victim);
  switch (spec.kind) {
  case fault_kind::crash:
    return crash(spec, victim);
  case fault_kind::slow:
    return slow(spec, victim);
  case fault_kind::pause:
    afflicted_.insert(victim);
    options_.virtual_at->pause(victim, id(victim));
    return deed{name, [this, victim] {
                  afflicted_.erase(victim);
                  options_.virtual_at->resume(victim, id(victim));
                }};
  case fault_kind::skew:
    nodes.clock(victim).run_at(1000 + static_cast<std::int64_t>(spec.amount * 1000));
    return deed{name, [&nodes, victim] { nodes.clock(victim).run_at(1000); }};
  default: {
    const auto by = std::chrono::duration_cast<std::chrono::milliseconds>(spec.offset).count();
    nodes.clock(victim).jump(by);
    return deed{name, [&nodes, victim, by] { nodes.clock(victim).jump(-by); }};
  }
  }
}

std::optional<nemesis::deed> nemesis::crash(const fault_spec& spec, node_index victim) {
  auto& nodes = *options_.nodes;
  afflicted_.insert(victim);
  const auto pending = std::make_shared<bool>(true);
  const auto go_down = [this, victim, pending, lost = spec.style == "lose-disk",
                        flipped = spec.style == "flip-checkpoint"] {
    if (!std::exchange(*pending, false))
      return;
    options_.nodes->crash(victim);
    if (lost)
      options_.nodes->lose_disk(victim);
    if (flipped)
      options_.nodes->flip_checkpoint(victim, rng().next());
  };
  if (spec.style == "torn-write") {
    // Power fails within the next writes: a part of one is on the disk, nothing after it.
    nodes.storage(victim).lose_power(rng().below(torn_bytes_max));
    options_.plan->at(now() + slow_turn, go_down);
  } else {
    go_down();
  }
  return deed{node_name(victim) + (spec.style.empty() ? "" : ", " + spec.style), [this, victim, go_down] {
                go_down();
                afflicted_.erase(victim);
                options_.nodes->start(victim);
              }};
}

/// From now on every node it may hit lives and is away for drawn times in turn, until the load ends.
void nemesis::begin_churn(const fault_spec& spec) {
  for (node_index i = 0; i < options_.nodes->size(); ++i)
    if (spec.nodes.empty() || std::find(spec.nodes.begin(), spec.nodes.end(), i) != spec.nodes.end())
      live_and_leave(spec, i);
}

void nemesis::live_and_leave(const fault_spec& spec, node_index who) {
  options_.plan->at(now() + drawn_exponential(rng(), spec.lasts), [this, &spec, who] {
    if (over_)
      return;
    if (afflicted_.contains(who))
      return live_and_leave(spec, who);
    afflicted_.insert(who);
    options_.nodes->crash(who);
    const auto index = faults_.size();
    faults_.push_back({std::string{name_of(spec.kind)}, node_name(who), now(), now()});
    const auto back = [this, index, who] {
      faults_[index].until = now();
      afflicted_.erase(who);
      options_.nodes->start(who);
    };
    to_mend_.emplace(index, back);
    options_.plan->at(now() + drawn_exponential(rng(), spec.away), [this, index, &spec, who] {
      if (auto mending = to_mend_.extract(index)) {
        mending.mapped()();
        live_and_leave(spec, who);
      }
    });
  });
}

/// Runs for a share of the time only, in short turns.
nemesis::deed nemesis::slow(const fault_spec& spec, node_index victim) {
  afflicted_.insert(victim);
  const auto going = std::make_shared<bool>(true);
  keep_slow(spec.amount, victim, going);
  return {node_name(victim), [this, victim, going] {
            *going = false;
            afflicted_.erase(victim);
            options_.virtual_at->resume(victim, id(victim));
          }};
}

void nemesis::keep_slow(double share, node_index victim, std::shared_ptr<bool> going) {
  if (!*going || over_)
    return;
  const auto runs = duration{static_cast<std::int64_t>(static_cast<double>(slow_turn.count()) * share)};
  options_.virtual_at->pause(victim, id(victim));
  options_.plan->at(now() + slow_turn - runs, [this, victim, going] {
    if (*going)
      options_.virtual_at->resume(victim, id(victim));
  });
  options_.plan->at(now() + slow_turn, [this, share, victim, going] { keep_slow(share, victim, going); });
}

std::optional<nemesis::deed> nemesis::on_disk(const fault_spec& spec, node_index victim) {
  auto& nodes = *options_.nodes;
  auto& faults = nodes.faults(victim);
  auto& storage = nodes.storage(victim);
  const bool record = spec.level == fault_level::record;
  const auto subject = node_name(victim) + (record ? ", one record" : "");
  switch (spec.kind) {
  case fault_kind::torn_write:
    if (record)
      nodes.tear_next_record(victim);
    else
      storage.tear_next(rng().below(torn_bytes_max));
    return deed{subject, nullptr};
  case fault_kind::bit_flip:
    if (record)
      nodes.flip_next_record(victim);
    else
      nodes.flip_bit(victim, rng().next());
    return deed{subject, nullptr};
  case fault_kind::no_space:
    if (record) {
      faults.refuse = true;
      return deed{subject, [&faults] { faults.refuse = false; }};
    }
    storage.fill();
    return deed{subject, [&storage] { storage.heal(); }};
  default:
    // A sync that fails is told once by the kernel; after it nobody knows what is on the disk, and the node
    // must be started anew.
    storage.fail_syncs();
    afflicted_.insert(victim);
    return deed{subject, [this, victim] {
                  afflicted_.erase(victim);
                  options_.nodes->crash(victim);
                  options_.nodes->start(victim);
                }};
  }
}

std::optional<nemesis::deed> nemesis::on_actor(const fault_spec& spec, node_index victim) {
  auto& nodes = *options_.nodes;
  const auto last = actor_struck_.find(victim);
  if (last != actor_struck_.end() && now() < last->second + between_actor_faults)
    return std::nullopt;
  actor_struck_[victim] = now();
  if (spec.kind == fault_kind::throw_in_handler) {
    const auto nth = spec.nth != 0 ? spec.nth : 1 + rng().below(lines_max);
    nodes.log(victim).arm(nth);
    return deed{node_name(victim) + ", line " + std::to_string(nth), nullptr};
  }
  const auto tell = [&](const std::string& what) { nodes.tell({now(), victim, injected{what}}); };
  if (spec.style == "store") {
    tell("the store ends");
    crash_actor(nodes.life(victim)->store());
    return deed{node_name(victim) + ", the store", nullptr};
  }
  options_.virtual_at->hunt([this, victim, style = spec.style] { return kill_ready_actor(victim, style); });
  return deed{node_name(victim) + ", " + (spec.style.empty() ? "any" : spec.style), nullptr};
}

/// Between two of its messages; false if none of the kind is ready to run now.
bool nemesis::kill_ready_actor(node_index victim, const std::string& style) {
  auto& nodes = *options_.nodes;
  if (!nodes.up(victim) || over_)
    return over_;
  const auto roots = nodes.life(victim)->roots();
  auto ready = options_.virtual_at->ready_actors(victim, {roots.begin(), roots.end()});
  if (style != "any")
    std::erase_if(ready, [&](const auto* actor) { return actor->name() != style; });
  if (ready.empty())
    return false;
  const auto* chosen = ready[rng().below(ready.size())];
  nodes.tell({now(), victim, injected{std::string{chosen->name()} + " ends"}});
  crash_actor(chosen->address());
  return true;
}

} // namespace troupe::lab
