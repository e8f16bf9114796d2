// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/packets.hpp"

#include <fmt/format.h>

namespace troupe::brb {

std::string message_text(generation gen, const operation_header& header, byte_view payload,
                         describe_function describe) {
  return fmt::format("Msg {{ gen: {}, op: {}, dot: {}.{} }}", gen.value(), describe(payload),
                     short_name(header.source), header.sequence);
}

note handling_line(const peer_id& from, const peer_id& to) {
  return {note::level::info,
          fmt::format("[BRB] handling packet from {}->{}", short_name(from), short_name(to))};
}

note dropping_line(brb_errc why, std::string_view detail) {
  return {note::level::info, detail.empty()
                               ? fmt::format("[CLI] dropping packet: {}", name(why))
                               : fmt::format("[CLI] dropping packet: {}({})", name(why), detail)};
}

} // namespace troupe::brb
