// SPDX-License-Identifier: BSD-3-Clause
// The promise log read back at start: which machine takes which records. A record that does not decode makes
// the whole log unreadable, and a node that cannot read its promises must not make new ones. Source: spec:
// brb 8.4 point 8, 8.6.
#pragma once

#include "messages/codec/promise_codec.hpp"

#include <map>
#include <span>

namespace troupe::brb {

struct restored_promises {
  bool readable = true;
  std::vector<promise> membership; ///< forced, own votes, decisions; then one lock if there is any
  std::map<peer_id, std::vector<promise>> sources; ///< locks and deliveries, by source
};

/// `records` in the order they were appended.
restored_promises replay(std::span<const bytes> records, std::string_view network);

/// What must not be forgotten about a source while its deliveries are held elsewhere: the deliveries and the
/// open locks.
void compact(std::vector<promise>& of_one_source);

} // namespace troupe::brb
