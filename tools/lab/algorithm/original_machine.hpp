// SPDX-License-Identifier: BSD-3-Clause
// MaidSafe's brb 1.0.10, its defects included: the order of its checks, the names of its errors, what it
// signs and what it forgets to look at. Nothing here is bounded that the original does not bound (pending
// proofs, history): that is what an experiment with it shows; the length of a run is what limits it. Votes on
// membership are not part of it: install() tells it the outcome. Pure, one owner at a time.
// Source: spec: brb 2, 6.
#pragma once

#include "tools/lab/algorithm/broadcast.hpp"
#include "tools/lab/algorithm/original_packet.hpp"

#include "messages/types/fifo.hpp"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::lab::original {

/// The original's errors, outer and inner ones in one list.
enum class errc : std::uint8_t {
  encoding = 1,                   ///< the packet cannot be read, or the operation is too long
  bad_signature,                  ///< of the packet, or in a SignedValidated
  packet_source_is_not_dot,       ///< asks us to validate an operation of somebody else
  msg_dot_not_the_next_dot,       ///< we have vouched for this slot before, or not for the one before
  source_already_has_pending_msg, ///< its last operation is not delivered here
  message_from_different_generation,
  source_is_not_voting_member,
  data_type_failed_validation,
  signed_validated_for_packet_we_did_not_request, ///< the slot is not ours
  invalid_generation,                             ///< we do not know the voters of that generation
  msg_dot_not_next_dot_to_be_delivered,
  not_enough_signatures_to_form_quorum,
  proof_contains_signatures_from_non_members,
  proof_contains_invalid_signatures,
  delivered_for_packet_we_did_not_initiate,
  delivered_for_packet_we_are_not_waiting_on,
};
/// As the original spells it, e.g. "MsgDotNotTheNextDot"; "Unknown" for another number.
std::string_view name(errc code);

class machine : public broadcast {
public:
  explicit machine(broadcast_options options);

  expected<std::uint64_t, std::string> execute(byte_view operation) override;
  void handle(const peer_id& from, byte_view packet) override;
  void resend() override;
  void catch_up(const peer_id& peer) override;
  void install(const voters& next) override;
  std::optional<effect> poll() override;
  state snapshot() const override;

protected:
  using result = expected<void, errc>;

  virtual result check_request(const peer_id& from, const message& what) const;
  /// Signs the payload for this one destination and sends it.
  virtual void transmit(const peer_id& to, const payload& content);

  /// The next free slot of ours, holding `op`.
  message next_message(byte_view op) const;
  signed_validated sign(message what) const;
  result collect(const peer_id& signer, const signed_validated& content);
  const broadcast_options& with() const { return options_; }
  const peer_id& self() const { return options_.self; }
  std::uint64_t generation() const { return generation_; }
  /// Nullptr for a generation we do not know.
  const std::set<peer_id>* members(std::uint64_t generation) const;
  const clock& delivered_clock() const { return delivered_; }

private:
  struct delivery {
    proof signatures;
    std::set<peer_id> confirmed;
  };

  result receive(byte_view packet);
  result check(const peer_id& from, const signed_validated& content) const;
  result check(const peer_id& from, const proof_of_agreement& content) const;
  result check(const peer_id& from, const delivered& content) const;
  result process(const peer_id& from, const request_validation& content);
  result process(const peer_id& from, const signed_validated& content);
  result process(const peer_id& from, const proof_of_agreement& content);
  result process(const peer_id& from, const delivered& content);
  result process(const peer_id& from, const anti_entropy& content);
  expected<bool, errc> supermajority(std::size_t count, std::uint64_t generation) const;
  void resend_pending_validation_requests();
  void resend_pending_deliveries();

  broadcast_options options_;
  std::uint64_t generation_;
  std::map<std::uint64_t, std::set<peer_id>> members_;
  std::map<message, proof> pending_proof_;
  std::map<message, delivery> pending_delivery_;
  clock received_;  // vouched for
  clock delivered_; // applied; never ahead of received_
  std::map<peer_id, std::vector<std::pair<message, proof>>> history_;
  std::uint64_t handshakes_ = 0; // spec: brb 1.3: a new connection for each packet and each acknowledgement
  bool executing_ = false;       // packets to ourselves are then handled at once
  fifo<bytes> looped_;
  fifo<effect> effects_;
};

} // namespace troupe::lab::original
