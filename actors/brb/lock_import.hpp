// SPDX-License-Identifier: BSD-3-Clause
// What a joiner has to know of one source before it echoes a slot of it: what a quorum of the members before
// it is bound to. Otherwise those who joined could make a second quorum for a slot that has one. It collects
// and judges answers; the window asks, has signatures checked and stores the outcome. Owner: source_window.
// Source: spec: brb 8.4 point 3; docs/decisions/0012-import-of-locks.md.
#pragma once

#include "actors/brb/brb_errc.hpp"
#include "actors/membership/view.hpp"
#include "messages/codec/lock_codec.hpp"

#include <map>
#include <optional>
#include <set>

namespace troupe::brb {

class lock_import {
public:
  /// A signature that an answer rests on.
  struct seal_check {
    peer_id signer;
    digest message;
    signature seal;
  };

  lock_import(peer_id self, peer_id source, std::string network)
    : self_(std::move(self)), source_(std::move(source)), network_(std::move(network)) {}

  /// What a former life has stored.
  void restore(const lock_answer& stored) { known_ = stored; }
  /// What was collected for an earlier join is dropped.
  void on_view(const membership::view& now);
  /// We joined later than the founders, and have not imported since.
  bool needed() const { return since_ && (!known_ || known_->gen < *since_); }
  /// What to ask, and those who have not answered yet. Only while needed.
  lock_query question(const group_id& group) const;
  std::vector<peer_id> unanswered(const membership::view& now) const;

  /// The signatures that the answer rests on, for who has delivered up to `delivered`; nothing if it is of no
  /// use: late, twice, or of nobody who was asked. Errors: what an honest member does not say.
  std::optional<expected<std::vector<seal_check>, brb_errc>>
  open(const peer_id& from, const lock_answer& what, std::uint64_t delivered, const membership::view& now);
  /// All signatures of the answer that was opened hold, or not.
  void close(const peer_id& from, bool valid);
  /// Once a quorum has answered: what is to be stored, with what was known before.
  std::optional<lock_answer> collected(const membership::view& now) const;
  void stored(lock_answer what);

  /// Slots up to here were delivered before we joined: they are delivered here too, and never echoed.
  std::uint64_t settled() const { return known_ ? known_->delivered : 0; }
  /// Since when we are a member, if that is of importance here; otherwise generation 0.
  generation since() const { return since_.value_or(generation{}); }
  /// Adds those that were imported, of slots behind what the answer says is delivered.
  void add_locks(lock_answer& to) const;
  /// What others are bound to; two of one slot contradict each other, and neither is echoed.
  const std::vector<sealed_header>& locks() const;
  /// Another header of its slot, to which somebody is bound; null = none.
  const sealed_header* against(const operation_header& header) const;

private:
  std::vector<seal_check> seals_of(const certificate& proof, const std::set<peer_id>& members) const;
  expected<std::vector<seal_check>, brb_errc> proof_of(const lock_answer& what,
                                                       const membership::view& now) const;

  peer_id self_;
  peer_id source_;
  std::string network_;
  std::optional<generation> since_;         ///< nothing: a founder, no member, or the source itself
  std::map<peer_id, lock_answer> opened_;   ///< their signatures are being checked; members only
  std::map<peer_id, lock_answer> answered_; ///< members only
  std::optional<lock_answer> known_;
};

} // namespace troupe::brb
