// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/receiver_actor.hpp"
#include "messages/codec/frame_writer.hpp"

namespace troupe::brb {
namespace {

template <class Table>
chunk_ptr frame(const flat<Table>& payload) {
  return single_frame(frame_type_v<Table>, payload.view());
}

struct framer {
  chunk_ptr operator()(const send_ptr& what) const { return frame(encode(*what)); }
  chunk_ptr operator()(const fragment_ptr& what) const { return frame(encode(*what)); }
  chunk_ptr operator()(const certificate_out& what) const {
    return frame(encode(*what.what, what.with_payload));
  }
  chunk_ptr operator()(const checkpoint_ptr& what) const { return frame(encode(*what)); }
  chunk_ptr operator()(const lock_answer_ptr& what) const { return frame(encode(*what)); }
  template <class Message>
  chunk_ptr operator()(const Message& what) const {
    return frame(encode(what));
  }
};

} // namespace

peer::send_frames framed(const peer_id& to, const packet& what, std::vector<std::string> labels) {
  return {to, protocol_id, std::visit(framer{}, what), std::move(labels)};
}

std::uint32_t cost_of(brb_errc code) {
  switch (code) {
  case brb_errc::signature:
  case brb_errc::proof_contains_invalid_signatures:
  case brb_errc::malformed:
  case brb_errc::bad_fragment:
  case brb_errc::bad_encoding:
    return 20;
  case brb_errc::packet_source_is_not_dot:
  case brb_errc::source_already_has_pending_msg:
    return 10;
  case brb_errc::not_invited: // who was promised a place may be early: a hundred questions are not
    return 1;
  default:
    return 0;
  }
}

} // namespace troupe::brb
