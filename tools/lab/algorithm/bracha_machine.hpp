// SPDX-License-Identifier: BSD-3-Clause
// Bracha's reliable broadcast of 1987, one instance for each slot of each source, delivered in the order of
// the source: send, echo, ready; n > 3f, no signatures, totality built in. Two things are added, as his links
// lose nothing and his voters never change: what a member lacks is sent again until it says that it has it,
// and a later generation replaces who is counted (nothing is promised about slots under way at that moment).
// Pure, one owner at a time. Source: spec: brb 7.
#pragma once

#include "tools/lab/algorithm/bracha_packet.hpp"
#include "tools/lab/algorithm/broadcast.hpp"

#include "messages/types/fifo.hpp"

#include <map>
#include <string_view>

namespace troupe::lab::bracha {

/// Slots of one source that may be open at a node, beyond the last delivered one.
constexpr std::uint64_t window = 32;
/// Delivered operations of one source kept for members that lack them; who is further behind stays behind.
constexpr std::size_t kept_max = 1024;

/// Members that may lie while the others agree.
constexpr std::size_t liars_max(std::size_t members) {
  return members == 0 ? 0 : (members - 1) / 3;
}
/// Echoes that make a member ready: any two such sets share an honest member.
constexpr std::size_t echo_quorum(std::size_t members) {
  return (members + liars_max(members) + 2) / 2;
}

enum class errc : std::uint8_t {
  malformed = 1,   ///< the packet cannot be read, or the operation is too long
  not_a_member,    ///< who sends it does not vote
  unknown_source,  ///< the slot is of somebody who never voted
  not_its_slot,    ///< a send for another's slot
  outside_window,  ///< too far ahead of what is delivered here; or slot 0
  another_content, ///< contradicts what the same member said of the slot
  refused_by_data_type,
  window_full, ///< our own operation: `window` of ours are not delivered yet
};
/// As the enumerator in the original's style, e.g. "OutsideWindow"; "Unknown" for another number.
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
  virtual void transmit(const peer_id& to, const packet& content);

  const peer_id& self() const { return options_.self; }
  const std::set<peer_id>& members() const { return voting_.members; }
  std::uint64_t delivered(const peer_id& source) const;

private:
  using result = expected<void, errc>;
  using votes = std::map<peer_id, digest>; // of each member the first

  struct slot {
    votes echoes;
    votes readies;
    std::map<digest, bytes> contents; // those voted for: at most two for each member
    bool echoed = false;
    bool ready = false;
  };
  struct stream {
    std::uint64_t delivered = 0;
    std::map<std::uint64_t, slot> open;
    std::map<std::uint64_t, bytes> kept;
    std::map<peer_id, std::uint64_t> known; // how far other members say they have delivered
  };

  result receive(const peer_id& from, const packet& got);
  result receive_send(stream& of, const packet& got);
  result receive_vote(const peer_id& from, stream& of, const packet& got);
  void receive_progress(const peer_id& from, stream& of, const packet& got);
  void vote(stream& of, const packet& content);
  void settle(const peer_id& source, stream& of, std::uint64_t sequence);
  void deliver_in_order(const peer_id& source, stream& of);
  std::size_t count(const votes& all, const digest& content) const;
  void forget_kept(stream& of);
  static std::uint64_t known(const stream& of, const peer_id& member);
  void resend_slot(const peer_id& to, const peer_id& source, std::uint64_t sequence, const slot& at);
  void broadcast_to_others(const packet& content);
  bool votes_here() const { return members().contains(self()); }

  broadcast_options options_;
  voters voting_;
  std::map<peer_id, stream> streams_; // of everybody who ever voted here
  std::uint64_t issued_ = 0;
  fifo<effect> effects_;
};

} // namespace troupe::lab::bracha
