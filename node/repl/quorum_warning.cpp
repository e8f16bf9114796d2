// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/quorum_warning.hpp"

#include "actors/brb/quorum.hpp"

#include <fmt/format.h>

namespace troupe::repl {
namespace {

struct votes {
  std::size_t all = 0;
  std::size_t reachable = 0;

  void add(const peer_status& voter) {
    ++all;
    reachable += voter.self || voter.session;
  }
  bool enough() const { return all == 0 || brb::is_quorum(reachable, all); }
};

} // namespace

std::optional<std::string> quorum_warning(const std::vector<peer_status>& peers, const std::string& who, bool comes,
                                          const std::string& step) {
  votes now;
  votes then;
  for (const auto& peer : peers) {
    if (peer.voting)
      now.add(peer);
    if (peer.peer == who ? comes : peer.voting)
      then.add(peer);
  }
  if (now.all == 0 || !now.enough() || then.enough())
    return std::nullopt;
  return fmt::format("{}: of {} votes {} would be reachable and {} are needed, so the group could decide nothing; "
                     "repeat the command to do it all the same",
                     step, then.all, then.reachable, brb::quorum(then.all));
}

} // namespace troupe::repl
