// SPDX-License-Identifier: BSD-3-Clause
// Records of the promise log that are not what was promised, in words for the operator. One that said a
// delivery is fetched from peers again; after any other the node must not start. Pure. Source: spec: brb 8.6.
#pragma once

#include "messages/types/bytes.hpp"

#include <span>
#include <string>
#include <vector>

namespace troupe::brb {

/// One line for each delivery that was lost.
std::vector<std::string> lost_deliveries(std::span<const bytes> records);

/// Why a log that cannot be read cannot be: its first such record.
std::string unreadable_promise(std::span<const bytes> records, std::string_view network);

} // namespace troupe::brb
