// SPDX-License-Identifier: BSD-3-Clause
// What a member has to know of one source before it echoes a slot of it, once it has joined or somebody has
// left: what the members before are bound to. Otherwise those who are bound to nothing could become a quorum,
// for a slot that has one already. It collects and judges answers; the window asks, has signatures checked
// and stores the outcome. Owner: source_window. Source: spec: brb 8.4 point 3;
// docs/decisions/0012-import-of-locks.md.
#pragma once

#include "actors/brb/brb_errc.hpp"
#include "actors/brb/certificate_check.hpp"
#include "actors/membership/view.hpp"
#include "messages/codec/lock_codec.hpp"

#include <map>
#include <optional>
#include <set>

namespace troupe::brb {

class lock_import {
public:
  lock_import(peer_id self, peer_id source, std::string network)
    : self_(std::move(self)), source_(std::move(source)), network_(std::move(network)) {}

  /// What a former life has stored.
  void restore(const lock_answer& stored) { known_ = stored; }
  /// Whether that changes what is needed: what was collected before is dropped then.
  bool on_view(const membership::view& now);
  /// Since that change of the members we have not imported.
  bool needed() const { return since_ && (!known_ || known_->gen < *since_); }
  /// Several changes came before we knew enough of the first: goes over from that to the last one or back, as
  /// of either there may be too few to answer.
  void try_another(const membership::view& now);
  /// Whether we know all that a member of the generation before `asked` has to.
  bool complete_before(generation asked, const membership::view& now) const;
  /// What to ask, and those who have not answered yet. Only while needed.
  lock_query question(const group_id& group) const;
  std::vector<peer_id> unanswered(const membership::view& now) const;

  /// The signatures that the answer rests on, for who has delivered up to `delivered`; nothing if it is of no
  /// use: late, twice, or of nobody who was asked. Errors: what an honest member does not say.
  std::optional<expected<std::vector<seal_check>, brb_errc>>
  open(const peer_id& from, const lock_answer& what, std::uint64_t delivered, const membership::view& now);
  /// All signatures of the answer that was opened hold, or not.
  void close(const peer_id& from, bool valid);
  /// Once enough have answered, ourselves among them if we knew enough before: what is to be stored, with
  /// what was known before.
  std::optional<lock_answer> collected(const membership::view& now) const;
  void stored(lock_answer what);

  /// Slots up to here were delivered before the change: they are delivered here too, and never echoed.
  std::uint64_t settled() const { return known_ ? known_->delivered : 0; }
  /// New slots are not locked under generations before this one, in which others may be bound to other
  /// headers.
  generation since() const;
  /// Adds those that were imported, of slots behind what the answer says is delivered.
  void add_locks(lock_answer& to) const;
  /// What others are bound to; two of one slot contradict each other, and neither is echoed.
  const std::vector<sealed_header>& locks() const;
  /// Another header of its slot, to which somebody is bound; null = none.
  const sealed_header* against(const operation_header& header) const;

private:
  expected<std::vector<seal_check>, brb_errc> proof_of(const lock_answer& what,
                                                       const membership::view& now) const;
  std::vector<generation> required(const membership::view& now, generation last) const;
  std::vector<generation> unmet(const membership::view& now) const;

  peer_id self_;
  peer_id source_;
  std::string network_;
  std::optional<generation>
    since_;         ///< what is asked about; nothing: nothing to learn, no member, or the source
  generation last_; ///< the last change that is of importance here
  std::map<peer_id, lock_answer> opened_;   ///< their signatures are being checked; members only
  std::map<peer_id, lock_answer> answered_; ///< members only
  std::optional<lock_answer> known_;
};

} // namespace troupe::brb
