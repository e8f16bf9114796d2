// SPDX-License-Identifier: BSD-3-Clause
// The state of the broadcast front and what it does with each message; brb_actor.cpp is its behaviour.
// Private to this folder.
#pragma once

#include "actors/brb/accusations.hpp"
#include "actors/brb/brb_actor.hpp"
#include "actors/brb/packet_trace.hpp"
#include "actors/brb/totality.hpp"
#include "actors/runtime/shell/shell.hpp"
#include "actors/runtime/shell/supervisor.hpp"

#include <caf/typed_response_promise.hpp>

#include <map>
#include <set>

namespace troupe::brb {

/// The front with what reaches it from inside.
using front_inside =
  brb_handle::extend_with<front_handle>::extend<takes<membership::view_message>, takes<membership::catch_up>,
                                                takes<prepared>, takes<timer_fired>, takes<persisted>,
                                                takes<verified>, takes<signed_off>>;

/// The names of its children.
std::string receiver_key(const peer_id& source);
std::string instance_key(std::uint64_t sequence);

class front;

struct front_state {
  std::unique_ptr<front> body;
  static inline const char* name = "brb";
};
using front_pointer = self_ptr<front_inside, front_state>;

class front {
public:
  using answer_promise = caf::typed_response_promise<executed>;

  front(front_pointer self, node_context context, agreement_options options, brb_links links);
  /// Again later if receivers of a former life are still ending; until then nothing is served.
  void start();
  bool started() const { return operations_.has_value(); }
  /// False while a damaged checkpoint is being fetched again: no promise can be made or looked up.
  bool whole() const { return links_.options.memory->whole(); }

  // from peers
  void on_send(const peer_id& from, const wire::BrbSend& frame);
  void on_fragment(const peer_id& from, const wire::BrbFragment& frame);
  void on_echo(const peer_id& from, const wire::BrbEcho& frame);
  void on_certificate(const peer_id& from, const wire::BrbCertificate& frame);
  void on_delivered(const peer_id& from, const wire::BrbDelivered& frame);
  void on_request(const peer_id& from, const wire::AntiEntropyRequest& frame);
  void on_page(const peer_id& from, const wire::AntiEntropyPage& frame);
  void on_checkpoint_vote(const peer_id& from, const wire::BrbCheckpointVote& frame);
  void on_checkpoint(const peer_id& from, const wire::BrbCheckpoint& frame);
  void on_state_request(const peer_id& from, const wire::CheckpointStateRequest& frame);
  void on_state_page(const peer_id& from, const wire::CheckpointStatePage& frame);
  void on_evidence(const peer_id& from, const wire::BrbEvidence& frame);
  void on_lock_query(const peer_id& from, const wire::BrbLockQuery& frame);
  void on_locks(const peer_id& from, const wire::BrbLocks& frame);
  void on_joined(const peer_id& who);
  void on_left(const peer_id& who);

  // from the user
  answer_promise on_execute(const execute& wanted);
  outcome on_catch_up(const catch_up_from& command);
  outcome on_retry();
  dump_text dump() const;

  // from inside
  void route(const peer_id& from, const packet& what);
  void on_view(const view_ptr& now);
  void on_delivery(const certificate_delivered& done);
  void on_recorded(const deliveries_recorded& so_far);
  void on_own_refusal(const own_refusal& why);
  void on_numbers_disputed(const numbers_disputed& which);
  void on_settled(const instance_settled& which) { operations_->feed(which); }
  void on_failed(const instance_failed& which);
  void on_finished(const instance_finished& which);
  void on_prepared(const prepared& answer) { operations_->feed(answer); }
  void on_behind(const peer_id& peer);
  void on_base_moved(const base_moved& moved);
  void on_adopted(const state_transfer::adopted& state);
  void on_waiting_votes();
  void on_suspected(const source_window::suspected& found);
  void on_persisted(const persisted& done) { accusing_->feed(done); }
  void on_verified(const verified& done) { accusing_->feed(done); }
  void wake(const timer_fired& fired);

private:
  /// An `execute` some of whose commands have no answer yet.
  struct request_open {
    answer_promise promise;
    executed answer;
    std::size_t left;
  };
  struct operations_wiring {
    front* of;
    void operator()(operations::prepare ask) const;
    void operator()(const operations::start_instance& what) const { of->start_instance(what); }
    void operator()(const operations::retire& which) const { of->drop_instance(which.sequence); }
    void operator()(const operations::answer& answer) const;
    void operator()(const numbers_disputed& which) const;
  };
  struct catching_up_wiring {
    front* of;
    void operator()(const send_packet& order) const;
    void operator()(const delivering& what) const { of->trace_.leaving(what); }
    void operator()(const handling& what) const { of->trace_.arrived(what); }
    void operator()(const anti_entropy::apply_votes& found) const;
    void operator()(const anti_entropy::apply_certificates& found) const;
    void operator()(const anti_entropy::offered& state) const;
    void operator()(const report& complaint) const;
  };

  struct accusing_wiring {
    front* of;
    void operator()(const send_packet& order) const;
    void operator()(const accusations::expel& order) const;
    void operator()(const remember& stored) const;
    void operator()(const report& complaint) const { of->complain(complaint); }
  };
  struct totality_wiring {
    front* of;
    void operator()(const send_packet& order) const;
  };

  void handle_packet(const peer_id& from, const send_ptr& what);
  void handle_packet(const peer_id& from, const fragment_ptr& what);
  void handle_packet(const peer_id& from, const certificate_out& what);
  void handle_packet(const peer_id& from, const echo_message& what);
  void handle_packet(const peer_id& from, const delivered_message& what);
  void handle_packet(const peer_id& from, const anti_entropy_request& what);
  void handle_packet(const peer_id& from, const anti_entropy_page& what);
  void handle_packet(const peer_id& from, const checkpoint_vote& what);
  void handle_packet(const peer_id& from, const checkpoint_ptr& what);
  void handle_packet(const peer_id& from, const state_request& what);
  void handle_packet(const peer_id& from, const state_page& what);
  void begin();
  void begin_anew();
  void start_checkpoints();
  void rebase(const base_state& to);
  checkpoints_handle checkpoints_actor() const;
  state_transfer_handle state_transfer_actor() const;
  void handle_packet(const peer_id& from, const equivocation& what);
  void handle_packet(const peer_id& from, const lock_query& what);
  void handle_packet(const peer_id& from, const lock_answer_ptr& what);
  receiver_handle receiver_of(const peer_id& source);
  instance_handle instance_of(std::uint64_t sequence) const;
  template <class Message>
  void to_instances(const Message& what) {
    for (const auto sequence : instances_)
      send(self_, instance_of(sequence), what);
  }
  void start_instance(const operations::start_instance& what);
  void drop_instance(std::uint64_t sequence);
  void refuse(const peer_id& from, brb_errc why);
  void malformed(const peer_id& from, std::string_view why);
  void complain(const report& complaint) const;
  bool known_source(const peer_id& source) const;

  front_pointer self_;
  node_context context_;
  child_links links_;
  packet_trace trace_;
  membership::membership_handle membership_;
  peer::subscriber address_;
  view_ptr view_;
  std::optional<shell<operations, front_inside, operations_wiring>> operations_;
  std::optional<shell<anti_entropy, front_inside, catching_up_wiring>> catching_up_;
  std::optional<shell<accusations, front_inside, accusing_wiring>> accusing_;
  std::optional<shell<totality, front_inside, totality_wiring>> totality_; ///< none on manual anti-entropy
  std::unique_ptr<supervisor> children_;
  std::set<std::uint64_t> instances_;
  std::set<peer_id> receivers_;
  std::set<peer_id> connected_;
  std::map<command_id, request_open> requests_; ///< by the id of the first command
  std::uint64_t last_command_ = 0;
  bool running_ = false; ///< the first view has come
  bool anew_ = false;    ///< we have begun again and ask whoever is connected what came meanwhile
};

} // namespace troupe::brb
