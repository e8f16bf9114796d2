// SPDX-License-Identifier: BSD-3-Clause
// The reading half of a link: a 12-byte header, then its payload straight from the TLS record into the
// handler's buffer.
#include "transport/tcp/mux_link.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe::transport {

namespace {

using multistream::negotiation;
constexpr std::size_t agreed_max = 64; // protocols remembered per link

} // namespace

transport_errc mux_link::read(tls::engine& from, time_point now) {
  for (bool more = true; more;) {
    const auto why = payload_.length == 0 ? read_header(from, now, more) : read_payload(from, now, more);
    if (why != transport_errc::none)
      return why;
  }
  return transport_errc::none;
}

transport_errc mux_link::read_header(tls::engine& from, time_point now, bool& more) {
  const auto part = std::span{header_}.subspan(header_have_);
  const auto got = from.read(part);
  header_have_ += got;
  more = got == part.size();
  if (!more)
    return transport_errc::none;
  header_have_ = 0;
  const auto taken = session_->receive(header_.data(), now);
  if (!taken)
    return taken.error();
  if (!std::exchange(heard_, true))
    setup_.carrier->heard();
  payload_ = *taken;
  if (session_->wants_to_send())
    setup_.carrier->touch();
  return take_events();
}

transport_errc mux_link::read_payload(tls::engine& from, time_point, bool& more) {
  auto* slot = payload_.stream ? find(payload_.stream) : nullptr;
  const std::size_t left = payload_.length;
  // Negotiation and skipped bytes go through a buffer that only ever holds what this call reads.
  std::array<std::uint8_t, 4096> scratch;
  std::span<std::uint8_t> to{scratch};
  if (slot && slot->negotiating())
    to = to.first(slot->proposing ? slot->proposing->wanted() : slot->answering->wanted());
  else if (slot)
    to = slot->handler->prepare(left);
  TROUPE_ASSERT(!to.empty());
  to = to.first(std::min(to.size(), left));
  const auto got = from.read(to);
  more = got == to.size();
  payload_.length -= static_cast<std::uint32_t>(got);
  if (got > 0 && slot && !slot->ends) {
    if (slot->negotiating()) {
      negotiate(payload_.stream, *slot, byte_view{to}.first(got));
    } else {
      touched(payload_.stream, *slot);
      slot->handler->commit(got);
    }
  }
  if (payload_.length > 0)
    return transport_errc::none;
  session_->payload_done();
  return take_events();
}

void mux_link::touched(std::uint32_t id, lane_slot& slot) {
  if (!std::exchange(slot.touched, true)) {
    touched_.push_back(id);
    setup_.carrier->touch();
  }
}

void mux_link::negotiate(std::uint32_t id, lane_slot& slot, byte_view data) {
  session_->grant(id, data.size(), io_loop::now());
  multistream::negotiator& talking =
    slot.proposing ? static_cast<multistream::negotiator&>(*slot.proposing) : *slot.answering;
  talking.receive(data);
  if (const auto answer = talking.take_output(); !answer.empty()) {
    slot.overhead += answer.size();
    if (!session_->write(id, chunk::copy_of(answer)))
      return lane_reset(id, transport_errc::memory_exceeded);
    setup_.carrier->touch();
  }
  if (talking.state() == negotiation::agreed)
    slot.proposing ? agreed_outbound(id, slot) : agreed_inbound(id, slot);
  else if (talking.state() == negotiation::failed)
    refused(id, slot, talking.error());
}

void mux_link::refused(std::uint32_t id, lane_slot& slot, transport_errc why) {
  if (why == transport_errc::negotiation_failed) {
    why = transport_errc::protocol_unknown;
    if (slot.opened) // trusted to be served still, and is not
      agreed_.clear();
  }
  lane_reset(id, why);
  if (why == transport_errc::negotiation_malformed) // no slip of an honest peer
    setup_.carrier->close_link(why);
}

void mux_link::agreed_outbound(std::uint32_t, lane_slot& slot) {
  const auto agreed = slot.proposing->protocol();
  slot.proposing.reset();
  if (agreed_.size() < agreed_max)
    agreed_.insert(agreed);
  if (std::exchange(slot.opened, true))
    return;
  slot.handler->opened(slot.handle, agreed);
}

void mux_link::agreed_inbound(std::uint32_t id, lane_slot& slot) {
  const auto agreed = slot.answering->protocol();
  slot.answering.reset();
  auto mounted = setup_.protocols->served(agreed);
  if (!mounted)
    return lane_reset(id, transport_errc::protocol_unknown);
  if (lanes_of(mounted.get(), true) >= mounted->limits.inbound_per_peer)
    return lane_reset(id, transport_errc::too_many_lanes);
  slot.mounted = mounted;
  slot.handler = mounted->accept({shared_from_this(), agreed});
  if (!slot.handler)
    return lane_reset(id, transport_errc::refused);
  session_->limit_window(id, static_cast<std::uint32_t>(
                               std::min<std::size_t>(mounted->limits.window_max, setup_.session.skip_max)));
  session_->announce(id); // rides with the acknowledgement: the proposal's bytes are not the handler's
  slot.opened = true;
  slot.handler->opened(slot.handle, agreed);
}

transport_errc mux_link::take_events() {
  while (const auto next = session_->poll()) {
    switch (next->kind) {
    case yamux::event_kind::opened:
      admitted(next->stream);
      break;
    case yamux::event_kind::finished:
      finished(next->stream);
      break;
    case yamux::event_kind::ended:
      if (auto* slot = find(next->stream))
        note_end(next->stream, *slot, transport_errc::none);
      break;
    case yamux::event_kind::reset:
      if (auto* slot = find(next->stream))
        note_end(next->stream, *slot, transport_errc::lane_reset);
      break;
    case yamux::event_kind::refused:
      setup_.carrier->lane_ended(transport_errc::too_many_lanes);
      break;
    case yamux::event_kind::gone_away:
      if (next->value != 0)
        return next->value == 1 ? transport_errc::mux_violation : transport_errc::closed_remotely;
      remote_leaving_ = true;
      setup_.carrier->touch();
      break;
    }
  }
  return transport_errc::none;
}

void mux_link::admitted(std::uint32_t id) {
  if (slots_.contains(id)) // reset and opened anew within one turn
    close_slot(id);
  auto& slot = add_slot(id);
  slot.inbound = true;
  slot.answering = std::make_unique<multistream::listener>(
    [this](std::string_view wanted) { return setup_.protocols->served(wanted) != nullptr; },
    [this] { return setup_.protocols->served_ids(); });
  session_->accept(id);
  setup_.carrier->touch();
}

void mux_link::finished(std::uint32_t id) {
  auto* slot = find(id);
  if (!slot)
    return;
  if (slot->negotiating())
    return lane_reset(id, transport_errc::negotiation_malformed);
  touched(id, *slot);
  slot->handler->finished();
}

} // namespace troupe::transport
