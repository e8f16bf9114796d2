// SPDX-License-Identifier: BSD-3-Clause
// What the voting group tells the rest of the node whenever it changes: an immutable value shared by pointer.
#pragma once

#include "messages/codec/membership_codec.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace troupe::membership {

struct view {
  std::optional<group_id> group;                   ///< frozen; nothing while nobody was ever trusted
  generation gen;                                  ///< current
  std::map<generation, std::set<peer_id>> members; ///< of every known generation
  std::map<generation, signed_vote_ptr> history;   ///< the vote that decided it
  /// The latest vote of each voter for the next one, by voter; then both votes of each faulty one.
  std::vector<signed_vote_ptr> in_progress;
  std::set<peer_id> faulty; ///< voters proven to contradict themselves in it

  /// Nothing for a generation not known here.
  const std::set<peer_id>* members_of(generation g) const {
    const auto found = members.find(g);
    return found == members.end() ? nullptr : &found->second;
  }
  bool is_member(const peer_id& who, generation g) const {
    const auto* all = members_of(g);
    return all && all->contains(who);
  }
  /// The first generation of the unbroken run up to now in which `who` was a member.
  std::optional<generation> member_since(const peer_id& who) const {
    std::optional<generation> since;
    for (const auto& [g, all] : members) {
      if (!all.contains(who))
        since.reset();
      else if (!since)
        since = g;
    }
    return since;
  }
};
using view_ptr = std::shared_ptr<const view>;

} // namespace troupe::membership
