// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/check/end_checks.hpp"

#include "actors/brb/operations.hpp"

#include <algorithm>

namespace troupe::lab {
namespace {

/// How often something was promised, and how often it may have happened beside.
struct expectation {
  std::size_t promised = 0;
  std::size_t unknown = 0;
};

constexpr std::size_t open_max = brb::window_size;
constexpr std::size_t pending_max = brb::pipeline_max + brb::certified_tail_max;

} // namespace

void validity_check::saw(const observation& what) {
  if (const auto* done = std::get_if<delivered>(&what.what))
    happened_.try_emplace(done->where, done->commands);
}

void validity_check::judge(const final_state& end, duration at) {
  std::map<std::pair<node_index, std::string>, expectation> expected;
  for (const auto& one : end.operations) {
    auto& count = expected[{one.on, one.what}];
    // A write that failed half way may have stored it; a node that lost its disk has lost its promises.
    const bool lost = end.nodes.damaged(one.on) || end.nodes.broken(one.on);
    const bool unsure = one.outcome == operation_record::result::unknown || one.error == "StoreFailed";
    if (one.outcome == operation_record::result::ok && !lost)
      ++count.promised;
    else if (unsure || lost)
      ++count.unknown;
  }
  std::map<std::pair<node_index, std::string>, std::size_t> happened;
  std::size_t operations = 0;
  for (const auto& [where, commands] : happened_) {
    operations += commands.size();
    for (const auto& command : commands)
      if (!end.nodes.lies(where.source)) {
        ++happened[{where.source, command}];
        expected.try_emplace({where.source, command});
      }
  }
  checked(end, operations, " operations");
  for (const auto& [which, count] : expected) {
    const auto times = happened[which];
    const bool too_few = times < count.promised && end.reached && end.unsettled.empty() &&
                         end.can_agree; // else they may still come
    if (too_few || times > count.promised + count.unknown)
      complain(at, node_name(which.first) + "'s \"" + which.second + "\" happened " + std::to_string(times) +
                     " times, " + std::to_string(count.promised) + " promised and " +
                     std::to_string(count.unknown) + " unanswered");
  }
}

void equal_states_check::judge(const final_state& end, duration at) {
  std::map<std::map<slot, digest>, std::pair<std::string, node_index>> values;
  for (const auto& [node, status] : end.status) {
    if (!status.value)
      continue;
    const auto& [first, by] =
      values.try_emplace(end.memories.at(node).delivered, *status.value, node).first->second;
    if (first != *status.value)
      complain(at, node_name(node) + " reads " + *status.value + ", " + node_name(by) + " reads " + first +
                     " after the same deliveries");
  }
  checked(end, end.status.size(), " nodes");
}

void durability_check::judge(const final_state& end, duration at) {
  std::size_t seen = 0;
  for (const auto& [node, memory] : end.memories) {
    if (end.nodes.damaged(node))
      continue;
    const auto stored = end.nodes.stored(node);
    for (const auto& [where, what] : memory.delivered) {
      ++seen;
      const auto found = stored.find(where);
      if (found == stored.end() || found->second != what)
        complain(at, node_name(node) + " has delivered " + text(where) +
                       " and would not know it after a restart");
    }
  }
  checked(end, seen, " deliveries");
}

void bounded_memory_check::look(const cluster& nodes, duration at) {
  for (node_index i = 0; i < nodes.size(); ++i) {
    if (!nodes.up(i) || nodes.lies(i))
      continue;
    const auto now = nodes.life(i)->backlog();
    for (const auto& [source, count] : now.open) {
      most_ = std::max(most_, count);
      if (count > open_max)
        complain(at, node_name(i) + " holds " + std::to_string(count) + " open slots of " +
                       node_name(source) + ", more than its window of " + std::to_string(open_max));
    }
    if (now.pending > pending_max)
      complain(at,
               node_name(i) + " keeps " + std::to_string(now.pending) + " unfinished operations of its own");
  }
  checked(most_, " open slots of one source", "at most ");
}

void orphans_check::saw(const observation& what) {
  if (const auto* bad = std::get_if<misfortune>(&what.what);
      bad && bad->what.find("outlived") != std::string::npos)
    complain(what.at, bad->what);
}

void orphans_check::judge(const final_state& end, duration at) {
  if (!end.stuck.empty())
    complain(at, end.stuck);
}

void restart_storm_check::saw(const observation& what) {
  if (std::holds_alternative<injected>(what.what))
    checked(++injected_, " crashes caused");
  if (const auto* bad = std::get_if<misfortune>(&what.what);
      bad && bad->what.find("outlived") == std::string::npos)
    complain(what.at, bad->what);
}

void expelled_check::saw(const observation& what) {
  if (const auto* lock = std::get_if<locked>(&what.what))
    vouched_.try_emplace({what.node, lock->where}, lock->what);
  const auto* done = std::get_if<delivered>(&what.what);
  if (!done)
    return;
  const auto known = vouched_.find({what.node, done->where});
  if (known == vouched_.end())
    return;
  if (known->second != done->what)
    caught_.try_emplace(done->where.source, done->where, what.node);
  vouched_.erase(known);
}

void expelled_check::judge(const final_state& end, duration at) {
  const node_status* last = nullptr;
  for (const auto& [node, status] : end.status)
    if (status.generation && (!last || *status.generation > *last->generation) &&
        status.members.contains(*status.generation))
      last = &status;
  checked(end, caught_.size(), " sources caught");
  if (!last)
    return;
  for (const auto& [source, how] : caught_)
    if (last->members.at(*last->generation).contains(source))
      complain(at, node_name(how.second) + " holds two contents of " + text(how.first) + ", and " +
                     node_name(source) + " is still a member of generation " +
                     std::to_string(*last->generation));
}

void liveness_check::judge(const final_state& end, duration at) {
  if (!end.unsettled.empty())
    complain(at, end.unsettled);
  checked(end, end.status.size(), " nodes");
}

} // namespace troupe::lab
