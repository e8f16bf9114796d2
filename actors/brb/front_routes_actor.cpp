// SPDX-License-Identifier: BSD-3-Clause
// Which child or machine of the front a packet is for.
#include "actors/brb/front_actor.hpp"

#include <fmt/format.h>

namespace troupe::brb {

void front::route(const peer_id& from, const packet& what) {
  std::visit([&](const auto& one) { handle_packet(from, one); }, what);
}

void front::refuse(const peer_id& from, brb_errc why) {
  trace_.arrived({from, {}, {}});
  context_.line(log_level::info, dropping_line(why).text);
  if (const auto cost = cost_of(why))
    send(self_, links_.peers, peer::misbehaved{from, std::string{name(why)}, cost});
}

void front::complain(const report& complaint) const {
  const auto code = static_cast<brb_errc>(complaint.code);
  if (const auto cost = cost_of(code))
    send(self_, links_.peers, peer::misbehaved{complaint.peer, std::string{name(code)}, cost});
}

void front::malformed(const peer_id& from, std::string_view why) {
  context_.line(log_level::info, fmt::format("[CLI] dropping packet: {}", why));
  send(self_, links_.peers, peer::misbehaved{from, std::string{why}, cost_of(brb_errc::malformed)});
}

void front::handle_packet(const peer_id& from, const send_ptr& what) {
  if (const auto receiver = receiver_of(what->header.source))
    send(self_, receiver, send_received{from, what});
  else if (!known_source(what->header.source))
    refuse(from, brb_errc::source_is_not_voting_member);
}

void front::handle_packet(const peer_id& from, const fragment_ptr& what) {
  if (const auto receiver = receiver_of(what->header.source))
    send(self_, receiver, fragment_received{from, what});
  else if (!known_source(what->header.source))
    refuse(from, brb_errc::source_is_not_voting_member);
}

void front::handle_packet(const peer_id& from, const certificate_out& what) {
  auto proof = what.what;
  if (!what.with_payload && !proof->payload.empty()) {
    auto bare = std::make_shared<certificate>(*proof);
    bare->payload.clear();
    proof = std::move(bare);
  }
  if (const auto receiver = receiver_of(proof->header.source))
    send(self_, receiver, certificate_received{from, proof});
  else if (!known_source(proof->header.source))
    refuse(from, brb_errc::source_is_not_voting_member);
}

void front::handle_packet(const peer_id& from, const echo_message& what) {
  const auto own =
    what.header.source == links_.options.self ? instance_of(what.header.sequence) : instance_handle{};
  if (own)
    send(self_, own, echo_received{from, what});
  else if (const auto wrong = operations_->machine().judge(what))
    refuse(from, *wrong);
}

void front::handle_packet(const peer_id& from, const delivered_message& what) {
  if (const auto wrong = operations_->machine().judge(what))
    return refuse(from, *wrong);
  to_instances(acknowledged{from, what.delivered.at(links_.options.self)});
  // An acknowledgement speaks of our own operations only.
  if (totality_)
    totality_->feed_from(from, vector_received{from, what.delivered, what.delivered.contains(from), false});
}

void front::handle_packet(const peer_id& from, const anti_entropy_request& what) {
  catching_up_->feed_from(from, anti_entropy_asked{from, what});
  if (totality_ && view_->group && what.group == *view_->group)
    // What it names it may have delivered and not recorded: its own vector says less.
    totality_->feed_from(from, vector_received{from, {}, false, true});
}

void front::handle_packet(const peer_id& from, const anti_entropy_page& what) {
  catching_up_->feed_from(from, page_received{from, what});
}

void front::handle_packet(const peer_id& from, const checkpoint_vote& what) {
  send(self_, checkpoints_actor(), checkpoint_vote_received{from, what});
}

void front::handle_packet(const peer_id& from, const checkpoint_ptr& what) {
  send(self_, checkpoints_actor(), checkpoint_received{from, what});
}

void front::handle_packet(const peer_id& from, const state_request& what) {
  send(self_, state_transfer_actor(), state_asked{from, what});
}

void front::handle_packet(const peer_id& from, const state_page& what) {
  send(self_, state_transfer_actor(), state_part_received{from, what});
}

void front::handle_packet(const peer_id& from, const equivocation& what) {
  accusing_->feed_from(from, equivocation_seen{from, what});
}

void front::handle_packet(const peer_id& from, const lock_query& what) {
  send(self_, receiver_of(what.source), locks_asked{from, what});
}

void front::handle_packet(const peer_id& from, const lock_answer_ptr& what) {
  send(self_, receiver_of(what->source), locks_told{from, what});
}

void front::on_send(const peer_id& from, const wire::BrbSend& frame) {
  if (auto what = decode(frame))
    handle_packet(from, std::make_shared<const send_message>(std::move(*what)));
  else
    malformed(from, name(what.error()));
}

void front::on_fragment(const peer_id& from, const wire::BrbFragment& frame) {
  if (auto what = decode(frame))
    handle_packet(from, std::make_shared<const fragment_message>(std::move(*what)));
  else
    malformed(from, name(what.error()));
}

void front::on_echo(const peer_id& from, const wire::BrbEcho& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_certificate(const peer_id& from, const wire::BrbCertificate& frame) {
  if (auto what = decode(frame))
    handle_packet(from, certificate_out{std::make_shared<const certificate>(std::move(*what)), true});
  else
    malformed(from, name(what.error()));
}

void front::on_delivered(const peer_id& from, const wire::BrbDelivered& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_request(const peer_id& from, const wire::AntiEntropyRequest& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_page(const peer_id& from, const wire::AntiEntropyPage& frame) {
  if (const auto what = decode(frame, links_.options.network))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_checkpoint_vote(const peer_id& from, const wire::BrbCheckpointVote& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_checkpoint(const peer_id& from, const wire::BrbCheckpoint& frame) {
  if (auto what = decode(frame))
    handle_packet(from, std::make_shared<const checkpoint>(std::move(*what)));
  else
    malformed(from, name(what.error()));
}

void front::on_state_request(const peer_id& from, const wire::CheckpointStateRequest& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_state_page(const peer_id& from, const wire::CheckpointStatePage& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_evidence(const peer_id& from, const wire::BrbEvidence& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_lock_query(const peer_id& from, const wire::BrbLockQuery& frame) {
  if (const auto what = decode(frame))
    handle_packet(from, *what);
  else
    malformed(from, name(what.error()));
}

void front::on_locks(const peer_id& from, const wire::BrbLocks& frame) {
  if (auto what = decode(frame))
    handle_packet(from, std::make_shared<const lock_answer>(std::move(*what)));
  else
    malformed(from, name(what.error()));
}

} // namespace troupe::brb
