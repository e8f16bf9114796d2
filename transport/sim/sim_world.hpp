// SPDX-License-Identifier: BSD-3-Clause
// The simulated network as a whole: one queue of events in virtual time, the nodes attached to it, what is
// wrong between them. Pure and single-threaded; everything that happens follows from the seed and the calls.
// Handlers and observers are called only from within advance() (and stop()). It must outlive the networks
// made on it. Whoever owns the clock calls next_due() and advance(); with actors that is
// actors/runtime/shell/sim_scheduler.hpp.
#pragma once

#include "messages/types/multiaddr.hpp"
#include "messages/types/random_stream.hpp"
#include "messages/types/strong.hpp"
#include "transport/sim/fault_plan.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace troupe::transport {

class sim_network;
class sim_link;
class sim_dialer;

enum class trace_kind : std::uint8_t { delivered = 1, dropped = 2, duplicated = 3 };

/// One piece of a lane's bytes that arrived, or one frame that a raw fault took or doubled.
struct trace_record {
  time_point at;
  time_point
    sent; ///< when the sending end put it on the wire; of a dropped or doubled frame the same as `at`
  peer_id from;
  peer_id to;
  link_id link; ///< the same at both ends
  lane_id lane;
  trace_kind what;
  std::uint64_t size;
  std::uint64_t bytes_hash;
};

/// Folds records into one number: equal for equal runs.
class trace_digest {
public:
  void add(const trace_record& record);
  void add_number(std::uint64_t number);
  std::uint64_t value() const { return value_; }

private:
  std::uint64_t value_ = 0x6a09e667f3bcc908ull;
};

class sim_world {
public:
  using node_number = std::uint64_t; ///< counts attached networks from 1; a restarted node gets a new one

  explicit sim_world(random_stream rng, std::size_t events_max = std::size_t{1} << 20)
    : rng_(rng), events_max_(events_max) {}
  sim_world(const sim_world&) = delete;
  sim_world& operator=(const sim_world&) = delete;

  // ---- time
  time_point now() const { return now_; }
  /// When the next event is due; nothing if all is quiet.
  std::optional<time_point> next_due() const;
  /// Runs all that is due up to `now`, in order of time and then of scheduling. Time never goes back.
  void advance(time_point now);
  /// Runs `task` at `at` (or at once in the next advance, if that is past). More than events_max waiting is a
  /// programmer error.
  void schedule(time_point at, std::function<void()> task);

  // ---- faults
  const fault_plan& faults() const { return faults_; }
  void set_conditions(const link_conditions& everywhere) { faults_.set_default(everywhere); }
  void set_conditions(const peer_id& from, const peer_id& to, const link_conditions& conditions) {
    faults_.set(from, to, conditions);
  }
  void set_detection(duration unnoticed) { faults_.detection = unnoticed; }
  /// Nothing from `from` reaches `to`. Links between them end at both ends after the detection delay unless
  /// healed before.
  void cut(const peer_id& from, const peer_id& to);
  void heal(const peer_id& from, const peer_id& to);
  void partition(const std::vector<std::vector<peer_id>>& groups);
  void heal_all();
  void stall(const peer_id& from, const peer_id& to, duration how_long) {
    faults_.stall(from, to, now_ + how_long);
  }
  void refuse_dials(const peer_id& from, const peer_id& to) { faults_.refuse_dials(from, to); }
  void accept_dials(const peer_id& from, const peer_id& to) { faults_.accept_dials(from, to); }
  /// Nothing happens on the node until resume(): what arrives waits. Others lose their links to it after the
  /// detection delay, as they do to one that is cut off. Unknown and paused nodes stay as they are.
  void pause(const peer_id& who);
  void resume(const peer_id& who);
  /// Ends every link between the two at once; of what is under way an arbitrary tail of each lane is lost.
  void break_links(const peer_id& a, const peer_id& b);

  // ---- trace
  /// `data` is what the record is about, for the length of the call.
  using trace_hook = std::function<void(const trace_record& record, byte_view data)>;
  void on_trace(trace_hook hook) { trace_ = std::move(hook); }
  bool is_traced() const { return static_cast<bool>(trace_); }
  struct traced {
    const peer_id& from;
    const peer_id& to;
    link_id link;
    lane_id lane;
    trace_kind what;
    time_point sent;
  };
  void trace(const traced& piece, byte_view data);

private:
  friend class sim_network;
  friend class sim_dialer;

  struct event {
    node_number node; ///< whose; 0 = the world's own. Events of a node that is gone are skipped
    std::function<void()> task;
  };
  using due = std::pair<time_point, std::uint64_t>;

  node_number attach(sim_network& node);
  void detach(node_number node, const peer_id& id);
  sim_network* find(const peer_id& id);
  void schedule_for(node_number node, time_point at, std::function<void()> task);
  void release_held();
  void end_blocked_links(time_point blocked_by);
  void for_each_link(const std::function<void(sim_link&)>& task);

  random_stream rng_;
  std::size_t events_max_;
  fault_plan faults_;
  time_point now_{};
  std::uint64_t sequence_ = 0;
  std::map<due, event> events_;
  node_number last_node_ = 0;
  std::uint64_t last_link_ = 0;
  std::uint64_t last_port_ = 9999;
  std::map<node_number, sim_network*> nodes_;
  std::map<peer_id, node_number> numbers_;
  std::map<multiaddr, peer_id> listeners_;
  struct pause_of {
    time_point since;
    std::vector<event> waiting; ///< due and held back, in order
  };
  std::map<node_number, pause_of> paused_;
  trace_hook trace_;
};

} // namespace troupe::transport
