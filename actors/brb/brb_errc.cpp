// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/brb_errc.hpp"

namespace troupe::brb {

std::string_view name(brb_errc code) {
  switch (code) {
  case brb_errc::packet_source_is_not_dot:
    return "PacketSourceIsNotDot";
  case brb_errc::msg_dot_not_the_next_dot:
    return "MsgDotNotTheNextDot";
  case brb_errc::source_already_has_pending_msg:
    return "SourceAlreadyHasPendingMsg";
  case brb_errc::message_from_different_generation:
    return "MessageFromDifferentGeneration";
  case brb_errc::source_is_not_voting_member:
    return "SourceIsNotVotingMember";
  case brb_errc::data_type_failed_validation:
    return "DataTypeFailedValidation";
  case brb_errc::signed_validated_for_packet_we_did_not_request:
    return "SignedValidatedForPacketWeDidNotRequest";
  case brb_errc::msg_dot_not_next_dot_to_be_delivered:
    return "MsgDotNotNextDotToBeDelivered";
  case brb_errc::not_enough_signatures_to_form_quorum:
    return "NotEnoughSignaturesToFormQuorum";
  case brb_errc::proof_contains_signatures_from_non_members:
    return "ProofContainsSignaturesFromNonMembers";
  case brb_errc::proof_contains_invalid_signatures:
    return "ProofContainsInvalidSignatures";
  case brb_errc::delivered_for_packet_we_did_not_initiate:
    return "DeliveredForPacketWeDidNotInitiate";
  case brb_errc::delivered_for_packet_we_are_not_waiting_on:
    return "DeliveredForPacketWeAreNotWaitingOn";
  case brb_errc::signature:
    return "Signature";
  case brb_errc::invalid_generation:
    return "InvalidGeneration";
  case brb_errc::foreign_group:
    return "ForeignGroup";
  case brb_errc::promises_unreadable:
    return "PromisesUnreadable";
  case brb_errc::store_failed:
    return "StoreFailed";
  case brb_errc::we_are_not_voting_member:
    return "WeAreNotVotingMember";
  case brb_errc::slot_older_than_join:
    return "SlotOlderThanJoin";
  case brb_errc::payload_missing:
    return "PayloadMissing";
  case brb_errc::overloaded:
    return "Overloaded";
  case brb_errc::no_group:
    return "NoGroup";
  case brb_errc::malformed:
    return "Malformed";
  case brb_errc::not_invited:
    return "NotInvited";
  case brb_errc::bad_fragment:
    return "BadFragment";
  case brb_errc::bad_encoding:
    return "BadEncoding";
  case brb_errc::checkpoint_damaged:
    return "CheckpointDamaged";
  }
  return "Unknown";
}

} // namespace troupe::brb
