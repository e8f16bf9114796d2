// SPDX-License-Identifier: BSD-3-Clause
// What can be wrong with a broadcast message or command; names as seed 000 prints them. Source: spec:
// brb 2.4, 8.6.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::brb {

enum class brb_errc : std::uint8_t {
  packet_source_is_not_dot = 1,       ///< a request for a slot came from another peer than the slot's source
  msg_dot_not_the_next_dot = 2,       ///< the slot lies outside the window and is not held here
  source_already_has_pending_msg = 3, ///< another digest is locked for the slot; locally: the window is full
  message_from_different_generation = 4, ///< the request names a generation not known here yet
  source_is_not_voting_member = 5,       ///< the sender is no member of the generation
  data_type_failed_validation = 6, ///< the data type refuses the operation; its reason follows in brackets
  signed_validated_for_packet_we_did_not_request = 7, ///< an echo for an instance we never issued
  msg_dot_not_next_dot_to_be_delivered = 8,           ///< a certificate beyond the window
  not_enough_signatures_to_form_quorum = 9,
  proof_contains_signatures_from_non_members = 10,
  proof_contains_invalid_signatures = 11,
  delivered_for_packet_we_did_not_initiate = 12,   ///< a delivered vector without an entry for us
  delivered_for_packet_we_are_not_waiting_on = 13, ///< it claims more than we ever issued
  signature = 14,                                  ///< an echo or a header not signed by who it names
  invalid_generation = 15,       ///< a certificate of a generation not known here, and no room to hold it
  foreign_group = 16,            ///< the message is of another voting group
  promises_unreadable = 17,      ///< this node cannot read its promise log and must neither echo nor propose
  store_failed = 18,             ///< the promise log refused the record
  we_are_not_voting_member = 19, ///< asked to echo under a generation we are not in
  slot_older_than_join = 20,     ///< delivered before we joined: we do not vouch for it
  payload_missing = 21,          ///< a certificate without payload for a slot we hold nothing of
  overloaded = 22,               ///< a queue of this node is full
  no_group = 23,                 ///< this node is in no voting group
  malformed = 24,                ///< the frame does not decode
  not_invited = 25,              ///< it asks what only members and those that are being voted in are told
  bad_fragment = 26,             ///< a fragment that its root does not stand for, or at another's place
  bad_encoding = 27,             ///< the source cut another payload than its header names
  checkpoint_damaged = 30,       ///< this node waits for another checkpoint and must neither echo nor propose
};

std::string_view name(brb_errc code);

} // namespace troupe::brb
