// SPDX-License-Identifier: BSD-3-Clause
// Where each known actor is, as the trace lines of packets name it. The front actor writes it from the
// peer list, shells of any thread read it.
#pragma once

#include "actors/peer/peer_interface.hpp"

#include <map>
#include <mutex>
#include <string>

namespace troupe {

class address_table {
public:
  address_table(const peer_id& self, const multiaddr& own) : self_(self), own_(own.text()) {}

  static constexpr std::size_t known_max = 4096; ///< as the peer book; beyond, one makes room

  void learn(const peer_id& who, const multiaddr& where) {
    if (where.empty())
      return;
    const std::scoped_lock lock{guard_};
    if (known_.size() == known_max && !known_.contains(who))
      known_.erase(known_.begin());
    known_.insert_or_assign(who, where.text());
  }

  /// A multiaddr without /p2p, or "<unknown>".
  std::string of(const peer_id& who) const {
    if (who == self_)
      return own_;
    const std::scoped_lock lock{guard_};
    const auto found = known_.find(who);
    return found == known_.end() ? "<unknown>" : found->second;
  }

private:
  const peer_id self_;
  const std::string own_;
  mutable std::mutex guard_;
  std::map<peer_id, std::string> known_;
};

} // namespace troupe
