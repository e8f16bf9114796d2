// SPDX-License-Identifier: BSD-3-Clause
// The promise log read back at start: which machine takes which records. A record that does not decode makes
// the whole log unreadable, and a node that cannot read its promises must not make new ones. Source: spec:
// brb 8.4 point 8, 8.6.
#pragma once

#include "actors/brb/packets.hpp"
#include "actors/brb/trailing_state.hpp"
#include "messages/codec/promise_codec.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>

namespace troupe::brb {

struct restored_promises {
  bool readable = true;
  std::vector<promise> membership; ///< forced, own votes, decisions; what says that anything was agreed on
  std::map<peer_id, std::vector<promise>> sources; ///< what is about slots, by their source
  std::vector<equivocation_promise> equivocations;
  delivered_vector covered; ///< what the log need not say, as a checkpoint does
};

/// `records` in the order they were appended.
restored_promises replay(std::span<const bytes> records, std::string_view network);

/// What is known of one source.
struct recollection {
  std::uint64_t forgotten = 0; ///< up to there everything counts as delivered
  std::vector<promise>
    promises; ///< deliveries in order, then the stored locks, then the last words of joining
  std::vector<send_ptr> uncertain_locks;   ///< on their way to the log, ascending
  std::vector<certificate_ptr> unrecorded; ///< of the deliveries, those whose records are not synced
};

/// What one source's receiver must find again when its actor is restarted within the life of the process:
/// open locks, those on their way to the log too, and everything delivered. The one object of these machines
/// that threads share: an old incarnation may still be ending.
class source_memory {
public:
  void remember(const promise& what);
  /// Its lock goes to the log: from here on it may be stored, whoever is left to hear of it.
  void begin_lock(const send_ptr& what);
  /// The log has it, or never will.
  void end_lock(std::uint64_t sequence, bool stored);
  /// The record of a delivery is synced.
  void recorded(std::uint64_t sequence);
  /// The slot up to which every delivery is recorded.
  std::uint64_t recorded_up_to() const;
  /// What a checkpoint covers is forgotten; from now on everything up to there counts as delivered.
  void forget(std::uint64_t up_to);
  /// All records of the log are told: none needs recording, and what lies behind a gap is delivered again.
  void replayed();
  /// All of it at one moment.
  recollection recall() const;
  std::vector<promise> promises() const { return recall().promises; }
  /// How many locks are open, stored or not.
  std::size_t open() const;

private:
  struct open_lock {
    send_ptr what;
    bool stored = false;
  };
  std::uint64_t next() const { return forgotten_ + delivered_.size() + 1; }

  mutable std::mutex mutex_;
  std::uint64_t forgotten_ = 0;
  std::deque<certificate_ptr> delivered_;          ///< the first is the slot behind forgotten_
  std::map<std::uint64_t, certificate_ptr> early_; ///< delivered, as a record says that came before another
  std::map<std::uint64_t, open_lock> locks_;
  std::optional<imported_promise> imported_;
  std::optional<answered_promise> answered_;
  std::map<std::uint64_t, certificate_ptr> unrecorded_;
};

/// The same for the voting group.
class membership_memory {
public:
  void remember(const promise& what);
  std::vector<promise> promises() const;

private:
  mutable std::mutex mutex_;
  std::vector<promise> promises_;
};

/// All of a node, made once from its promise log; it outlives every actor that uses it.
struct agreement_memory {
  explicit agreement_memory(restored_promises from = {}, base_state base = {}, lost_base lost = {});

  base_state base() const;
  /// Of each source in order. The broadcast front's thread only.
  std::vector<certificate_ptr> delivered_since_base() const;
  /// The checkpoint that is to be mended by a rebase that goes as far.
  lost_base lost() const;
  bool whole() const { return whole_; }
  /// Goes on from there, forgetting what it covers; nothing if we are further, or if what was lost was.
  void rebase(base_state to);
  /// Calls `order`, which has the store take the checkpoint, unless one that this one does not cover was
  /// ordered before: two actors make them, and the disk must never go back behind what was forgotten. Any
  /// thread.
  bool order_checkpoint(const delivered_vector& covered, const std::function<void()>& order);

  bool readable = true;
  std::shared_ptr<membership_memory> membership = std::make_shared<membership_memory>();
  std::map<peer_id, std::shared_ptr<source_memory>> sources; ///< the broadcast front's own
  std::vector<equivocation_promise> equivocations;           ///< the front's own, too
  std::atomic<std::size_t> receivers{0};                     ///< that may write to `sources`
  std::atomic<std::uint64_t> overloaded{0};   ///< votes and packets refused as a queue was full
  std::atomic<std::size_t> fragment_bytes{0}; ///< of large payloads that are not whole yet
  std::atomic<std::uint64_t> delivered{0};    ///< operations, of all sources, in this life of the process

private:
  void forget(const delivered_vector& covered);

  mutable std::mutex mutex_;
  base_state base_;
  std::mutex ordering_; ///< held while one is ordered, so that the store's queue has them in order
  delivered_vector ordered_;
  lost_base lost_;
  std::atomic<bool> whole_; ///< nothing is lost
};

/// Held by a receiver for its life. A front that was restarted reads the memory only when the receivers of
/// the former one are gone: they may still be ending on other threads.
class receiver_lease {
public:
  explicit receiver_lease(std::shared_ptr<agreement_memory> on) : on_(std::move(on)) { ++on_->receivers; }
  ~receiver_lease() { --on_->receivers; }
  receiver_lease(const receiver_lease&) = delete;
  receiver_lease& operator=(const receiver_lease&) = delete;

private:
  std::shared_ptr<agreement_memory> on_;
};

} // namespace troupe::brb
