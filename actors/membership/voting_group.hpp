// SPDX-License-Identifier: BSD-3-Clause
// Dynamic membership by voting: the machine behind trust, join and leave. It collects signed votes for the
// next generation and casts its own: adopt, merge when split, super majority, super majority over super
// majorities. Own votes are signed and stored before they leave; each distinct vote is verified once. A voter
// that contradicts itself is proven to, everywhere, and no longer counted; who decides tells all. A join
// needs the joiner's consent, which the sponsor asks for. Source: spec: brb 3, 8.4 point 10, seed 000.
#pragma once

#include "actors/brb/delivering.hpp"
#include "actors/membership/ballot.hpp"
#include "actors/membership/membership_errc.hpp"
#include "actors/membership/view.hpp"
#include "actors/runtime/machine.hpp"
#include "messages/codec/promise_codec.hpp"

#include <deque>
#include <variant>

namespace troupe::membership {

struct voting_group_options {
  peer_id self;
  std::string network;
  std::size_t members_soft_max = 7; ///< no proposal may bring in more
  bool promises_readable = true;    ///< false: refuse to vote, as earlier votes are unknown
  bool consents = true;             ///< to be proposed to our own group, or to any while we trust nobody
  bool tells_joiners = true;        ///< of the decision that let them in; seed 000 does not
  bool traced = false;              ///< somebody reads the texts of packets
  duration resend_first = std::chrono::seconds{1};
  duration resend_max = std::chrono::seconds{30};
  duration consent_wait = std::chrono::seconds{3}; ///< for the joiner's answer
};

constexpr std::size_t waiting_votes_max = 64;    ///< votes being verified or waiting for our own cast
constexpr std::size_t verified_cache_max = 4096; ///< digests of votes found valid
constexpr duration stall_after = std::chrono::seconds{16}; ///< longer than messages take
constexpr std::size_t storing_max = 64;                    ///< records acted upon before they are stored
constexpr std::size_t forced_max = 256;                    ///< forced changes over the life of the group
constexpr std::size_t consents_max = 16;         ///< asked for, being signed, being checked, held: each
constexpr std::uint64_t consent_window = 16;     ///< generations that we ask a joiner to agree to
constexpr std::uint64_t consent_window_max = 64; ///< that anybody agrees to

/// A vote that came from a peer, or from an anti-entropy page of one.
struct vote_received {
  peer_id from;
  signed_vote_ptr vote;
};

/// trust and untrust: local, unsigned membership in the current generation.
struct force_change {
  reconfig what;
};
/// join and leave: a vote for the next generation.
struct propose_change {
  reconfig what;
};
/// What came of propose_change.
enum class proposed : std::uint8_t {
  cast,  ///< our vote is on its way
  asked, ///< the joiner is asked for its consent first; join_settled follows
};
/// A sponsor wants to propose us.
struct consent_asked {
  peer_id from;
  consent_request what;
};
/// A joiner's answer to ask_consent.
struct consent_received {
  peer_id from;
  consent_answer what;
};
/// An operation was begun: the group id is settled.
struct operation_started {};
/// Send our pending vote again, at once.
struct retry_votes {};
/// A session with this peer is up again.
struct member_returned {
  peer_id who;
};

struct send_vote {
  peer_id to;
  signed_vote_ptr vote;
};
struct ask_consent {
  peer_id to;
  consent_request what;
};
struct send_consent {
  peer_id to;
  consent_answer what;
};
/// What came of a proposal that waited for the joiner; no error: it is cast.
struct join_settled {
  peer_id who;
  std::optional<membership_errc> error;
};
/// The group changed; the shell publishes `view()`.
struct view_changed {};
/// The group id will not change any more: sessions may refuse peers of another group.
struct group_settled {
  group_id group;
};
/// Our vote has been waiting long: ask the other members what we lack.
struct catch_up {};

class voting_group {
public:
  using effect =
    std::variant<send_vote, ask_consent, send_consent, join_settled, delivering, handling, remember,
                 view_changed, group_settled, catch_up, persist, verify, sign, arm, cancel, report, note>;

  explicit voting_group(voting_group_options options) : options_(std::move(options)) {}

  /// Takes one record of the promise log, in order, before start.
  void restore(const promise& record);
  void start(time_point now);

  /// The local commands. Errors: promises_unreadable, not_an_actor; of a forced change also overloaded; of a
  /// proposal also vote_in_progress, no_members, overloaded and whatever validating the vote gives.
  expected<void, membership_errc> handle(const force_change& input, time_point now);
  expected<proposed, membership_errc> handle(const propose_change& input, time_point now);
  void handle(const operation_started&, time_point) { freeze(); }
  void handle(const retry_votes& input, time_point now);
  void handle(const member_returned& input, time_point now);

  void handle(const vote_received& input, time_point now);
  void handle(const consent_asked& input, time_point now);
  void handle(const consent_received& input, time_point now);
  void handle(const verified& input, time_point now);
  void handle(const signed_off& input, time_point now);
  void handle(const persisted& input, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  /// Errors: invalid_generation, invalid_vote_in_history.
  expected<std::set<peer_id>, membership_errc> members(generation g) const;
  view snapshot() const;

private:
  /// A bundle whose signatures are being checked.
  struct checking {
    vote_received input;
    std::size_t outstanding = 0;
    bool valid = true;
  };
  /// Our own vote on its way: signed, then stored, then cast; or, if it decides, entered in the history.
  struct casting {
    signed_vote vote;
    signed_vote_ptr sealed;
    ticket waits_for;
    bool decides = false;
  };

  // voting_rounds.cpp: how a vote is judged and answered
  expected<void, membership_errc> validate(const signed_vote& vote) const;
  expected<void, membership_errc> validate_one(const signed_vote& vote,
                                               const std::set<peer_id>& now_members) const;
  expected<void, membership_errc> validate_change(const reconfig& change,
                                                  const std::set<peer_id>& now_members) const;
  bool proves_decision(const signed_vote& vote) const;
  signed_vote_ptr decision_in(const signed_vote_ptr& vote) const;
  void admit(vote_received input);
  void process(const vote_received& input);
  bool hold(const vote_received& input);
  void release_held();
  void refuse(const peer_id& from, membership_errc why);
  bool may_vote() const;
  void step(const signed_vote_ptr& cause);
  void on_split(const electorate& of);
  /// Called at each resend: merges if a quorum waits for votes of the silent, who may be faulty. It does if
  /// in an interval of stall_after or more nobody changed its vote and a quorum sent theirs again, none of
  /// them bound by a super-majority ballot. Who is bound itself stays so.
  void merge_if_stalled();
  void on_super_majority(const electorate& of);
  void adopt(const signed_vote& cause);

  // voting_faults.cpp: voters that contradict themselves, and who is told of what
  void log(const signed_vote_ptr& vote);
  void convict(const signed_vote_ptr& one, const signed_vote_ptr& other);
  std::vector<fault> known_faults() const;
  electorate voters() const;
  void tell_faults(const peer_id& who);
  void announce_decision(const signed_vote_ptr& vote, const std::set<peer_id>& before);
  void tell_decision(const peer_id& who, const signed_vote& late);

  // voting_consent.cpp: the joiner's word, asked for and given
  expected<proposed, membership_errc> ask_for_consent(const peer_id& joiner, const group_id& group);
  std::optional<join_consent> consent_of(const peer_id& joiner) const;
  bool may_consent(const consent_request& what) const;
  bool settle_consent(const verified& input, time_point now);
  bool give_consent(const signed_off& input);
  void give_up_asking();
  void settle_join(const peer_id& who, std::optional<membership_errc> error);

  void cast(ballot_kind ballot, std::vector<signed_vote_ptr> nested, bool decides = false);
  void begin(signed_vote vote, bool decides);
  void cast_now();
  /// For what may be acted upon before it is stored. A restart of the actor finds no more of it than a
  /// restart of the process would: a gap between what is remembered and what is stored would lose a
  /// generation.
  void store(promise what);
  void decide(const signed_vote_ptr& vote);
  void drain();
  void send_to_members(const signed_vote_ptr& vote);
  void send_to(const peer_id& who, const signed_vote_ptr& vote);
  handling handled(const peer_id& from, const signed_vote& vote) const;
  void leaving(const peer_id& to, const signed_vote& vote);
  void freeze();
  bool agrees_with_history(const signed_vote& vote) const;
  bool remembers(const digest& key) const { return valid_.contains(key); }
  void remember_valid(const digest& key);
  std::optional<group_id> current_group() const;
  bool may_force(const reconfig& change) const;
  ticket next_ticket();
  void say(note::level severity, std::string text);

  voting_group_options options_;
  effect_queue<effect> effects_;
  std::optional<group_id> frozen_;
  bool started_ = false; // what is restored before is told once, at the start
  generation gen_;
  std::map<generation, std::set<reconfig>> forced_;
  std::map<generation, signed_vote_ptr> history_;
  votes_by_voter votes_;           ///< for gen_ + 1
  votes_by_voter votes_at_resend_; ///< as they were when our pending vote was last sent again
  std::set<peer_id> renewed_;      ///< who has said its own vote since, and is not bound by it

  std::map<peer_id, fault> faults_;             ///< of voters for gen_ + 1, whose votes are not in votes_
  std::set<peer_id> fresh_faults_;              ///< of these, not told to the others yet
  std::map<peer_id, generation> told_decision_; ///< the last one sent in answer to a late vote

  std::map<peer_id, consent_request> asking_;                            ///< joiners
  std::map<ticket, std::pair<peer_id, join_consent>> checking_consents_; ///< of them
  std::map<peer_id, join_consent> consents_;                             ///< held
  std::map<ticket, std::pair<peer_id, consent_request>> consenting_;     ///< to be signed by us, for sponsors

  std::map<ticket, std::uint64_t> verifying_; ///< ticket -> key of checks_
  std::map<std::uint64_t, checking> checks_;
  std::map<ticket, digest> verifying_ids_;
  std::set<digest> valid_;
  std::deque<digest> valid_order_;
  std::deque<vote_received> inbox_; ///< verified, waiting for our own cast
  /// Verified, of generations after the next: the votes of a page may be verified in any order.
  std::vector<vote_received> ahead_;
  std::map<ticket, promise> storing_; ///< acted upon, not stored yet; storing_max
  std::optional<casting> casting_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t last_check_ = 0;
  duration resend_after_{};
};

} // namespace troupe::membership
