// SPDX-License-Identifier: BSD-3-Clause
// A node as it runs in production: node/tree/node_tree.cpp on the laboratory's network, disk and clock.
#include "actors/brb/brb_interface.hpp"
#include "actors/brb/checkpoint_records.hpp"
#include "actors/brb/damaged_promises.hpp"
#include "actors/store/promise_log.hpp"
#include "node/tree/front_actor.hpp"
#include "node/tree/node_tree.hpp"
#include "tools/lab/cluster/lab_store_actor.hpp"
#include "tools/lab/cluster/lane_tap.hpp"
#include "tools/lab/cluster/node_life.hpp"
#include "tools/lab/cluster/stored_promise.hpp"
#include "tools/lab/cluster/stub_signatures.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>

#include <atomic>
#include <mutex>

namespace troupe::lab {
namespace {

constexpr auto request_limit = node_life::answer_limit;

struct opened_log {
  std::shared_ptr<store::promise_log> log;
  std::vector<bytes> records;
  std::shared_ptr<brb::agreement_memory> memory;
};

expected<opened_log, explained> open_log(const life_options& of) {
  const auto& disk = of.storage;
  const auto& id = of.nodes->id(of.self);
  auto opened = of.first ? store::promise_log::create(disk, id, of.tuned.log_segment_size)
                         : store::promise_log::open(disk, id, of.tuned.log_segment_size);
  if (!opened)
    return unexpected(opened.error());
  auto memory = brb::remembered(*opened, *disk, data_types().front(), lab_network_id);
  if (!memory)
    return unexpected(memory.error());
  for (const auto& line : brb::lost_deliveries(opened->records))
    of.context.line(log_level::warn, line);
  return opened_log{opened->log, std::move(opened->records), *std::move(memory)};
}

/// What a life has stored, as its store told; any thread.
class stored_memory {
public:
  void saw(const observation& what) {
    const std::scoped_lock lock{guard_};
    if (const auto* lock_made = std::get_if<locked>(&what.what);
        lock_made && !all_.delivered.contains(lock_made->where))
      all_.open.emplace(lock_made->where, lock_made->what);
    if (const auto* done = std::get_if<delivered>(&what.what)) {
      all_.open.erase(done->where);
      all_.delivered.emplace(done->where, done->what);
    }
  }
  node_memory read() const {
    const std::scoped_lock lock{guard_};
    return all_;
  }

private:
  mutable std::mutex guard_;
  node_memory all_;
};

class agreement_life final : public node_life {
public:
  agreement_life(life_options options, opened_log opened)
    : options_(std::move(options)), memory_(std::move(opened.memory)) {
    options_.tell->saw({options_.at->now(), options_.self, started{}});
    tell_covered(memory_->base().delivered(), options_);
    tell_covered(memory_->lost().covered, options_); // forgotten is forgotten, even if it cannot be read now
    tell_stored(opened.records);
    handles_ = start_tree(options_.at->system(), parts(opened.log));
    caf::actor_cast<caf::abstract_actor*>(handles_.root)->attach_functor([ended = ended_] { *ended = true; });
    options_.port.network->start(*options_.port.bridge);
    for (const auto voter : options_.first ? options_.voters : std::set<node_index>{})
      change({membership::change_kind::join, options_.nodes->id(voter)}, true, nullptr);
    for (const auto other : options_.contacts)
      post(handles_.peers,
           peer::connect{{options_.nodes->address(other).with_peer(options_.nodes->id(other))}});
  }

  void execute(const command& what, answered done) override {
    const auto when =
      what.answered == answer_kind::delivered ? brb::answer_when::delivered : brb::answer_when::promised;
    in_front([to = handles_.agreement.front, what, when, done = handed_over(std::move(done))](auto* self) {
      request(self, to, request_limit, brb::execute{{{what.action, {std::to_string(what.value)}}}, when})
        .then([done](const brb::executed& answer) { done(answer.errors.front()); },
              [done](const caf::error&) { done(no_answer); });
    });
  }
  void join(node_index whom, answered done) override {
    change({membership::change_kind::join, options_.nodes->id(whom)}, false, std::move(done));
  }
  void leave(node_index whom, answered done) override {
    change({membership::change_kind::leave, options_.nodes->id(whom)}, false, std::move(done));
  }
  void install(std::uint64_t, const std::set<node_index>&) override {}

  std::shared_ptr<node_status> ask() override {
    auto found = std::make_shared<node_status>();
    in_front([to = handles_.agreement, at = options_.at, nodes = options_.nodes, found](auto* self) {
      request(self, to.membership, request_limit, membership::get_view{})
        .then(
          [=](const membership::view_message& told) {
            at->hand_over([=, now = told.now] { fill(*found, *now, *nodes); });
          },
          [](const caf::error&) {});
      request(self, to.data, request_limit, datatype::read_value{})
        .then(
          [=](const datatype::value_read& told) {
            at->hand_over([=, text = told.text.value_or("")] { found->value = text; });
          },
          [](const caf::error&) {});
    });
    return found;
  }

  /// On other threads the actors' own memory is theirs alone: what they have stored stands for it.
  node_memory memory() const override {
    auto all = options_.at->world() ? remembered() : stored_->read();
    options_.digests->add(memory_->base().delivered(), *options_.nodes, all.delivered);
    return all;
  }
  node_backlog backlog() const override {
    node_backlog now;
    if (!options_.at->world()) {
      for (const auto& [where, what] : stored_->read().open)
        ++now.open[where.source];
      return now;
    }
    for (const auto& [source, kept] : memory_->sources)
      if (const auto open = kept->open(); open > 0)
        if (const auto which = options_.nodes->find(source))
          now.open.emplace(*which, open);
    return now;
  }
  std::size_t kept() const override {
    std::size_t count = 0;
    if (options_.at->world())
      for (const auto& [source, held] : memory_->sources)
        for (const auto& record : held->promises())
          count += std::holds_alternative<delivered_promise>(record);
    return count;
  }
  std::uint64_t dials() const override { return counters_->dials; }
  std::vector<std::uint64_t> roots() const override {
    return {caf::actor_cast<caf::actor_addr>(handles_.root).id(),
            caf::actor_cast<caf::actor_addr>(handles_.front).id()};
  }
  caf::actor_addr store() const override { return *store_; }
  void stop() override {
    ask_to_stop(handles_.front);
    ask_to_stop(handles_.root);
  }
  bool ended() const override { return *ended_; }
  void kill() override {
    caf::anon_send_exit(handles_.front, caf::exit_reason::kill);
    caf::anon_send_exit(handles_.root, caf::exit_reason::kill);
  }

private:
  /// What this life begins with. What was delivered behind a lost delivery is not delivered in it yet; once
  /// the lost one is, its record stands behind theirs.
  void tell_stored(const std::vector<bytes>& records) {
    const auto begun_with = remembered();
    std::map<slot, observation> deliveries;
    for (const auto& record : records)
      if (const auto seen = seen_in(record, {options_.self, options_.at->now(), *options_.nodes})) {
        const auto* done = std::get_if<delivered>(&seen->what);
        if (!done)
          tell(*seen, options_, *stored_);
        else if (begun_with.delivered.contains(done->where))
          deliveries.emplace(done->where, *seen);
      }
    for (const auto& [where, seen] : deliveries)
      tell(seen, options_, *stored_);
  }

  node_parts parts(const std::shared_ptr<store::promise_log>& log) {
    const auto& own = options_.nodes->key(options_.self);
    node_parts all{options_.context,
                   own,
                   {},
                   {},
                   {},
                   {},
                   std::make_shared<address_table>(own.id(), options_.port.address)};
    all.peers.network = options_.port.network;
    all.peers.bridge = options_.port.bridge;
    all.peers.unit = options_.port.unit;
    all.peers.network_id = lab_network_id;
    all.peers.introduce = false;
    all.peers.counters = counters_;
    all.peers.version_max = static_cast<std::uint16_t>(all.peers.version_max + (options_.newer ? 1 : 0));
    all.agreement.self = own.id();
    all.agreement.network = lab_network_id;
    all.agreement.memory = memory_;
    all.agreement.based = [of = options_](const brb::base_state& base) {
      tell_covered(base.delivered(), of);
    };
    apply(options_.tuned, all.agreement);
    apply(options_.tuned, all.crypto);
    if (options_.signatures == lab::signatures::stub)
      all.crypto.signatures = stub_scheme;
    all.mounted_as = tapped(options_);
    all.start_store = [log, of = options_, kept = stored_, now = store_](caf::actor_system& system,
                                                                         const node_context& as) {
      lab_store_options how{log, of.faults, of.tuned.sync_max, of.port.unit != nullptr, {}, of.storage};
      how.stored = [of, kept](byte_view record) { tell(record, of, *kept); };
      const auto store = spawn_lab_store(system, as, std::move(how));
      *now = caf::actor_cast<caf::actor_addr>(store);
      return store;
    };
    return all;
  }

  static void tell_covered(const brb::delivered_vector& delivered, const life_options& of) {
    for (const auto& [source, up_to] : delivered)
      if (const auto which = of.nodes->find(source))
        of.tell->saw({of.at->now(), of.self, covered{{*which, up_to}}});
  }

  /// In simulation the actors' own memory is looked at instead of a second one.
  static void tell(byte_view record, const life_options& of, stored_memory& kept) {
    if (const auto seen = seen_in(record, {of.self, of.at->now(), *of.nodes}))
      tell(*seen, of, kept);
  }
  static void tell(const observation& seen, const life_options& of, stored_memory& kept) {
    if (const auto* done = std::get_if<delivered>(&seen.what))
      of.digests->saw(done->where, done->what);
    if (!of.at->world())
      kept.saw(seen);
    of.tell->saw(seen);
  }

  node_memory remembered() const {
    node_memory all;
    for (const auto& [source, kept] : memory_->sources) {
      for (const auto& record : kept->promises())
        remember(record, all);
      all.unrecorded += kept->recall().unrecorded.size();
    }
    return all;
  }

  void in_front(std::function<void(front_handle::pointer)> job) {
    post(handles_.front, front_job{std::move(job)});
  }

  answered handed_over(answered done) const {
    return [at = options_.at, done = std::move(done)](const std::string& error) {
      if (done)
        at->hand_over([done, error] { done(error); });
    };
  }

  void change(const membership::reconfig& what, bool forced, answered done) {
    in_front(
      [to = handles_.agreement.membership, what, forced, done = handed_over(std::move(done))](auto* self) {
        request(self, to, request_limit, membership::change_members{what, forced})
          .then([done](const outcome& answer) { done(answer.error); },
                [done](const caf::error&) { done(no_answer); });
      });
  }

  static void fill(node_status& found, const membership::view& now, const directory& nodes) {
    found.generation = now.gen.value();
    for (const auto& [gen, members] : now.members)
      for (const auto& who : members)
        if (const auto which = nodes.find(who))
          found.members[gen.value()].insert(*which);
  }

  void remember(const promise& record, node_memory& all) const {
    const auto* lock = std::get_if<lock_promise>(&record);
    const auto* done = std::get_if<delivered_promise>(&record);
    if (!lock && !done)
      return;
    const auto& header = lock ? lock->what.header : done->what->header;
    const auto source = options_.nodes->find(header.source);
    if (!source)
      return;
    const slot where{*source, header.sequence};
    if (lock) {
      all.open.emplace(where, brb::header_digest(lab_network_id, header));
      return;
    }
    auto& known = digests_[where];
    if (known.of != done->what)
      known = {done->what, brb::header_digest(lab_network_id, header)};
    all.delivered.emplace_hint(all.delivered.end(), where, known.is);
  }

  /// What a certificate holds never changes, and memory is looked at again and again.
  struct named_certificate {
    brb::certificate_ptr of;
    digest is{};
  };

  life_options options_;
  std::shared_ptr<brb::agreement_memory> memory_;
  mutable std::map<slot, named_certificate> digests_;
  std::shared_ptr<peer::peer_counters> counters_ = std::make_shared<peer::peer_counters>();
  std::shared_ptr<stored_memory> stored_ = std::make_shared<stored_memory>();
  std::shared_ptr<caf::actor_addr> store_ = std::make_shared<caf::actor_addr>();
  std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);
  node_handles handles_;
};

} // namespace

std::string text(const command& what) {
  return what.action + " " + std::to_string(what.value);
}

expected<std::unique_ptr<node_life>, explained> start_agreement(life_options options) {
  auto opened = open_log(options);
  if (!opened)
    return unexpected(opened.error());
  return std::make_unique<agreement_life>(std::move(options), std::move(*opened));
}

} // namespace troupe::lab
