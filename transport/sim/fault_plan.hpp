// SPDX-License-Identifier: BSD-3-Clause
// What is wrong with the simulated network: conditions per directed pair of nodes, cuts, partitions, stalls,
// refused dials. Pure data with questions about it; sim_world owns it and acts upon changes.
// docs/protocols/lane.md lists the fault kinds. All but `raw` keep the contract of transport/link.hpp; `raw`
// breaks it, on lanes of /troupe/ protocols only.
#pragma once

#include "messages/types/peer_id.hpp"
#include "messages/types/random_stream.hpp"
#include "messages/types/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace troupe::transport {

/// Faults of single frames; each rate in millionths, drawn once per frame.
struct raw_faults {
  std::uint32_t drop = 0;
  std::uint32_t duplicate = 0;
  std::uint32_t reorder = 0;                         ///< held back until 1 to 8 later frames have passed
  duration hold_max = std::chrono::milliseconds{50}; ///< a frame held back goes out then at the latest

  friend bool operator==(const raw_faults&, const raw_faults&) = default;
  bool any() const { return drop != 0 || duplicate != 0 || reorder != 0; }
};

/// One direction between two nodes.
struct link_conditions {
  duration delay_min = std::chrono::microseconds{100};
  duration delay_mean = std::chrono::microseconds{200}; ///< exponential tail above delay_min
  duration jitter{0};                                   ///< uniform in [0, jitter] on top
  std::uint64_t bandwidth = 0;                          ///< bytes per second; 0 = unlimited
  std::uint32_t split = 0;                              ///< millionths of deliveries that come in two turns
  std::uint32_t dial_refused = 0;                       ///< millionths of dials
  raw_faults raw;

  friend bool operator==(const link_conditions&, const link_conditions&) = default;
};

/// A delay as `conditions` distribute it, in integer arithmetic.
duration drawn_delay(const link_conditions& conditions, random_stream& rng);

class fault_plan {
public:
  using node_pair = std::pair<peer_id, peer_id>; ///< from, to

  void set_default(const link_conditions& conditions) { default_ = conditions; }
  void set(const peer_id& from, const peer_id& to, const link_conditions& conditions);
  const link_conditions& of(const peer_id& from, const peer_id& to) const;

  /// How long a crash or a cut stays unnoticed.
  duration detection = std::chrono::seconds{10};

  void cut(const peer_id& from, const peer_id& to, time_point now) {
    cuts_.insert_or_assign({from, to}, now);
  }
  void heal(const peer_id& from, const peer_id& to) { cuts_.erase({from, to}); }
  /// Nothing passes between nodes of different groups; nodes in no group reach everybody. Replaces the last
  /// partition.
  void partition(const std::vector<std::vector<peer_id>>& groups, time_point now);
  /// Ends all cuts, the partition and refusals. Stalls run out by themselves; conditions stay.
  void heal_all();
  bool blocked(const peer_id& from, const peer_id& to) const { return blocked_since(from, to).has_value(); }
  std::optional<time_point> blocked_since(const peer_id& from, const peer_id& to) const;

  /// Nothing arrives before `until`; then all of it does.
  void stall(const peer_id& from, const peer_id& to, time_point until) {
    stalls_.insert_or_assign({from, to}, until);
  }
  time_point stalled_until(const peer_id& from, const peer_id& to) const;

  void refuse_dials(const peer_id& from, const peer_id& to) { refusals_.insert({from, to}); }
  void accept_dials(const peer_id& from, const peer_id& to) { refusals_.erase({from, to}); }
  bool refuses(const peer_id& from, const peer_id& to) const { return refusals_.contains({from, to}); }

private:
  link_conditions default_;
  std::map<node_pair, link_conditions> conditions_;
  std::map<node_pair, time_point> cuts_;
  std::map<node_pair, time_point> stalls_;
  std::set<node_pair> refusals_;
  std::map<peer_id, std::size_t> groups_;
  time_point partitioned_at_{};
};

} // namespace troupe::transport
