// SPDX-License-Identifier: BSD-3-Clause
#include "actors/membership/membership_errc.hpp"

namespace troupe::membership {

std::string_view name(membership_errc code) {
  switch (code) {
  case membership_errc::signature:
    return "Signature";
  case membership_errc::vote_not_for_next_generation:
    return "VoteNotForNextGeneration";
  case membership_errc::join_request_for_existing_member:
    return "JoinRequestForExistingMember";
  case membership_errc::members_at_capacity:
    return "MembersAtCapacity";
  case membership_errc::leave_request_for_non_member:
    return "LeaveRequestForNonMember";
  case membership_errc::merged_votes_must_be_from_same_gen:
    return "MergedVotesMustBeFromSameGen";
  case membership_errc::super_majority_ballot_is_not_super_majority:
    return "SuperMajorityBallotIsNotSuperMajority";
  case membership_errc::non_member:
    return "NonMember";
  case membership_errc::existing_vote_incompatible_with_new_vote:
    return "ExistingVoteIncompatibleWithNewVote";
  case membership_errc::voter_changed_mind:
    return "VoterChangedMind";
  case membership_errc::invalid_generation:
    return "InvalidGeneration";
  case membership_errc::invalid_vote_in_history:
    return "InvalidVoteInHistory";
  case membership_errc::no_members:
    return "NoMembers";
  case membership_errc::foreign_group:
    return "ForeignGroup";
  case membership_errc::promises_unreadable:
    return "PromisesUnreadable";
  case membership_errc::not_an_actor:
    return "NotAnActor";
  case membership_errc::vote_in_progress:
    return "VoteInProgress";
  case membership_errc::overloaded:
    return "Overloaded";
  case membership_errc::join_without_consent:
    return "JoinWithoutConsent";
  case membership_errc::invalid_fault:
    return "InvalidFault";
  }
  return "Unknown";
}

} // namespace troupe::membership
