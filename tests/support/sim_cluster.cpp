// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/sim_cluster.hpp"

#include "actors/brb/brb_interface.hpp"
#include "actors/brb/checkpoint_records.hpp"
#include "messages/types/assert.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_registry.hpp>

namespace troupe::test {
namespace {

constexpr std::chrono::seconds request_limit{5};
const std::string network_id = "sim";

void add_types(caf::actor_system_config& config) {
  add_messages(config, membership::messages{});
  add_messages(config, brb::messages{});
}

std::map<slot_key, brb::certificate_ptr> delivered_in(const brb::agreement_memory& memory) {
  std::map<slot_key, brb::certificate_ptr> found;
  for (const auto& [source, kept] : memory.sources)
    for (const auto& record : kept->promises())
      if (const auto* done = std::get_if<delivered_promise>(&record))
        found.emplace(slot_key{source, done->what->header.sequence}, done->what);
  return found;
}

/// Small, so that a run fills several.
constexpr std::size_t segment_size = 8192;

store::opened_promises open_log(const std::shared_ptr<store::storage>& disk, const peer_id& identity) {
  const bool fresh = disk->list()->empty();
  auto opened = fresh ? store::promise_log::create(disk, identity, segment_size)
                      : store::promise_log::open(disk, identity, segment_size);
  TROUPE_ASSERT(opened.has_value());
  return std::move(*opened);
}

} // namespace

sim_cluster::sim_cluster(std::uint64_t seed, std::size_t nodes)
  : at_(seed, add_types), sink_(std::make_shared<crash_sink>(at_.system(), at_.context("log").log,
                                                             random_stream{seed}.split("crash"))) {
  for (std::size_t i = 1; i <= nodes; ++i) {
    const auto number = std::to_string(i);
    machine made;
    made.name = "n" + number;
    made.id = at_.key(made.name).id();
    made.address = *multiaddr::parse("/ip4/10.0.0." + number + "/tcp/4001");
    nodes_.push_back(std::move(made));
  }
}

const std::string& sim_cluster::network() {
  return network_id;
}

sim_cluster::~sim_cluster() {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (up(i))
      crash(i);
  if (tear_down() > 0)
    at_.system().await_actors_before_shutdown(false); // the test has failed; it must not hang as well
}

void sim_cluster::start(std::size_t i) {
  std::set<std::size_t> all;
  for (std::size_t other = 0; other < nodes_.size(); ++other)
    all.insert(other);
  start(i, all);
}

bool sim_cluster::in_session(std::size_t on, std::size_t with) const {
  return nodes_[on].life && nodes_[on].life->peers->present.contains(nodes_[with].id);
}

void sim_cluster::start(std::size_t i, const std::set<std::size_t>& contacts) {
  auto& node = nodes_[i];
  TROUPE_ASSERT(!node.life);
  auto context = at_.context(node.name);
  context.log = sink_;
  context.rng = context.rng.split("life " + std::to_string(++node.lives));
  running life;
  life.network = std::make_shared<transport::sim_network>(at_.world(), at_.key(node.name));
  life.bridge = std::make_shared<peer::network_bridge>(*life.network);
  const auto promises = open_log(node.disk, node.id);
  life.memory = *brb::remembered(promises, *node.records, data_types().front(), network_id);
  TROUPE_ASSERT(life.network->listen(node.address).has_value());

  node_parts parts{
    context, at_.key(node.name), {}, {}, {}, {}, std::make_shared<address_table>(node.id, node.address)};
  parts.peers.network = life.network;
  parts.peers.bridge = life.bridge;
  parts.peers.network_id = network_id;
  life.peers = parts.peers.memory;
  parts.agreement.self = node.id;
  parts.agreement.network = network_id;
  parts.agreement.memory = life.memory;
  parts.agreement.checkpoint_every = checkpoint_every;
  if (context.rng.split("batches").chance(500'000))
    parts.agreement.batches = {.operations = 1, .delay = {}};
  parts.crypto.workers = 1;
  parts.start_store = [log = promises.log, records = std::make_shared<mortal_records>(node.records, node.end),
                       now = life.store](caf::actor_system& system, const node_context& as) {
    const auto store = spawn_slow_store(system, as, log, records);
    *now = store.address();
    return store;
  };
  life.handles = start_tree(at_.system(), std::move(parts));
  life.front = life.handles.front;
  life.ended = std::make_shared<bool>(false);
  sink_->protect(life.handles.root.address());
  sink_->protect(life.front.address());
  caf::actor_cast<caf::abstract_actor*>(life.handles.root)->attach_functor([ended = life.ended] {
    *ended = true;
  });
  life.network->start(*life.bridge);
  for (const auto contact : contacts)
    if (contact != i)
      post(life.handles.peers, peer::connect{{nodes_[contact].address.with_peer(nodes_[contact].id)}});
  node.life = std::move(life);
}

long sim_cluster::crash(std::size_t i) {
  auto life = std::move(*std::exchange(nodes_[i].life, std::nullopt));
  caf::anon_send_exit(life.front, caf::exit_reason::kill);
  caf::anon_send_exit(life.handles.root, caf::exit_reason::kill);
  scheduler().settle();
  nodes_[i].disk->heal();
  nodes_[i].records->lose_unsynced();
  if (nodes_[i].end->happened())
    nodes_[i].platter->lose_unsynced();
  nodes_[i].end->undo();
  const auto left_over = life.network.use_count() - 1;
  // Even if somebody holds it still, it is dead for everyone else.
  if (left_over > 0)
    life.network->stop();
  return left_over;
}

void sim_cluster::crash_store(std::size_t i) {
  sink_->crash(*nodes_[i].life->store, "the store");
}

void sim_cluster::tear_next_write(std::size_t i, std::size_t bytes) {
  auto& disk = *nodes_[i].disk;
  disk.written_anyway = bytes;
  for (const auto call : {faulty_storage::call::create, faulty_storage::call::append,
                          faulty_storage::call::truncate, faulty_storage::call::sync})
    disk.fail(call, store::store_errc::io_failed);
}

bool sim_cluster::stop_all(duration limit) {
  for (auto& node : nodes_)
    if (node.life) {
      ask_to_stop(node.life->front);
      ask_to_stop(node.life->handles.root);
    }
  return scheduler().run_until(
    [this] {
      for (const auto& node : nodes_)
        if (node.life && !*node.life->ended)
          return false;
      return true;
    },
    limit);
}

std::size_t sim_cluster::tear_down() {
  for (auto& node : nodes_)
    if (node.life) {
      node.life->network->stop();
      node.life.reset();
    }
  at_.shut_down();
  return at_.system().registry().running();
}

void sim_cluster::run_in_front(std::size_t on, std::function<void(front_handle::pointer)> job) {
  if (nodes_[on].life)
    post(nodes_[on].life->front, front_job{std::move(job)});
}

void sim_cluster::trust(std::size_t on, std::size_t whom) {
  post(nodes_[on].life->handles.agreement.membership,
       membership::change_members{{membership::change_kind::join, id(whom)}, true});
}

void sim_cluster::join(std::size_t on, std::size_t whom, answered done) {
  run_in_front(on, [to = nodes_[on].life->handles.agreement.membership, who = id(whom), done](auto* self) {
    request(self, to, request_limit, membership::change_members{{membership::change_kind::join, who}, false})
      .then([done](const outcome& answer) { done(answer.error); },
            [done](const caf::error&) { done("no answer"); });
  });
}

void sim_cluster::execute(std::size_t on, const std::string& action, std::uint64_t value, answered done) {
  run_in_front(on, [to = nodes_[on].life->handles.agreement.front, action, value, done](auto* self) {
    request(self, to, request_limit, brb::execute{{{action, {std::to_string(value)}}}})
      .then([done](const brb::executed& answer) { done(answer.errors.front()); },
            [done](const caf::error&) { done("no answer"); });
  });
}

std::shared_ptr<sim_cluster::status> sim_cluster::ask(std::size_t on) {
  auto found = std::make_shared<status>();
  if (!up(on))
    return found;
  run_in_front(on, [to = nodes_[on].life->handles.agreement, found](auto* self) {
    request(self, to.membership, request_limit, membership::get_view{})
      .then([found](const membership::view_message& told) { found->view = told.now; },
            [](const caf::error&) {});
    request(self, to.data, request_limit, datatype::read_value{})
      .then([found](const datatype::value_read& told) { found->values = told.values; },
            [](const caf::error&) {});
  });
  return found;
}

std::map<slot_key, brb::certificate_ptr> sim_cluster::delivered(std::size_t on) const {
  return delivered_in(*nodes_[on].life->memory);
}

std::map<slot_key, digest> sim_cluster::locked(std::size_t on) const {
  std::map<slot_key, digest> found;
  for (const auto& [source, kept] : nodes_[on].life->memory->sources)
    for (const auto& record : kept->promises())
      if (const auto* lock = std::get_if<lock_promise>(&record))
        found.emplace(slot_key{source, lock->what.header.sequence},
                      brb::header_digest(network_id, lock->what.header));
  return found;
}

std::map<slot_key, brb::certificate_ptr> sim_cluster::stored(std::size_t on) const {
  // Of a copy: opening cuts a torn tail off.
  const auto copy = std::make_shared<store::memory_storage>(*nodes_[on].platter);
  return delivered_in(
    **brb::remembered(open_log(copy, id(on)), *nodes_[on].records, data_types().front(), network_id));
}

} // namespace troupe::test
