// SPDX-License-Identifier: BSD-3-Clause
// Hears of everything in a run: counts it, shows it to the checks, folds it into the trace hash, and keeps
// what happened around the first violation for the report. One thread; in local mode a relay stands in front
// of it.
#pragma once

#include "tools/lab/check/check.hpp"
#include "tools/lab/run/observation.hpp"
#include "tools/lab/trace/trace_file.hpp"
#include "transport/sim/sim_world.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace troupe::lab {

class recorder final : public witness {
public:
  struct options {
    std::vector<std::unique_ptr<check>> checks;
    std::set<node_index> liars;              ///< the checks do not hear of them
    std::function<void(std::uint64_t)> fold; ///< into the trace hash; null in local mode
    std::shared_ptr<const directory> nodes;  ///< to name both ends of what the network lost
    std::shared_ptr<trace_recorder> trace;   ///< of everything, for the trace file; null: none
    bool keeps_windows = true;               ///< for a report
  };

  static constexpr std::size_t messages_kept =
    600; ///< of the diagram, before and after the first violation together
  static constexpr std::size_t events_kept = 400;

  explicit recorder(options with);

  void saw(const observation& what) override;
  void passed(const frame_seen& what) override;
  /// What the simulated network delivers and loses.
  void traced(const transport::trace_record& record, byte_view data);

  /// All checks compare all nodes.
  void look(const cluster& nodes, duration at);
  void judge(const final_state& end, duration at);

  bool violated() const { return violated_; }
  std::uint64_t messages() const { return messages_; } ///< that arrived
  void fill(run_record& to) const;

private:
  void note_violation();
  void trace(const observation& what);
  bool keeps_on() const { return with_.keeps_windows && after_left_ > 0; }

  options with_;
  std::vector<check*> hear_frames_; ///< of them
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
  std::map<std::pair<node_index, node_index>, duration> sent_; ///< of what the network delivers right now
  std::deque<message_record> message_window_;
  std::deque<event_record> event_window_;
  bool violated_ = false;
  std::size_t after_left_ = messages_kept / 3; ///< messages still kept once something was violated
};

} // namespace troupe::lab
