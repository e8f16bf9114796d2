// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/check/cost_checks.hpp"

#include <algorithm>

namespace troupe::lab {

void history_check::look(const cluster& nodes, duration at) {
  for (node_index i = 0; i < nodes.size(); ++i) {
    if (!nodes.up(i) || nodes.lies(i))
      continue;
    const auto kept = nodes.life(i)->kept();
    most_ = std::max(most_, kept);
    if (kept > kept_max)
      complain(at, node_name(i) + " keeps " + std::to_string(kept) +
                     " delivered slots with what proves them, more than " + std::to_string(kept_max));
  }
  checked(most_, " delivered slots kept", "at most ");
}

void answers_check::heard(const frame_seen& what) {
  auto& lately = now_[{what.from, what.to}];
  if (what.received - lately.since > window)
    lately = {what.received, 0};
  most_ = std::max(most_, ++lately.frames);
  if (lately.frames > frames_max)
    complain(what.received, node_name(what.from) + " sent " + node_name(what.to) + " " +
                              std::to_string(lately.frames) + " frames in 100 ms");
  checked(most_, " frames to one peer in 100 ms", "at most ");
}

void connections_check::look(const cluster& nodes, duration at) {
  std::uint64_t made = 0;
  for (node_index i = 0; i < nodes.size(); ++i)
    if (nodes.up(i))
      made += nodes.life(i)->dials();
  const auto most = nodes.size() * (nodes.size() - 1);
  if (made > most)
    complain(at, std::to_string(made) + " connections among " + std::to_string(nodes.size()) +
                   " nodes, more than " + std::to_string(most));
  checked(made, " connections");
}

} // namespace troupe::lab
