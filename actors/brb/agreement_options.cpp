// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/agreement_options.hpp"

#include <fmt/format.h>

namespace troupe::brb {

void trace_delivery(const node_context& context, const agreement_options& options, const delivering& what) {
  if (!context.log || !context.log->wants(log_level::trace))
    return;
  const auto to = short_name(what.to);
  context.line(
    log_level::trace,
    fmt::format(
      "[P2P] delivering packet to {} at addr {}: Packet {{ source: {}, dest: {}, payload: {}, sig: {} }}", to,
      options.address_of ? options.address_of(what.to) : "<unknown>", short_name(options.self), to,
      what.payload, short_name(what.seal)));
}

} // namespace troupe::brb
