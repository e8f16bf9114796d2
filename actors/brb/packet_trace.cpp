// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/packet_trace.hpp"

#include "actors/brb/packets.hpp"

#include <fmt/format.h>

namespace troupe::brb {
namespace {

constexpr const char* sent = "[P2P] Sent network msg successfully.";

std::string packet_text(const peer_id& from, const peer_id& to, const std::string& payload,
                        const signature& seal) {
  return fmt::format("Packet {{ source: {}, dest: {}, payload: {}, sig: {} }}", short_name(from),
                     short_name(to), payload, short_name(seal));
}

} // namespace

packet_trace::packet_trace(node_context context, const agreement_options& options)
  : context_(std::move(context)), self_(options.self), address_of_(options.address_of) {}

std::string packet_trace::address_of(const peer_id& who) const {
  return address_of_ ? address_of_(who) : "<unknown>";
}

void packet_trace::leaving(const delivering& what) {
  if (!wanted())
    return;
  auto text = packet_text(self_, what.to, what.payload, what.seal);
  if (what.by_router)
    say(fmt::format("[P2P] router cmd Deliver({})", text));
  say(fmt::format("[P2P] delivering packet to {} at addr {}: {}", short_name(what.to), address_of(what.to),
                  text));
  say(sent);
  if (what.to != self_)
    labels_.push_back(std::move(text));
}

void packet_trace::arrived(const handling& what) const {
  const bool traced = wanted() && !what.payload.empty();
  const auto text = traced ? packet_text(what.from, self_, what.payload, what.seal) : std::string{};
  if (traced)
    say(fmt::format("[P2P] router cmd Apply({})", text));
  context_.line(log_level::info, handling_text(what.from, self_));
  if (!traced)
    return;
  say(fmt::format("[P2P] delivering Ack(packet) to {} at addr {}: {}", short_name(self_),
                  address_of(what.from), text));
  say(sent);
  if (what.from == self_) {
    say(fmt::format("[P2P] router cmd Acked({})", text));
    say(fmt::format("[P2P] Got ack for packet {}", text));
  }
}

} // namespace troupe::brb
