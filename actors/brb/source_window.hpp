// SPDX-License-Identifier: BSD-3-Clause
// The receiver of one source in one group. It binds each slot to one digest before any echo leaves (a durable
// lock), answers the same digest with the same echo for ever, keeps evidence of a different one, checks
// certificates, and delivers in order. Owner: one receiver_actor; our own operations pass through the window
// of our own source. Source: spec: brb 8.4, 8.6.
#pragma once

#include "actors/brb/certificate_check.hpp"
#include "actors/brb/coded_payload.hpp"
#include "actors/brb/instance.hpp"
#include "actors/brb/lock_import.hpp"
#include "actors/brb/packets.hpp"
#include "messages/codec/promise_codec.hpp"

#include <deque>
#include <map>
#include <optional>

namespace troupe::brb {

struct source_window_options {
  peer_id self;
  std::string network;
  peer_id source;
  describe_function describe = nullptr;
  bool promises_readable = true;
  bool traced = false; ///< somebody reads the texts of packets
};

constexpr std::size_t backlog_max =
  page_certificates_max;              ///< certificates of anti-entropy pages waiting for their turn
constexpr std::size_t parked_max = 8; ///< certificates of generations not known here yet
constexpr std::size_t evidence_max = 4;
constexpr std::size_t recording_max = 64; ///< deliveries whose records are not synced yet
constexpr duration store_again_after = std::chrono::seconds{1}; ///< what the log refused, but must take

/// Certificates of one anti-entropy page for this source, ascending.
struct backlog_received {
  peer_id from;
  std::vector<certificate_ptr> certificates;
};
/// What the data type said to a `validate`; no reason = it may be applied.
struct validated {
  ticket id;
  std::optional<std::string> refusal;
};

class source_window {
public:
  /// Ask the data type; `before` are the slots of this source that are locked and come first.
  struct validate {
    ticket id;
    std::uint64_t sequence;
    send_ptr what;
    std::vector<send_ptr> before;
  };
  struct deliver {
    certificate_ptr what;
  };
  /// We lack something that `peer` seems to have.
  struct behind {
    peer_id peer;
  };
  /// Its lock goes to the promise log with the next effect: a restart of this actor has to find it.
  struct lock_begun {
    send_ptr what;
  };
  struct lock_ended {
    std::uint64_t sequence;
    bool stored;
  };
  /// The record of this delivery is synced.
  struct recorded {
    std::uint64_t sequence;
    std::uint64_t up_to; ///< it and all before it are
  };
  /// The source signed two headers for one slot, as far as this window can tell.
  struct suspected {
    equivocation what;
  };
  /// Tell a joiner; if the answer lacks the proof that it needs, our checkpoint is one.
  struct hand_locks {
    peer_id to;
    lock_answer what;
  };
  using effect = std::variant<send_packet, delivering, handling, validate, deliver, own_refusal,
                              numbers_disputed, behind, suspected, hand_locks, remember, lock_begun,
                              lock_ended, recorded, persist, verify, sign, arm, report, note>;

  source_window(source_window_options options, view_ptr now);

  /// Takes this source's records of the promise log, in order, before start.
  void restore(const promise& record);
  /// A lock that a former life of the actor was storing when it ended: it is stored again before anything
  /// else, as the log may have it.
  void restore_uncertain(const send_ptr& what);
  /// A delivery among those whose record a former life has not seen synced.
  void restore_unrecorded(const certificate_ptr& what) { unrecorded_[what->header.sequence] = what; }
  /// Before those: what a checkpoint covers was delivered, long ago.
  void restore(std::uint64_t forgotten) { delivered_ = forgotten; }
  void start(time_point now);
  void handle(const view_update& input, time_point now);
  void handle(const send_received& input, time_point now);
  void handle(const fragment_received& input, time_point now);
  void handle(const certificate_received& input, time_point now);
  void handle(const backlog_received& input, time_point now);
  void handle(const locks_asked& input, time_point now);
  void handle(const locks_told& input, time_point now);
  void handle(const validated& input, time_point now);
  void handle(const verified& input, time_point now);
  void handle(const signed_off& input, time_point now);
  void handle(const persisted& input, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    std::uint64_t delivered;
    std::vector<std::uint64_t> locked;   ///< slots with a durable lock, ascending
    std::vector<std::uint64_t> buffered; ///< verified certificates waiting for their turn
    std::vector<equivocation> proofs;
    std::size_t backlog;
  };
  state snapshot() const;
  /// Bytes of fragments that wait for more.
  std::size_t fragment_bytes() const { return collecting_.held(); }

private:
  /// Up to `checking` the header's signature is not known to be true.
  enum class stage : std::uint8_t { checking, held, validating, persisting, locked };
  struct slot {
    peer_id from;
    send_ptr what;
    stage at = stage::checking;
    bool maybe_stored = false;        ///< by a former life of the actor: no other may take its place
    std::set<generation> wanted = {}; ///< echoes owed once locked
    std::map<generation, signature> echoes = {}; ///< given
  };
  /// A second header for a slot, its signature being checked.
  struct suspicion {
    peer_id from;
    operation_header first;
    signature first_seal{};
    send_ptr second;
  };
  struct header_check {
    std::uint64_t sequence;
  };
  /// A joiner's answer whose signatures are being checked.
  struct open_answer {
    std::size_t outstanding = 0;
    bool valid = true;
  };
  struct echo_signing {
    std::uint64_t sequence;
    generation gen;
  };

  std::optional<brb_errc> judge(const peer_id& from, const send_message& what) const;
  std::optional<brb_errc> may_echo(generation gen) const;
  void on_known_slot(const send_received& input, slot& known);
  void on_delivered_slot(const send_received& input);
  void suspect(const send_received& input, const operation_header& first, const signature& first_seal);
  const std::set<peer_id>* collectable(const operation_header& header, const peer_id& owner) const;
  void hand_on(const fragment_ptr& what, const std::set<peer_id>& members);
  void on_payload(std::uint64_t sequence);
  void advance();
  bool admit(std::uint64_t sequence, slot& held);
  void lock(std::uint64_t sequence, slot& opened);
  void store_lock(std::uint64_t sequence, slot& opened);
  void on_lock_stored(std::uint64_t sequence, slot& opened);
  void on_lock_failed(std::uint64_t sequence, slot& opened);
  void refuse_held_behind(std::uint64_t sequence);
  void answer(std::uint64_t sequence, generation gen);
  void echo_with(slot& locked, generation gen, const signature& seal);
  void send_echo(const slot& from, generation gen, const signature& seal);
  /// That signature need not be checked: it is our own echo, or the one on the header, which was.
  bool knows(const slot& held, generation gen, const seal_check& one) const;
  void check(const certificate_received& input);
  void accept(const certificate_received& input);
  void deliver_next();
  void deliver_now(const certificate_ptr& what);
  void record(const certificate_ptr& what);
  void on_recorded(certificate_ptr what, bool stored);
  void record_again();
  void lock_again();
  std::uint64_t durable() const;
  void forget_tickets_of_delivered();
  void feed_backlog();
  void park(const certificate_received& input);
  void unpark();
  void acknowledge();
  void ask_for_locks();
  void ask_again();
  void import_if_complete();
  void on_imported(bool stored);
  bool on_import_checked(const verified& input);
  void serve_askers();
  void on_promised(bool stored);
  lock_answer own_locks(generation asked) const;
  handling handled(const send_received& input) const;
  handling handled(const certificate_received& input) const;
  handling handled(const fragment_received& input) const;
  template <class Input>
  void refuse(const Input& input, brb_errc why, std::string_view detail = {}) {
    refuse(handled(input), why, input.what->header, detail);
  }
  void refuse(handling input, brb_errc why, const operation_header& header, std::string_view detail);
  void refuse_own(const operation_header& header, brb_errc why, std::string_view detail);
  void keep_evidence(const operation_header& first, const signature& first_seal,
                     const operation_header& second, const signature& second_seal);
  ticket next_ticket() { return ticket{++last_ticket_}; }

  static constexpr timer_id store_again_timer{1};
  static constexpr timer_id import_timer{2};
  static constexpr timer_id acknowledge_timer{3};

  source_window_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  std::uint64_t delivered_ = 0;
  std::map<std::uint64_t, slot> slots_;                    ///< within the window
  std::map<std::uint64_t, certificate_received> buffered_; ///< verified, not delivered
  std::map<std::uint64_t, certificate_ptr> recent_;        ///< the last window_size delivered
  coded_payloads collecting_;
  std::map<std::uint64_t, certificate_received> awaiting_; ///< of the source, their fragments still coming
  std::deque<certificate_received> backlog_;
  std::deque<certificate_received> parked_;
  std::map<ticket, header_check> checking_headers_;
  std::map<ticket, suspicion> suspicions_;
  std::map<ticket, std::uint64_t> validating_;
  std::map<ticket, std::uint64_t> locking_;
  std::map<ticket, echo_signing> signing_;
  std::map<ticket, std::uint64_t> verifying_;           ///< ticket -> slot of its certificate
  std::map<std::uint64_t, certificate_check> checks_;   ///< by slot
  std::map<ticket, certificate_ptr> recording_;         ///< delivered, their records under way
  std::map<std::uint64_t, certificate_ptr> unrecorded_; ///< delivered, refused by the log, to be tried again
  lock_import import_;
  bool asking_ = false; ///< the import timer runs
  duration ask_again_after_{};
  std::uint32_t asked_ = 0;                                 ///< questions since it began
  std::map<ticket, peer_id> checking_locks_;                ///< of whose answer
  std::map<peer_id, open_answer> open_answers_;             ///< members only
  std::optional<std::pair<ticket, lock_answer>> importing_; ///< being stored
  generation answered_{};                                   ///< no new slot is locked under an older one
  std::map<peer_id, generation> askers_;                    ///< joiners that wait for it; members only
  std::optional<std::pair<ticket, lock_query>> promising_;  ///< being stored
  std::map<peer_id, time_point> told_at_;                   ///< members only
  bool acknowledged_lately_ = false;                        ///< the acknowledge timer runs
  bool acknowledgement_owed_ = false;
  std::vector<equivocation> evidence_;
  std::optional<std::uint64_t>
    own_refused_; ///< the first slot of ours that was refused, until it comes again
  std::uint64_t last_ticket_ = 0;
};

} // namespace troupe::brb
