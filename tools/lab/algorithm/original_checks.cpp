// SPDX-License-Identifier: BSD-3-Clause
// What brb 1.0.10 checks before it believes a packet, in its order. Source: spec: brb 2.4.
#include "tools/lab/algorithm/original_machine.hpp"

#include <algorithm>
#include <array>

namespace troupe::lab::original {

namespace {

std::uint64_t next(const clock& seen, const peer_id& actor) {
  const auto found = seen.find(actor);
  return found == seen.end() ? 1 : found->second + 1;
}

} // namespace

std::string_view name(errc code) {
  constexpr std::array<std::string_view, 16> names{"Encoding",
                                                   "Signature",
                                                   "PacketSourceIsNotDot",
                                                   "MsgDotNotTheNextDot",
                                                   "SourceAlreadyHasPendingMsg",
                                                   "MessageFromDifferentGeneration",
                                                   "SourceIsNotVotingMember",
                                                   "DataTypeFailedValidation",
                                                   "SignedValidatedForPacketWeDidNotRequest",
                                                   "InvalidGeneration",
                                                   "MsgDotNotNextDotToBeDelivered",
                                                   "NotEnoughSignaturesToFormQuorum",
                                                   "ProofContainsSignaturesFromNonMembers",
                                                   "ProofContainsInvalidSignatures",
                                                   "DeliveredForPacketWeDidNotInitiate",
                                                   "DeliveredForPacketWeAreNotWaitingOn"};
  const auto place = static_cast<std::size_t>(code) - 1; // 0 becomes the largest number
  return place < names.size() ? names[place] : "Unknown";
}

machine::result machine::check_request(const peer_id& from, const message& what) const {
  if (from != what.actor)
    return unexpected(errc::packet_source_is_not_dot);
  // Here is defect B1: the same request again, because our answer was lost, fails as well.
  if (what.counter != next(received_, from))
    return unexpected(errc::msg_dot_not_the_next_dot);
  if (what.counter != next(delivered_, from))
    return unexpected(errc::source_already_has_pending_msg);
  if (what.generation != generation_)
    return unexpected(errc::message_from_different_generation);
  if (!members_.at(generation_).contains(from))
    return unexpected(errc::source_is_not_voting_member);
  if (options_.accept && !options_.accept(from, what.op))
    return unexpected(errc::data_type_failed_validation);
  return {};
}

machine::result machine::check(const peer_id& from, const signed_validated& content) const {
  if (!options_.keys.verify(from, encode(content.what), content.by))
    return unexpected(errc::bad_signature);
  // Defect B4: neither that the sender votes is looked at, nor that we ever issued this.
  if (content.what.actor != self())
    return unexpected(errc::signed_validated_for_packet_we_did_not_request);
  return {};
}

machine::result machine::check(const peer_id&, const proof_of_agreement& content) const {
  const auto* voting = members(content.what.generation);
  if (voting == nullptr)
    return unexpected(errc::invalid_generation);
  if (content.what.counter != next(delivered_, content.what.actor))
    return unexpected(errc::msg_dot_not_next_dot_to_be_delivered);
  if (3 * content.signatures.size() <= 2 * voting->size())
    return unexpected(errc::not_enough_signatures_to_form_quorum);
  if (!std::ranges::all_of(content.signatures,
                           [&](const auto& entry) { return voting->contains(entry.first); }))
    return unexpected(errc::proof_contains_signatures_from_non_members);
  const auto vouched = encode(content.what);
  for (const auto& [signer, by] : content.signatures)
    if (!options_.keys.verify(signer, vouched, by))
      return unexpected(errc::proof_contains_invalid_signatures);
  return {};
}

machine::result machine::check(const peer_id&, const delivered& content) const {
  if (content.what.actor != self())
    return unexpected(errc::delivered_for_packet_we_did_not_initiate);
  if (!pending_delivery_.contains(content.what))
    return unexpected(errc::delivered_for_packet_we_are_not_waiting_on);
  return {};
}

} // namespace troupe::lab::original
