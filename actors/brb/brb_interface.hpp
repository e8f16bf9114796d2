// SPDX-License-Identifier: BSD-3-Clause
// The typed handles of reliable broadcast: the front that the node knows, and those between the front and its
// children. Aliases and the signals that go with them only.
#pragma once

#include "actors/brb/anti_entropy.hpp"
#include "actors/brb/checkpoints.hpp"
#include "actors/brb/instance.hpp"
#include "actors/brb/operations.hpp"
#include "actors/brb/source_window.hpp"
#include "actors/brb/state_transfer.hpp"
#include "actors/brb/totality.hpp"
#include "actors/datatype/datatype_interface.hpp"
#include "actors/membership/membership_interface.hpp"
#include "actors/peer/peer_interface.hpp"

namespace troupe::brb {

/// Request: do these on the data type, in order. They may share broadcasts with one another and with others.
struct execute {
  std::vector<command> what;
  answer_when when = answer_when::promised;
};
/// Of each command in order: why it did not happen, as a name; empty = it did.
struct executed {
  std::vector<std::string> errors;
};
/// Request: catch up from one peer, or from every connected one.
struct catch_up_from {
  std::optional<peer_id> peer;
};
/// Request: send again whatever waits for an answer.
struct retry_all {};
/// Request: the state of broadcast and membership as text for people.
struct get_dump {};
struct dump_text {
  std::string text;
};

// ---- between the front and its children

/// A packet of ours to ourselves.
struct loop_packet {
  packet what;
};

} // namespace troupe::brb

template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::execute> = "brb.execute";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::executed> = "brb.executed";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::catch_up_from> = "brb.catch_up_from";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::retry_all> = "brb.retry_all";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::get_dump> = "brb.get_dump";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::dump_text> = "brb.dump_text";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::loop_packet> = "brb.loop_packet";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::view_update> = "brb.view_update";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::send_received> = "brb.send_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::fragment_received> =
  "brb.fragment_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::certificate_received> =
  "brb.certificate_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::backlog_received> = "brb.backlog_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::locks_asked> = "brb.locks_asked";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::locks_told> = "brb.locks_told";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::echo_received> = "brb.echo_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::acknowledged> = "brb.acknowledged";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::own_refusal> = "brb.own_refusal";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::numbers_disputed> = "brb.numbers_disputed";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::peer_returned> = "brb.peer_returned";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::retry> = "brb.retry";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::certificate_delivered> =
  "brb.certificate_delivered";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::source_window::behind> = "brb.behind";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::deliveries_recorded> =
  "brb.deliveries_recorded";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::source_window::suspected> =
  "brb.suspected";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::instance_settled> = "brb.instance_settled";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::instance_failed> = "brb.instance_failed";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::instance_finished> =
  "brb.instance_finished";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::checkpoint_vote_received> =
  "brb.checkpoint_vote_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::checkpoint_received> =
  "brb.checkpoint_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::base_moved> = "brb.base_moved";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::checkpoint_offered> =
  "brb.checkpoint_offered";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::state_asked> = "brb.state_asked";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::state_part_received> =
  "brb.state_part_received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::state_transfer::adopted> =
  "brb.state_adopted";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbSend> = "brb.send";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbFragment> = "brb.fragment";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbEcho> = "brb.echo";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbCertificate> = "brb.cert";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbDelivered> = "brb.dlvd";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::AntiEntropyRequest> = "brb.aereq";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::AntiEntropyPage> = "brb.aepage";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbCheckpointVote> = "brb.ckvote";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbCheckpoint> = "brb.ck";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::CheckpointStateRequest> = "brb.streq";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::CheckpointStatePage> = "brb.stpage";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbEvidence> = "brb.evidence";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbLockQuery> = "brb.lockq";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::BrbLocks> = "brb.locks";

namespace troupe::brb {

inline constexpr const char* protocol_id = "/troupe/brb/2";

using brb_handle = handle<
  takes<peer::received, flat<wire::BrbSend>>, takes<peer::received, flat<wire::BrbFragment>>,
  takes<peer::received, flat<wire::BrbEcho>>, takes<peer::received, flat<wire::BrbCertificate>>,
  takes<peer::received, flat<wire::BrbDelivered>>, takes<peer::received, flat<wire::AntiEntropyRequest>>,
  takes<peer::received, flat<wire::AntiEntropyPage>>, takes<peer::received, flat<wire::BrbCheckpointVote>>,
  takes<peer::received, flat<wire::BrbCheckpoint>>, takes<peer::received, flat<wire::CheckpointStateRequest>>,
  takes<peer::received, flat<wire::CheckpointStatePage>>, takes<peer::received, flat<wire::BrbEvidence>>,
  takes<peer::received, flat<wire::BrbLockQuery>>, takes<peer::received, flat<wire::BrbLocks>>,
  takes<peer::joined>, takes<peer::identified>, takes<peer::left>, answers<executed, execute>,
  answers<outcome, catch_up_from>, answers<outcome, retry_all>, answers<dump_text, get_dump>>;

/// The front as its children see it.
using front_handle = handle<takes<loop_packet>, takes<certificate_delivered>, takes<deliveries_recorded>,
                            takes<own_refusal>, takes<numbers_disputed>, takes<source_window::behind>,
                            takes<source_window::suspected>, takes<instance_settled>, takes<instance_failed>,
                            takes<instance_finished>, takes<base_moved>, takes<state_transfer::adopted>>;

using receiver_handle =
  handle<takes<send_received>, takes<fragment_received>, takes<certificate_received>, takes<backlog_received>,
         takes<locks_asked>, takes<locks_told>, takes<validated>, takes<view_update>>;
using instance_handle = handle<takes<echo_received>, takes<acknowledged>, takes<own_refusal>,
                               takes<peer_returned>, takes<retry>, takes<view_update>>;
using checkpoints_handle = handle<takes<certificate_delivered>, takes<checkpoint_vote_received>,
                                  takes<checkpoint_received>, takes<view_update>>;
using state_transfer_handle = handle<takes<base_moved>, takes<checkpoint_offered>, takes<state_asked>,
                                     takes<state_part_received>, takes<view_update>>;

using messages =
  message_list<flat<wire::BrbSend>, flat<wire::BrbFragment>, fragment_received, flat<wire::BrbEcho>,
               flat<wire::BrbCertificate>, flat<wire::BrbDelivered>, flat<wire::AntiEntropyRequest>,
               flat<wire::AntiEntropyPage>, flat<wire::BrbCheckpointVote>, flat<wire::BrbCheckpoint>,
               flat<wire::CheckpointStateRequest>, flat<wire::CheckpointStatePage>, flat<wire::BrbEvidence>,
               flat<wire::BrbLockQuery>, flat<wire::BrbLocks>, locks_asked, locks_told,
               checkpoint_vote_received, checkpoint_received, base_moved, checkpoint_offered, state_asked,
               state_part_received, state_transfer::adopted, execute, executed, catch_up_from, retry_all,
               get_dump, dump_text, loop_packet, view_update, send_received, certificate_received,
               backlog_received, echo_received, acknowledged, own_refusal, numbers_disputed, peer_returned,
               retry, certificate_delivered, deliveries_recorded, source_window::behind,
               source_window::suspected, instance_settled, instance_failed, instance_finished>;

} // namespace troupe::brb
