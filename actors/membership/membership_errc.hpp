// SPDX-License-Identifier: BSD-3-Clause
// What can be wrong with a vote or a membership command; names as seed 000 prints them. Source: spec:
// brb 3.3.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::membership {

enum class membership_errc : std::uint8_t {
  signature = 1,                                   ///< a vote in the bundle is not signed by its voter
  vote_not_for_next_generation = 2,                ///< the vote decides another generation than our next
  join_request_for_existing_member = 3,            ///< the joiner is a member already
  members_at_capacity = 4,                         ///< the soft cap on members is reached
  leave_request_for_non_member = 5,                ///< the leaver is no member
  merged_votes_must_be_from_same_gen = 6,          ///< a ballot nests a vote of another generation
  super_majority_ballot_is_not_super_majority = 7, ///< too few distinct voters agree inside the ballot
  non_member = 8,                                  ///< the voter is no member of the current generation
  existing_vote_incompatible_with_new_vote = 9,    ///< the voter's earlier vote is not contained in this one
  voter_changed_mind = 10,      ///< one voter is shown to have proposed two different changes
  invalid_generation = 11,      ///< a generation we do not know
  invalid_vote_in_history = 12, ///< a decided vote that is no super majority
  no_members = 13,              ///< the group has no members yet
  foreign_group = 14,           ///< the vote is of another voting group
  promises_unreadable = 15,     ///< this node cannot read its promise log and must not vote
  not_an_actor = 16,            ///< the peer's identity is not Ed25519, so it cannot vote
  vote_in_progress = 17,        ///< our own vote is being stored; try again
  overloaded = 18,              ///< too many votes wait to be checked, or too many records to be stored
  join_without_consent = 19,    ///< the joiner did not agree, or not for this generation
  invalid_fault = 20,           ///< a ballot accuses a voter of votes that do not contradict each other
};

std::string_view name(membership_errc code);

} // namespace troupe::membership
