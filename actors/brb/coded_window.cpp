// SPDX-License-Identifier: BSD-3-Clause
// The fragments side of source_window: hand our own on, collect the others', and go on with a whole payload
// as if the source had sent it.
#include "actors/brb/source_window.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::brb {

void source_window::handle(const fragment_received& input, time_point now) {
  const auto& what = *input.what;
  const auto sequence = what.header.sequence;
  if (options_.self == options_.source)
    return; // ours come from us alone, and whole
  // The source asks with it: what is known of the slot already is answered as to a whole request.
  if (input.from == options_.source)
    handle(send_received{input.from, std::make_shared<const send_message>(
                                       send_message{what.header.gen, what.header, what.seal, {}})},
           now);
  const auto& owner = input.from == options_.source ? options_.self : input.from;
  const auto* members = collectable(what.header, owner);
  if (!members)
    return;
  if (slots_.contains(sequence) || buffered_.contains(sequence))
    collecting_.close(sequence);
  const auto index = static_cast<std::size_t>(std::distance(members->begin(), members->find(owner)));
  auto taken = collecting_.take({owner, index, members->size()}, input.what);
  if (taken.first && owner == options_.self)
    hand_on(input.what, *members);
  if (taken.what == coded_payloads::verdict::full)
    return refuse(handled(input), brb_errc::overloaded, what.header, {});
  if (taken.what == coded_payloads::verdict::bad_fragment)
    return refuse(handled(input), brb_errc::bad_fragment, what.header, {});
  if (taken.what == coded_payloads::verdict::bad_encoding) {
    refuse({options_.source, handled(input).payload, what.seal}, brb_errc::bad_encoding, what.header, {});
    return on_payload(sequence);
  }
  if (taken.what == coded_payloads::verdict::whole)
    handle(send_received{options_.source,
                         std::make_shared<const send_message>(
                           send_message{what.header.gen, what.header, what.seal, std::move(taken.payload)})},
           now);
}

// Late and early ones come from honest members too: nobody is told.
const std::set<peer_id>* source_window::collectable(const operation_header& header,
                                                    const peer_id& owner) const {
  const auto* members = view_->members_of(header.gen);
  const bool ours = options_.promises_readable && view_->group && header.group == *view_->group &&
                    header.source == options_.source && header.sequence > delivered_ &&
                    header.sequence <= delivered_ + window_size;
  return ours && members && members->contains(options_.self) && members->contains(options_.source) &&
             members->contains(owner)
           ? members
           : nullptr;
}

void source_window::hand_on(const fragment_ptr& what, const std::set<peer_id>& members) {
  for (const auto& member : members) {
    if (member == options_.self || member == options_.source)
      continue;
    if (options_.traced)
      effects_.push(delivering{member, fragment_text(*what), what->seal});
    effects_.push(send_packet{member, what});
  }
}

// The certificate that came before it.
void source_window::on_payload(std::uint64_t sequence) {
  collecting_.close(sequence);
  if (const auto proof = awaiting_.extract(sequence))
    check(proof.mapped());
}

handling source_window::handled(const fragment_received& input) const {
  return {input.from, options_.traced ? fragment_text(*input.what) : std::string{}, input.what->seal};
}

} // namespace troupe::brb
