// SPDX-License-Identifier: BSD-3-Clause
// A data type that stands where a checkpoint is asked for, not where delivery has got to: the state of the
// last checkpoint, the certificates delivered since, and a replica moved along between the two. Pure; owner:
// checkpoints.
#pragma once

#include "actors/brb/packets.hpp"
#include "actors/datatype/data_types.hpp"

#include <deque>
#include <memory>

namespace troupe::brb {

/// A checkpoint and the state it is about. Null before the first one: nothing was delivered.
struct base_state {
  checkpoint_ptr proof;
  std::shared_ptr<const bytes> saved;

  const delivered_vector& delivered() const;
};

/// A checkpoint that the log relies on and that cannot be read any more. Until another one that covers as
/// much is adopted, the node does not know what it has promised.
struct lost_base {
  std::string why; ///< empty = nothing is lost
  delivered_vector covered;
};

/// This node's own checkpoint is another one now, and stored: what it covers can be forgotten.
struct base_moved {
  base_state to;
};
/// Effect: store both and forget what they cover; then persisted{ticket} comes back.
struct supersede {
  ticket id;
  base_state by;
};

/// The saved bytes at a vector.
struct state_at {
  delivered_vector reached;
  std::shared_ptr<const bytes> saved;
  digest id{};
};

class trailing_state {
public:
  using maker = std::unique_ptr<data_type> (*)();

  /// Throws std::invalid_argument if the saved bytes are none of this type.
  trailing_state(maker make, base_state base);

  /// Certificates of each source in order; what the base covers is left out.
  void delivered(const certificate_ptr& what);
  const delivered_vector& delivered() const { return delivered_; }
  std::uint64_t since_base() const { return since_; }

  /// Nothing if we have not delivered all of it, or forgotten what led to it.
  std::optional<state_at> at(const delivered_vector& wanted);

  const base_state& base() const { return base_; }
  /// Moves up to a state that at() has given, and forgets what led to it.
  void rebase(base_state to);

private:
  void replay_from_base();

  maker make_;
  base_state base_;
  delivered_vector delivered_;
  std::map<peer_id, std::deque<certificate_ptr>> since_base_; ///< the first is the one behind the base
  std::uint64_t since_ = 0;
  std::unique_ptr<data_type> replica_;
  delivered_vector position_; ///< of replica_
  std::optional<state_at> last_;
};

} // namespace troupe::brb
