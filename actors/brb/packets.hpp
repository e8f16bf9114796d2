// SPDX-License-Identifier: BSD-3-Clause
// Inputs and effects that the machines of reliable broadcast share, and the texts of seed 000 for what they
// carry.
#pragma once

#include "actors/brb/brb_errc.hpp"
#include "actors/brb/delivering.hpp"
#include "actors/membership/view.hpp"
#include "actors/runtime/machine.hpp"
#include "messages/codec/lock_codec.hpp"

#include <variant>

namespace troupe::brb {

/// Slots of one source behind its last delivered one that a receiver may open: more than a source uses, as a
/// receiver may be that much behind it.
constexpr std::uint64_t window_size = 32;
constexpr std::size_t pipeline_max = 8; ///< slots of its own that a source has under way at once
constexpr std::size_t generations_asked_max =
  4; ///< per slot, of a source that re-requests after changes of membership

using send_ptr = std::shared_ptr<const send_message>;
using membership::view_ptr;

/// Text of one operation for people: a pure function of the data type, e.g. "Add(i:3497d6.1, [3])".
using describe_function = std::string (*)(byte_view operation);

struct certificate_out {
  certificate_ptr what;
  bool with_payload = true;
};
using packet = std::variant<send_ptr, fragment_ptr, echo_message, certificate_out, delivered_message,
                            anti_entropy_request, anti_entropy_page, checkpoint_vote, checkpoint_ptr,
                            state_request, state_page, equivocation, lock_query, lock_answer_ptr>;

/// Effect: to a peer, or to ourselves: then the shell hands it to our own machines.
struct send_packet {
  peer_id to;
  packet what;
};

// ---- inputs

struct view_update {
  view_ptr now;
};
struct send_received {
  peer_id from;
  send_ptr what;
};
struct echo_received {
  peer_id from;
  echo_message what;
};
struct fragment_received {
  peer_id from;
  fragment_ptr what;
};
struct certificate_received {
  peer_id from; ///< whoever relays it; only the contents count
  certificate_ptr what;
};
/// `from` has delivered our own operations up to here.
struct acknowledged {
  peer_id from;
  std::uint64_t up_to = 0;
};
struct locks_asked {
  peer_id from;
  lock_query what;
};
struct locks_told {
  peer_id from;
  lock_answer_ptr what;
};
struct peer_returned {
  peer_id who;
};
struct retry {};

/// `Msg { gen: 1, op: Add(i:3497d6.1, [3]), dot: i:3497d6.1 }`; of a batch the first operation and how many
/// more: `op: Add(i:3497d6.1, [3]) and 255 more`.
std::string message_text(generation gen, const operation_header& header, byte_view payload,
                         describe_function describe);
/// `BRB(RequestValidation { msg: Msg {..} })`
std::string request_text(const send_message& what, describe_function describe);
/// `BRB(RequestFragment { dot: i:3497d6.1, index: 2 })`
std::string fragment_text(const fragment_message& what);
/// `BRB(SignedValidated { msg: Msg {..}, sig: sig:f1c841 })`; an echo carries no payload of its own.
std::string echo_text(const echo_message& what, byte_view payload, describe_function describe);
/// `BRB(ProofOfAgreement { msg: Msg {..}, proof: {i:3497d6: sig:f1c841} })`; of unchecked certificates too.
/// `members`: of its generation; null = unknown.
std::string proof_text(const certificate& what, const std::set<peer_id>* members, describe_function describe);
/// `AntiEntropy { generation: 0, delivered: VClock { dots: {} } }`
std::string request_text(const anti_entropy_request& what);
/// `[BRB] handling packet from i:x->i:y`
std::string handling_text(const peer_id& from, const peer_id& to);
/// `[CLI] dropping packet: Name`
note dropping_line(brb_errc why, std::string_view detail = {});

} // namespace troupe::brb
