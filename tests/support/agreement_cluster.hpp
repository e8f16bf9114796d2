// SPDX-License-Identifier: BSD-3-Clause
// A cluster of agreement machines without actors: each node is a voting group, its broadcasts, its windows
// and a set, wired the way the actors wire them. Messages wait in one queue per link until a test moves them;
// tickets are answered at once, or held for the test to answer. Signatures are a keyed hash, so thousands of
// runs cost little.
#pragma once

#include "actors/brb/anti_entropy.hpp"
#include "actors/brb/operations.hpp"
#include "actors/brb/promises.hpp"
#include "actors/brb/source_window.hpp"
#include "actors/datatype/data_types.hpp"
#include "actors/datatype/ledger.hpp"
#include "actors/membership/voting_group.hpp"
#include "messages/types/random_stream.hpp"

#include <functional>
#include <memory>

namespace troupe::test {

inline constexpr std::string_view cluster_network = "test";

/// The id of the test actor number `i`: keys ascend with i.
peer_id actor_number(std::size_t i);
/// The stand-in for an Ed25519 signature of `signer` over `message`.
signature stub_sign(const peer_id& signer, byte_view message);
/// That `joiner` may be proposed to the group, from `first` on for 16 generations.
membership::join_consent consent_by(const peer_id& joiner, const group_id& group,
                                    generation first = generation{1});

using cluster_message = std::variant<brb::packet, membership::signed_vote_ptr>;

class agreement_cluster;

class agreement_node {
public:
  agreement_node(agreement_cluster& cluster, std::size_t number, bool readable = true);

  // commands
  std::string trust(std::size_t other);
  std::string untrust(std::size_t other);
  std::string join(std::size_t other);
  std::string leave(std::size_t other);
  /// The answer is appended to `answers`.
  void execute(std::string action, std::uint64_t value, brb::answer_when when = brb::answer_when::promised);
  void execute(command what, brb::answer_when when = brb::answer_when::promised);
  void ask(std::size_t other); ///< anti-entropy
  void retry();
  void peer_joined(std::size_t other);

  std::string read() const { return book_->type().read(); }
  const data_type& data() const { return book_->type(); }
  membership::view view() const { return group_->snapshot(); }
  std::set<peer_id> members() const;
  std::size_t count_notes(std::string_view part) const;
  std::size_t live_instances() const { return instances_.size(); }
  bool quiet() const;

  void receive(const peer_id& from, const cluster_message& what);
  void expire_all();
  /// Answers questions whose credit has come meanwhile; false if there are none.
  bool serve_waiting();
  /// Feeds every machine's queue until nothing is left to do.
  void settle();

  peer_id id;
  bool alive = true;
  bool consents = true;       ///< from its next life on; it is asked and answers at once, without the links
  std::vector<bytes> records; ///< the promise log
  std::vector<std::string> notes;
  std::optional<group_id> settled; ///< as told to sessions
  std::vector<std::string> answers;
  std::vector<std::string> reports;
  std::string join_error; ///< of the last join that waited for the joiner
  std::map<peer_id, std::unique_ptr<brb::source_window>> windows;
  std::size_t signatures_made = 0; ///< by all machines, the checks too: nothing is remembered
  std::size_t signatures_checked = 0;

private:
  friend class agreement_cluster;
  void build();
  brb::source_window& window(const peer_id& source);
  brb::instance* instance_of(std::uint64_t sequence);
  void start_instance(const brb::operations::start_instance& what);
  void publish();
  void later(std::function<void()> work) { todo_.push_back(std::move(work)); }
  template <class Machine>
  bool drain(Machine& machine);
  template <class Machine>
  void ticket_effects(Machine& machine, const persist& what);
  void route(const peer_id& from, const brb::packet& what);
  void on_echo(const peer_id& from, const brb::echo_message& what);
  void on_delivered(const peer_id& from, const brb::delivered_message& what);
  void refuse(const peer_id& from, brb::brb_errc why);

  template <class M>
  void perform(M&, const brb::send_packet& e);
  template <class M>
  void perform(M&, const membership::send_vote& e);
  template <class M>
  void perform(M&, const membership::ask_consent& e);
  template <class M>
  void perform(M&, const membership::send_consent& e);
  template <class M>
  void perform(M&, const membership::join_settled& e) {
    join_error = e.error ? std::string{membership::name(*e.error)} : std::string{};
  }
  template <class M>
  void perform(M&, const delivering&) {}
  template <class M>
  void perform(M&, const handling& e) {
    notes.push_back(brb::handling_text(e.from, id));
  }
  template <class M>
  void perform(M&, const remember&) {}
  template <class M>
  void perform(M&, const brb::source_window::lock_begun&) {}
  template <class M>
  void perform(M&, const brb::source_window::lock_ended&) {}
  template <class M>
  void perform(M&, const brb::source_window::recorded&) {}
  template <class M>
  void perform(M&, const brb::anti_entropy::offered&) {}
  template <class M>
  void perform(M&, const membership::view_changed&) {
    publish();
  }
  template <class M>
  void perform(M&, const membership::group_settled& e) {
    settled = e.group;
  }
  template <class M>
  void perform(M&, const membership::catch_up&);
  template <class M>
  void perform(M& m, const persist& e) {
    ticket_effects(m, e);
  }
  template <class M>
  void perform(M& m, const verify& e);
  template <class M>
  void perform(M& m, const sign& e);
  template <class M>
  void perform(M& m, const arm& e);
  template <class M>
  void perform(M& m, const cancel& e);
  template <class M>
  void perform(M&, const report& e);
  template <class M>
  void perform(M&, const note& e) {
    notes.push_back(e.text);
  }
  template <class M>
  void perform(M& m, const brb::source_window::validate& e);
  template <class M>
  void perform(M&, const brb::source_window::deliver& e);
  template <class M>
  void perform(M&, const brb::source_window::hand_locks& e);
  template <class M>
  void perform(M&, const brb::own_refusal& e);
  template <class M>
  void perform(M&, const brb::numbers_disputed& e) {
    notes.push_back("disputed " + std::to_string(e.sequence));
  }
  template <class M>
  void perform(M&, const brb::source_window::behind& e);
  template <class M>
  void perform(M&, const brb::source_window::suspected&) {}
  template <class M>
  void perform(M& m, const brb::instance::settled&);
  template <class M>
  void perform(M& m, const brb::instance::failed& e);
  template <class M>
  void perform(M& m, const brb::instance::finished&);
  template <class M>
  void perform(M&, const brb::anti_entropy::apply_votes& e);
  template <class M>
  void perform(M&, const brb::anti_entropy::apply_certificates& e);
  template <class M>
  void perform(M& m, const brb::operations::prepare& e);
  template <class M>
  void perform(M&, const brb::operations::start_instance& e) {
    start_instance(e);
  }
  template <class M>
  void perform(M&, const brb::operations::retire& e) {
    instances_.erase(e.sequence);
  }
  template <class M>
  void perform(M&, const brb::operations::answer& e) {
    answers.push_back(e.error);
  }

  agreement_cluster& cluster_;
  bool readable_;
  std::unique_ptr<membership::voting_group> group_;
  std::unique_ptr<brb::operations> operations_;
  std::unique_ptr<brb::anti_entropy> catching_up_;
  std::unique_ptr<datatype::ledger> book_;
  std::map<std::uint64_t, std::unique_ptr<brb::instance>> instances_;
  std::set<std::uint64_t> dropped_;
  brb::view_ptr view_;
  std::deque<std::function<void()>> todo_;
  std::map<std::pair<const void*, timer_id>, std::function<void()>> timers_;
  std::uint64_t next_command_ = 0;
};

class agreement_cluster {
public:
  /// `nodes` nodes; the first `members` trust one another at generation 0, and everybody trusts them. `type`
  /// is one of data_types().
  explicit agreement_cluster(std::size_t nodes, std::size_t members = 0, std::uint64_t seed = 1,
                             std::string_view type = default_data_type);
  agreement_cluster(std::size_t nodes, std::size_t members, std::uint64_t seed, const known_data_type& type);

  agreement_node& operator[](std::size_t i) { return *nodes[i]; }
  std::size_t size() const { return nodes.size(); }

  /// Moves the first message of one link; false if there is none.
  bool deliver_one(const peer_id& from, const peer_id& to);
  bool deliver_random();
  /// Moves messages, oldest first, until none is left and no page of anti-entropy waits for its time.
  void run();
  /// All pairs ask one another, until nothing moves.
  void anti_entropy_round();
  void expire_all();
  /// A new life of node `i` with what its promise log holds.
  void restart(std::size_t i);
  std::size_t queued() const;
  bool all_read(const std::string& expected) const;

  struct message {
    std::uint64_t order;
    cluster_message what;
  };
  const known_data_type& type;
  brb::batch_limits batches{.operations = 1, .delay = {}}; ///< of lives that begin from now on
  brb::coding_rules coding = {};                           ///< of instances that begin from now on
  std::vector<std::unique_ptr<agreement_node>> nodes;
  std::map<std::pair<peer_id, peer_id>, std::deque<message>> links;
  random_stream rng;
  time_point now{};
  /// Says which messages get lost.
  std::function<bool(const peer_id& from, const peer_id& to, const cluster_message& what)> lose;
  /// Says, before record number `n` of a node is stored, whether the node dies: 0 no, 1 before, 2 directly
  /// after storing.
  std::function<int(agreement_node& node, std::size_t n)> kill_at_record;

  void send(const peer_id& from, const peer_id& to, cluster_message what);
  agreement_node* find(const peer_id& id);

private:
  std::uint64_t order_ = 0;
};

} // namespace troupe::test
