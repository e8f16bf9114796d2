// SPDX-License-Identifier: BSD-3-Clause
// Catching up: who lacks what, in bounded pages. It holds the certificates delivered since the last
// checkpoint and some before it, answers requests with the votes and certificates the other lacks, or with
// the checkpoint if it lacks what is forgotten, and asks page after page until a page says that it is the
// last. It answers members of any known generation and those whose join is being voted on, each within its
// credit. Owner: brb_actor. Source: spec: brb 2.5, 8.4.
#pragma once

#include "actors/brb/packets.hpp"
#include "actors/brb/page_credit.hpp"
#include "actors/brb/trailing_state.hpp"

#include <deque>
#include <map>
#include <set>

namespace troupe::brb {

struct anti_entropy_options {
  peer_id self;
  duration page_timeout = std::chrono::seconds{10}; ///< a page not applied by then is asked for again
  /// How often every peer is asked again, as what was certified before a join and delivered after the joiner
  /// had caught up is sent to nobody. Zero: never.
  duration round_every{0};
  bool traced = false; ///< somebody reads the texts of packets
  bool wants_checkpoint = false; ///< and no certificates: our own is lost
};

constexpr std::size_t conversations_max = 64; ///< peers asked at once
constexpr std::size_t tries_max = 3;          ///< requests for one page, of a member; of others one a round
constexpr std::size_t asked_max = 256;        ///< peers asked again in every round; and peers that ask us
constexpr timer_id serve_timer{3};            ///< a question may be answered now
constexpr std::size_t kept_behind_max = 64;   ///< certificates of a source that the checkpoint covers

struct ask_peer {
  peer_id who;
};
struct peer_gone {
  peer_id who;
};
struct anti_entropy_asked {
  peer_id from;
  anti_entropy_request what;
};
struct page_received {
  peer_id from;
  anti_entropy_page what;
};
/// Our own delivery; certificates of one source come in order.
struct certificate_delivered {
  certificate_ptr what;
};

class anti_entropy {
public:
  struct apply_votes {
    peer_id from;
    std::vector<membership::signed_vote_ptr> votes;
  };
  struct apply_certificates {
    peer_id from;
    peer_id source;
    std::vector<certificate_ptr> certificates;
  };
  /// What we lack is not kept by `from` any more, this state has it.
  struct offered {
    peer_id from;
    checkpoint_ptr what;
  };
  using effect = std::variant<send_packet, delivering, handling, apply_votes, apply_certificates, offered,
                              arm, report, note>;

  anti_entropy(anti_entropy_options options, view_ptr now) : options_(options), view_(std::move(now)) {}

  /// Before start and the certificates behind it.
  void restore(const base_state& base);
  void start(time_point);
  /// Begins a conversation, or asks again if the last request was not answered yet; nothing while more pages
  /// are to follow the one that is being applied. Errors: overloaded.
  expected<void, brb_errc> handle(const ask_peer& input, time_point now);
  void handle(const peer_gone& input, time_point);
  void handle(const view_update& input, time_point now);
  void handle(const certificate_delivered& input, time_point now);
  void handle(const base_moved& input, time_point);
  void handle(const anti_entropy_asked& input, time_point now);
  void handle(const page_received& input, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    delivered_vector delivered;
    std::size_t asking;
    std::size_t open; ///< questions that wait for their credit
  };
  state snapshot() const;
  std::uint64_t delivered(const peer_id& source) const;

private:
  /// A page asked for, or received and being applied.
  struct conversation {
    time_point given_up_at;
    bool applying = false;
    bool more = false;
    generation until_gen;
    delivered_vector until;
    std::size_t tries = 1; ///< of this page
  };

  /// What was delivered of one source and is kept: the first is the slot behind `forgotten`.
  struct kept {
    std::uint64_t forgotten = 0;
    std::deque<certificate_ptr> certificates;

    std::uint64_t last() const { return forgotten + certificates.size(); }
  };

  void add_votes(anti_entropy_page& page, std::size_t& size, generation above) const;
  void add_certificates(anti_entropy_page& page, std::size_t& size, const delivered_vector& known) const;
  /// Of one that asked us: what it asked last and has no page for yet.
  struct asker {
    std::optional<anti_entropy_request> open;
    page_credit credit;
  };

  void send_request(const peer_id& peer);
  bool is_member() const;
  bool may_ask(const peer_id& who) const;
  void serve(time_point now);
  anti_entropy_page page_for(const anti_entropy_request& asked) const;
  void go_on(time_point now);
  bool applied(const conversation& page) const;
  delivered_vector vector() const;

  anti_entropy_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  std::map<peer_id, kept> log_; ///< by source
  checkpoint_ptr base_;
  std::map<peer_id, conversation> waiting_;
  std::set<peer_id> asked_; ///< and not gone since; asked_max
  std::map<peer_id, asker> asking_;
};

} // namespace troupe::brb
