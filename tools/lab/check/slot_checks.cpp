// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/check/slot_checks.hpp"

#include <algorithm>

namespace troupe::lab {

namespace {

bool holds(const std::vector<digest>& stored, const digest& what) {
  return std::find(stored.begin(), stored.end(), what) != stored.end();
}

} // namespace

void agreement_check::saw(const observation& what) {
  const auto* done = std::get_if<delivered>(&what.what);
  if (!done)
    return;
  const auto& [first, by] = delivered_.try_emplace(done->where, done->what, what.node).first->second;
  if (first != done->what)
    complain(what.at, node_name(what.node) + " delivered another content of " + text(done->where) + " than " +
                        node_name(by));
  else
    checked(delivered_.size(), " slots");
}

void double_echo_check::vouches(const observation& what, const slot& where, const digest& content) {
  const auto [known, fresh] = vouched_.try_emplace({what.node, where}, content);
  if (!fresh && known->second != content)
    complain(what.at, node_name(what.node) + " vouched for two contents of " + text(where));
  else if (fresh)
    checked(vouched_.size(), " slots of nodes");
}

void double_echo_check::saw(const observation& what) {
  if (const auto* lock = std::get_if<locked>(&what.what))
    vouches(what, lock->where, lock->what);
  if (const auto* echo = std::get_if<echoed>(&what.what))
    vouches(what, echo->where, echo->what);
}

void locked_first_check::saw(const observation& what) {
  if (const auto* lock = std::get_if<locked>(&what.what))
    if (auto& stored = locked_[{what.node, lock->where}]; !holds(stored, lock->what))
      stored.push_back(lock->what);
  const auto* echo = std::get_if<echoed>(&what.what);
  if (!echo)
    return;
  checked(++echoes_, " echoes");
  if (!holds(locked_[{what.node, echo->where}], echo->what))
    complain(what.at, node_name(echo->to) + " got an echo of " + text(echo->where) + " from " +
                        node_name(what.node) + ", which has not stored it");
}

void source_order_check::saw(const observation& what) {
  if (std::holds_alternative<started>(what.what))
    std::erase_if(last_, [&](const auto& entry) { return entry.first.first == what.node; });
  if (const auto* base = std::get_if<covered>(&what.what)) {
    auto& last = last_[{what.node, base->up_to.source}];
    last = std::max(last, base->up_to.sequence);
  }
  const auto* done = std::get_if<delivered>(&what.what);
  if (!done)
    return;
  checked(++deliveries_, " deliveries");
  auto& last = last_[{what.node, done->where.source}];
  // A record written again after a crash between disk and memory repeats a delivery, and is none.
  if (done->where.sequence <= last)
    return;
  if (done->where.sequence != last + 1)
    complain(what.at, node_name(what.node) + " delivered " + text(done->where) + " after " +
                        text(slot{done->where.source, last}));
  last = done->where.sequence;
}

void membership_check::saw(const observation& what) {
  const auto* one = std::get_if<decided>(&what.what);
  if (!one)
    return;
  const auto& [first, by] = decided_.try_emplace(one->generation, one->changes, what.node).first->second;
  if (first != one->changes)
    complain(what.at, node_name(what.node) + " decided generation " + std::to_string(one->generation) +
                        " otherwise than " + node_name(by));
}

void membership_check::judge(const final_state& end, duration at) {
  std::map<std::uint64_t, std::pair<std::set<node_index>, node_index>> known;
  for (const auto& [node, status] : end.status)
    for (const auto& [generation, members] : status.members) {
      const auto& [first, by] = known.try_emplace(generation, members, node).first->second;
      if (first != members)
        complain(at, node_name(node) + " and " + node_name(by) + " know other members of generation " +
                       std::to_string(generation));
    }
  checked(end, known.size(), " generations");
}

void votes_cast_check::saw(const observation& what) {
  if (const auto* vote = std::get_if<voted>(&what.what))
    cast_.emplace(what.node, vote->vote);
  const auto* decision = std::get_if<decided>(&what.what);
  if (!decision || decision->votes.empty())
    return;
  for (const auto& vote : decision->votes)
    counted_.try_emplace(vote, what.node);
  // The summary a node decides by is its own, and is stored as the decision only.
  if (decision->votes.front().first == what.node)
    cast_.insert(decision->votes.front());
}

void votes_cast_check::judge(const final_state& end, duration at) {
  for (const auto& [vote, by] : counted_)
    if (!end.nodes.lies(vote.first) && !end.nodes.damaged(vote.first) && !cast_.contains(vote))
      complain(at, node_name(by) + " decided by a vote of " + node_name(vote.first) +
                     " which that one never cast");
  checked(counted_.size(), " votes");
}

} // namespace troupe::lab
