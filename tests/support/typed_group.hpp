// SPDX-License-Identifier: BSD-3-Clause
// A voting group reduced to what a data type sees of it: every replica judges every source, an operation that
// a quorum admits is agreed, and each replica applies each source's in order, whenever the test lets it.
#pragma once

#include "actors/datatype/data_type.hpp"

#include <functional>
#include <vector>

namespace troupe::test {

class typed_group {
public:
  using maker = std::function<std::unique_ptr<data_type>()>;

  typed_group(std::size_t size, maker make);

  std::size_t size() const { return replicas_.size(); }
  data_type& at(std::size_t replica) { return *replicas_[replica].type; }
  /// Has the source prepare and propose; answers the error's name or nothing.
  std::string execute(std::size_t source, const command& what);
  /// Shows the operation to these judges, each of which may admit it; true if it is agreed.
  bool propose(std::size_t source, const bytes& operation, const std::vector<std::size_t>& judges);
  bool propose(std::size_t source, const bytes& operation);
  /// The replica applies the source's next agreed operation; false if there is none.
  bool deliver(std::size_t replica, std::size_t source);
  void deliver_all();
  /// Whether all states and saved bytes are the same.
  bool agrees() const;
  /// Operations that the replica has not applied.
  std::size_t underway(std::size_t replica) const;
  /// Judges' refusals so far.
  std::size_t refusals() const { return refusals_; }

private:
  struct member {
    std::unique_ptr<data_type> type;
    std::vector<std::unique_ptr<data_type::outlook>> judges; ///< by source
    std::vector<std::size_t> applied;                        ///< by source
  };

  std::vector<member> replicas_;
  std::vector<std::vector<bytes>> agreed_; ///< by source
  std::size_t refusals_ = 0;
};

/// One operation and where it comes from.
struct sourced {
  peer_id source;
  bytes operation;
};
/// The operations of each source in its order, sources taken as `choices` say; the rest in turn.
std::vector<sourced> interleaved(const std::vector<std::vector<sourced>>& by_source,
                                 const std::vector<std::uint8_t>& choices);

/// Requires that `fresh` becomes `of` by its saved bytes, and that no prefix nor addition changes anything.
void require_saved(const data_type& of, data_type& fresh);
/// Requires that none of these bytes change the type, admitted or applied, and that all are Malformed.
void require_unmoved(data_type& type, const peer_id& source, const std::vector<bytes>& garbage);

} // namespace troupe::test
