// SPDX-License-Identifier: BSD-3-Clause
// What must hold in a run. A check hears of every observation as it comes, looks at all nodes together now
// and then, and gives its verdict at the end; its first complaint is the one that counts. Liars are nobody's
// business: checks hear of correct nodes only.
#pragma once

#include "tools/lab/cluster/cluster.hpp"
#include "tools/lab/run/observation.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace troupe::lab {

/// What is known when a run is over.
struct final_state {
  const cluster& nodes;
  const std::vector<operation_record>& operations;
  std::map<node_index, node_status> status;   ///< of the correct nodes that are up
  std::map<node_index, node_memory> memories; ///< of the same
  std::string unsettled;                      ///< why the quiet phase did not end in time; empty if it did
  std::string stuck;                          ///< what did not stop, or was left over; empty if nothing
  bool reached = true;                        ///< false: interrupted before all was quiet
  bool can_agree = true; ///< false: so many disks are damaged that the members that are up are no quorum
};

class check {
public:
  explicit check(std::string_view name) { result_.name = name; }
  virtual ~check() = default;
  check(const check&) = delete;
  check& operator=(const check&) = delete;

  virtual void saw(const observation&) {}
  /// Called only if it hears of frames: those that correct nodes send, as they arrive.
  virtual void heard(const frame_seen&) {}
  virtual bool hears_frames() const { return false; }
  /// Compares what correct nodes hold in memory; called at quiescence and every so many events.
  virtual void look(const cluster&, duration) {}
  virtual void judge(const final_state&, duration) {}

  check_result result() const;
  bool passed() const { return result_.passed; }

protected:
  void complain(duration at, std::string what);
  /// What a reader is told if nothing is wrong: so many of what, e.g. "412 slots", behind `lead`. Said after
  /// every observation, so it becomes a text only when it is read.
  void checked(std::size_t count, std::string_view of, std::string_view lead = {}) {
    count_ = count;
    counted_ = of;
    lead_ = lead;
  }
  /// The same of a check that needs the end of the run, which may not have come.
  void checked(const final_state& end, std::size_t count, std::string_view of);

private:
  check_result result_; ///< what it has checked is missing while it has passed
  std::size_t count_ = 0;
  std::string_view counted_;
  std::string_view lead_;
};

/// One of check_names.hpp. `exempt` says which nodes lie.
std::unique_ptr<check> make_check(std::string_view name);

} // namespace troupe::lab
