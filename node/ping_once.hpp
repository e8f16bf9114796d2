// SPDX-License-Identifier: BSD-3-Clause
// One /ipfs/ping/1.0.0 round trip as a stream handler.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "messages/types/expected.hpp"
#include "transport/link.hpp"

#include <functional>

namespace troupe {

inline constexpr const char* ping_protocol = "/ipfs/ping/1.0.0";

/// `done` hears the round trip, or why there is none, once.
transport::lane_handler_ptr ping_once(node_context context, std::function<void(expected<duration, explained>)> done);

} // namespace troupe
