// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/front_actor.hpp"

#include "messages/codec/hex.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::brb {
namespace {

constexpr std::size_t receivers_max = 256;
constexpr std::chrono::milliseconds start_again_after{1};
constexpr const char* restarting = "Restarting";

view_ptr empty_view() {
  auto empty = std::make_shared<membership::view>();
  empty->members[generation{0}];
  return empty;
}

} // namespace

std::string receiver_key(const peer_id& source) {
  return "from-" + to_hex(source.multihash());
}

std::string instance_key(std::uint64_t sequence) {
  return "operation-" + std::to_string(sequence);
}

front::front(front_pointer self, node_context context, agreement_options options, brb_links links)
  : self_(self), context_(std::move(context)),
    links_{options,    front_handle{self}, links.peers,          links.data,
           links.desk, links.store,        options.type.describe},
    trace_(context_, links_.options), membership_(links.membership), address_(links.address),
    view_(empty_view()) {
  supervision_options rules;
  rules.children_max = receivers_max + pipeline_max + certified_tail_max + 2; // and the two of checkpoints
  supervisor_hooks hooks;
  hooks.blame = [this](const peer_id& peer, const std::string& why) {
    send(self_, links_.peers, peer::misbehaved{peer, why, crash_cost, true});
  };
  children_ = std::make_unique<supervisor>(self, context_, rules, std::vector<child>{}, hooks);
}

void front::start() {
  children_->start();
  // A former life of ours took what it knew of connected peers along.
  if (address_)
    send(self_, links_.peers, peer::subscribe{address_});
  begin();
}

void front::begin() {
  auto& memory = *links_.options.memory;
  if (memory.receivers > 0 || children_->snapshot().children > 0)
    return send_after(self_, handle<takes<timer_fired>>{self_}, start_again_after,
                      timer_fired{context_.clock->now() + start_again_after});
  const bool whole = memory.whole();
  operations_options commanded{links_.options.self, memory.readable, links_.options.batches};
  commanded.whole = whole;
  operations restored{commanded, view_};
  anti_entropy_options catching_up{links_.options.self};
  catching_up.wants_checkpoint = !whole;
  catching_up.traced = trace_.wanted();
  if (!links_.options.manual_anti_entropy)
    catching_up.round_every = links_.options.anti_entropy_every;
  anti_entropy caught_up{catching_up, view_};
  totality even{{links_.options.self}, view_};
  const auto base = memory.base();
  caught_up.restore(base);
  restored.restore_delivered(at(base.delivered(), links_.options.self));
  datatype::reset_data anew{base.saved, {}, std::string{whole ? "" : name(brb_errc::checkpoint_damaged)}};
  // Without its checkpoint what lies behind it stands nowhere; it waits in the memory.
  for (const auto& [source, kept] : whole ? memory.sources : decltype(memory.sources){}) {
    const auto known = kept->recall();
    for (const auto& record : known.promises) {
      if (const auto* done = std::get_if<delivered_promise>(&record)) {
        anew.delivered.push_back(done->what);
        caught_up.handle(certificate_delivered{done->what}, time_point{});
        even.handle(certificate_delivered{done->what}, time_point{});
        if (source == links_.options.self)
          restored.restore_delivered(done->what->header.sequence);
      } else if (const auto* lock = std::get_if<lock_promise>(&record);
                 lock && source == links_.options.self) {
        restored.restore_locked(lock->what);
      }
    }
    for (const auto& lock : known.uncertain_locks)
      if (source == links_.options.self)
        restored.restore_locked(*lock);
  }
  for (const auto& [source, kept] : memory.sources)
    even.handle(deliveries_recorded{source, kept->recorded_up_to()}, time_point{});
  send(self_, links_.data, std::move(anew));
  operations_.emplace(self_, context_, ticket_desk{}, std::move(restored), operations_wiring{this});
  catching_up_.emplace(self_, context_, ticket_desk{}, std::move(caught_up), catching_up_wiring{this});
  catching_up_->start();
  start_checkpoints();
  if (!links_.options.manual_anti_entropy && whole)
    totality_.emplace(self_, context_, ticket_desk{}, std::move(even), totality_wiring{this});
  accusations accused{{links_.options.self, links_.options.network}, view_};
  for (const auto& known : memory.equivocations)
    accused.restore(known);
  accusing_.emplace(self_, context_, links_.desk, std::move(accused), accusing_wiring{this});
  accusing_->start();
  send(self_, membership_, membership::watch_view{membership::view_watcher{self_}});
}

void front::on_view(const view_ptr& now) {
  view_ = now;
  const view_update update{now};
  operations_->feed(update);
  catching_up_->feed(update);
  accusing_->feed(update);
  if (totality_)
    totality_->feed(update);
  for (const auto& source : receivers_)
    if (const auto receiver = caf::actor_cast<receiver_handle>(children_->find(receiver_key(source))))
      send(self_, receiver, update);
  if (now->is_member(links_.options.self, now->gen))
    for (const auto& member : *now->members_of(now->gen))
      receiver_of(member); // it has to know what others hold of each source while those are there to tell
  to_instances(update);
  send(self_, checkpoints_actor(), update);
  send(self_, state_transfer_actor(), update);
  if (!std::exchange(running_, true)) {
    for (const auto& [source, memory] : links_.options.memory->sources)
      receiver_of(source);
    operations_->start();
    for (const auto& peer : std::exchange(anew_, false) ? connected_ : std::set<peer_id>{}) {
      if (totality_)
        totality_->feed(peer_met{peer});
      on_behind(peer);
    }
  }
}

bool front::known_source(const peer_id& source) const {
  for (const auto& [gen, members] : view_->members)
    if (members.contains(source))
      return true;
  return links_.options.memory->sources.contains(source);
}

receiver_handle front::receiver_of(const peer_id& source) {
  if (!whole())
    return {};
  const auto key = receiver_key(source);
  if (receivers_.contains(source))
    return caf::actor_cast<receiver_handle>(children_->find(key));
  if (!known_source(source) || receivers_.size() >= receivers_max)
    return {};
  auto& memory = links_.options.memory->sources[source];
  if (!memory)
    memory = std::make_shared<source_memory>();
  auto started = children_->add(make_child(
    child_spec{key}, [this, source, kept = memory](caf::actor_system& system, const node_context& context) {
      return spawn_receiver(system, context, links_, source, kept, view_);
    }));
  if (!started)
    return {};
  receivers_.insert(source);
  return caf::actor_cast<receiver_handle>(*started);
}

instance_handle front::instance_of(std::uint64_t sequence) const {
  return instances_.contains(sequence)
           ? caf::actor_cast<instance_handle>(children_->find(instance_key(sequence)))
           : instance_handle{};
}

void front::start_instance(const operations::start_instance& what) {
  send(self_, membership_, membership::operation_started{});
  child_spec rules{instance_key(what.header.sequence)};
  rules.kind = restart::transient;
  const auto started =
    children_->add(make_child(rules, [this, what](caf::actor_system& system, const node_context& context) {
      return spawn_instance(system, context, links_, what, view_);
    }));
  if (started)
    instances_.insert(what.header.sequence);
  else
    operations_->feed(instance_failed{what.header.sequence, brb_errc::overloaded, {}});
}

void front::drop_instance(std::uint64_t sequence) {
  if (instances_.erase(sequence) > 0)
    (void)children_->remove(instance_key(sequence));
}

void front::on_failed(const instance_failed& which) {
  instances_.erase(which.sequence);
  operations_->feed(which);
}

void front::on_finished(const instance_finished& which) {
  instances_.erase(which.sequence);
  operations_->feed(which);
}

void front::on_delivery(const certificate_delivered& done) {
  catching_up_->feed(done);
  send(self_, checkpoints_actor(), done);
  if (totality_)
    totality_->feed(done);
  if (done.what->header.source == links_.options.self)
    operations_->feed(own_delivered{done.what->header.sequence});
}

void front::on_recorded(const deliveries_recorded& so_far) {
  if (totality_)
    totality_->feed(so_far);
}

void front::on_own_refusal(const own_refusal& why) {
  send(self_, instance_of(why.header.sequence), why);
}

void front::on_numbers_disputed(const numbers_disputed& which) {
  context_.line(
    log_level::warn,
    fmt::format("[BRB] window and operations disagree on slot {} of ours: the broadcast begins anew",
                which.sequence));
  begin_anew();
}

void front::on_behind(const peer_id& peer) {
  if (!links_.options.manual_anti_entropy && peer != links_.options.self)
    (void)catching_up_->feed(ask_peer{peer});
}

void front::on_waiting_votes() {
  for (const auto& peer : connected_)
    on_behind(peer);
}

void front::on_joined(const peer_id& who) {
  connected_.insert(who);
  if (!started())
    return;
  send(self_, membership_, membership::member_returned{who});
  to_instances(peer_returned{who});
  accusing_->feed(peer_returned{who});
  if (totality_)
    totality_->feed(peer_met{who});
  on_behind(who);
}

void front::on_left(const peer_id& who) {
  connected_.erase(who);
  if (!started())
    return;
  catching_up_->feed(peer_gone{who});
  if (totality_)
    totality_->feed(peer_gone{who});
}

front::answer_promise front::on_execute(const execute& wanted) {
  auto promise = self_->make_response_promise<executed>();
  const auto count = wanted.what.size();
  if (!started() || count == 0) {
    promise.deliver(executed{std::vector<std::string>(count, restarting)});
    return promise;
  }
  const command_id first{last_command_ + 1};
  last_command_ += count;
  requests_.emplace(first, request_open{promise, {std::vector<std::string>(count)}, count});
  operations_->feed(submit{first, wanted.what, wanted.when});
  return promise;
}

outcome front::on_catch_up(const catch_up_from& command) {
  if (!started())
    return {restarting};
  const auto asked = command.peer ? std::set<peer_id>{*command.peer} : connected_;
  for (const auto& peer : asked) {
    context_.line(log_level::info,
                  fmt::format("[P2P] Starting anti-entropy with actor: {}", short_name(peer)));
    if (const auto done = catching_up_->feed(ask_peer{peer}); !done)
      return {std::string{name(done.error())}};
  }
  return {};
}

outcome front::on_retry() {
  if (!started())
    return {restarting};
  to_instances(retry{});
  send(self_, membership_, membership::retry_votes{});
  return {};
}

void front::wake(const timer_fired& fired) {
  children_->wake(fired);
  if (!started())
    return begin();
  operations_->wake(fired);
  catching_up_->wake(fired);
  accusing_->wake(fired);
  if (totality_)
    totality_->wake(fired);
}

dump_text front::dump() const {
  if (!started())
    return {restarting};
  std::string text = fmt::format("actor: {}\ngroup: {}\ngeneration: {}\n", short_name(links_.options.self),
                                 view_->group ? to_hex(*view_->group) : "none", view_->gen.value());
  for (const auto& [gen, members] : view_->members) {
    std::vector<std::string> names;
    for (const auto& member : members)
      names.push_back(short_name(member));
    text += fmt::format("members of {}: {{{}}}\n", gen.value(), fmt::join(names, ", "));
  }
  for (const auto& [gen, vote] : view_->history)
    text += fmt::format("history {}: {}\n", gen.value(), membership::text(*vote));
  for (const auto& vote : view_->in_progress)
    text += fmt::format("vote in progress: {}\n", membership::text(*vote));
  for (const auto& [source, sequence] : catching_up_->snapshot().delivered)
    text += fmt::format("delivered: {}.{}\n", short_name(source), sequence);
  const auto own = operations_->snapshot();
  text +=
    fmt::format("own sequence: {}, undelivered: {}, waiting: {}, instances: {}, receivers: {}, promises: {}",
                own.last_sequence, own.undelivered, own.waiting, instances_.size(), receivers_.size(),
                !links_.options.memory->readable ? "unreadable"
                : whole()                        ? "readable"
                                                 : "waiting for a checkpoint");
  return {std::move(text)};
}

void front::operations_wiring::operator()(operations::prepare ask) const {
  send(of->self_, of->links_.data,
       datatype::prepare_operation{std::move(ask), datatype::preparation_taker{of->self_}});
}

void front::operations_wiring::operator()(const operations::answer& answer) const {
  if (answer.error == name(brb_errc::overloaded))
    ++of->links_.options.memory->overloaded;
  const auto request = std::prev(of->requests_.upper_bound(answer.command));
  auto& open = request->second;
  open.answer.errors[answer.command.value() - request->first.value()] = answer.error;
  if (--open.left > 0)
    return;
  open.promise.deliver(std::move(open.answer));
  of->requests_.erase(request);
}

// By a message, as the operations are not to be made again while they speak.
void front::operations_wiring::operator()(const numbers_disputed& which) const {
  send(of->self_, of->links_.front, which);
}

void front::catching_up_wiring::operator()(const send_packet& order) const {
  send(of->self_, of->links_.peers, framed(order.to, order.what, of->trace_.labels()));
}

void front::on_suspected(const source_window::suspected& found) {
  accusing_->feed(equivocation_seen{links_.options.self, found.what});
}

void front::accusing_wiring::operator()(const send_packet& order) const {
  send(of->self_, of->links_.peers, framed(order.to, order.what));
}

void front::accusing_wiring::operator()(const accusations::expel& order) const {
  send(of->self_, of->membership_, membership::expel{order.who});
}

void front::accusing_wiring::operator()(const remember& stored) const {
  of->links_.options.memory->equivocations.push_back(std::get<equivocation_promise>(stored.what));
}

void front::totality_wiring::operator()(const send_packet& order) const {
  send(of->self_, of->links_.peers, framed(order.to, order.what));
}

void front::catching_up_wiring::operator()(const anti_entropy::apply_votes& found) const {
  send(of->self_, of->membership_, membership::votes_found{found.from, found.votes});
}

void front::catching_up_wiring::operator()(const anti_entropy::apply_certificates& found) const {
  send(of->self_, of->receiver_of(found.source), backlog_received{found.from, found.certificates});
}

void front::catching_up_wiring::operator()(const anti_entropy::offered& state) const {
  send(of->self_, of->state_transfer_actor(),
       checkpoint_offered{state.from, state.what, of->catching_up_->snapshot().delivered});
}

void front::catching_up_wiring::operator()(const report& complaint) const {
  of->complain(complaint);
}

} // namespace troupe::brb
