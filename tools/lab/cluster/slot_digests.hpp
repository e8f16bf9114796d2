// SPDX-License-Identifier: BSD-3-Clause
// What every slot of a run held, by the first node that stored its delivery: nodes forget what a checkpoint
// covers, and the checks go on comparing it. One for all nodes of a run; any thread.
#pragma once

#include "actors/brb/trailing_state.hpp"
#include "tools/lab/cluster/directory.hpp"
#include "tools/lab/run/observation.hpp"

#include <map>
#include <mutex>

namespace troupe::lab {

class slot_digests {
public:
  void saw(const slot& where, const digest& what) {
    const std::scoped_lock hold{guard_};
    known_.emplace(where, what);
  }
  /// Adds the slots that `covered` has delivered.
  void add(const brb::delivered_vector& covered, const directory& nodes, std::map<slot, digest>& to) const {
    const std::scoped_lock hold{guard_};
    for (const auto& [source, up_to] : covered)
      if (const auto which = nodes.find(source))
        for (std::uint64_t sequence = 1; sequence <= up_to; ++sequence)
          if (const auto found = known_.find({*which, sequence}); found != known_.end())
            to.insert(*found);
  }

private:
  mutable std::mutex guard_;
  std::map<slot, digest> known_;
};

} // namespace troupe::lab
