// SPDX-License-Identifier: BSD-3-Clause
// One broadcast of ours, at its source: request echoes, collect a quorum, hand out the certificate, resend to
// whoever lags. Our own receiver gets every packet first; other members are asked only once it has locked the
// slot, so our sequence number is durable before it leaves. Owner: one instance_actor. Source: spec: brb 8.4
// points 1, 3, 6, 7.
#pragma once

#include "actors/brb/coded_payload.hpp"
#include "actors/brb/packets.hpp"
#include "actors/brb/quorum.hpp"

#include <map>
#include <set>

namespace troupe::brb {

struct instance_options {
  peer_id self;
  std::string network;
  operation_header header; ///< source is self
  bytes payload;
  describe_function describe = nullptr;
  bool traced = false; ///< somebody reads the texts of packets
  coding_rules coding = {};
  duration resend_first = std::chrono::milliseconds{500};
  duration resend_max = std::chrono::seconds{30};
};

/// Our own receiver refused the slot before it was locked: the operation never happened.
struct own_refusal {
  operation_header header; ///< another one may have the number meanwhile
  brb_errc why{};
  std::string detail;
};

/// Window and operations differ in what the slot of ours holds, or wait for each other: they have to be made
/// again from the memory.
struct numbers_disputed {
  std::uint64_t sequence = 0;
};

class instance {
public:
  /// Our lock is durable and the request has left: the operation will happen.
  struct settled {};
  struct failed {
    brb_errc why;
    std::string detail;
  };
  /// Every member that must deliver it has said so.
  struct finished {};
  using effect = std::variant<send_packet, delivering, handling, settled, failed, finished, verify, sign, arm,
                              cancel, report, note>;
  enum class phase : std::uint8_t { signing, requesting, certified, done };

  instance(instance_options options, view_ptr now);

  void start(time_point now);
  void handle(const view_update& input, time_point now);
  void handle(const echo_received& input, time_point now);
  void handle(const acknowledged& input, time_point now);
  void handle(const own_refusal& input, time_point now);
  void handle(const peer_returned& input, time_point now);
  void handle(const retry& input, time_point now);
  void handle(const persisted&, time_point) {} // it stores nothing itself: its lock is its receiver's
  void handle(const verified& input, time_point now);
  void handle(const signed_off& input, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    phase at;
    std::uint64_t sequence;
    std::map<generation, std::size_t> echoes;
    std::size_t lagging; ///< members without an acknowledgement
  };
  state snapshot() const;

private:
  struct pending_echo {
    generation gen;
    peer_id from;
    signature seal;
  };

  void ask(generation gen);
  void ask_others(generation gen);
  void ask_member(generation gen, const peer_id& member);
  void send_fragments(const std::set<peer_id>& members);
  void verify_enough(generation gen);
  void accept(const pending_echo& echo);
  void count_again();
  void certify(generation gen);
  void hand_out(const peer_id& member, bool with_payload);
  void resend();
  void refuse(const echo_received& input, brb_errc why);
  handling handled(const peer_id& from, const echo_message& what) const;
  void finish_if_complete();
  std::string proof_text() const;
  bool has_echoed(const peer_id& member) const;
  std::set<peer_id> lagging() const;
  void announce(const std::set<peer_id>& to);

  instance_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  phase phase_ = phase::signing;
  signature header_seal_{};
  bool locked_here_ = false;
  bool fragments_out_ = false; ///< the members of the header's generation hand them on among themselves
  std::map<generation, std::map<peer_id, signature>> echoes_; ///< by generation asked
  std::map<std::pair<generation, peer_id>, signature> spare_; ///< came, and need not be verified yet
  std::map<ticket, pending_echo> verifying_;
  certificate_ptr certificate_;
  std::set<peer_id> acknowledged_;
  std::uint64_t last_ticket_ = 0;
  duration resend_after_{};
};

} // namespace troupe::brb
