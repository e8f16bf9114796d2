// SPDX-License-Identifier: BSD-3-Clause
// From a record of the promise log to what the checks understand.
#pragma once

#include "messages/codec/promise_codec.hpp"
#include "tools/lab/cluster/node_life.hpp"

#include <optional>

namespace troupe::lab {

struct record_reader {
  node_index self; ///< whose record it is
  duration at;
  const directory& nodes;
};

/// Nothing for promises no check looks at, and for records that do not decode.
std::optional<observation> seen_in(byte_view record, const record_reader& by);

} // namespace troupe::lab
