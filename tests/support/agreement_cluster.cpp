// SPDX-License-Identifier: BSD-3-Clause
// How a node is wired: what one of its machines wants becomes an input of another, a record or a message.
#include "tests/support/agreement_cluster.hpp"

#include <algorithm>

namespace troupe::test {

peer_id actor_number(std::size_t i) {
  std::array<std::uint8_t, 32> key{};
  key[0] = static_cast<std::uint8_t>(i >> 8);
  key[1] = static_cast<std::uint8_t>(i);
  key[31] = 7;
  wire::Key32 raw;
  std::copy(key.begin(), key.end(), reinterpret_cast<std::uint8_t*>(&raw));
  return actor_of(raw);
}

signature stub_sign(const peer_id& signer, byte_view message) {
  const auto first = sha256({signer.multihash(), message});
  const auto second = sha256({first, message});
  signature result;
  std::copy(first.begin(), first.end(), result.begin());
  std::copy(second.begin(), second.end(), result.begin() + 32);
  return result;
}

membership::join_consent consent_by(const peer_id& joiner, const group_id& group, generation first) {
  const generation last{first.value() + membership::consent_window - 1};
  return {first, last,
          stub_sign(joiner, membership::consent_digest(cluster_network, group, joiner, first, last))};
}

agreement_node::agreement_node(agreement_cluster& cluster, std::size_t number, bool readable)
  : id(actor_number(number)), cluster_(cluster), readable_(readable) {
  build();
}

void agreement_node::build() {
  const auto restored = brb::replay(records, cluster_network);
  const bool readable = readable_ && restored.readable;
  todo_.clear();
  timers_.clear();
  instances_.clear();
  windows.clear();
  dropped_.clear();
  membership::voting_group_options options{id, std::string{cluster_network}};
  options.promises_readable = readable;
  options.consents = consents;
  group_ = std::make_unique<membership::voting_group>(options);
  book_ = std::make_unique<datatype::ledger>(cluster_.type.make(), id);
  for (const auto& record : restored.membership)
    group_->restore(record);
  view_ = std::make_shared<const membership::view>(group_->snapshot());
  operations_ =
    std::make_unique<brb::operations>(brb::operations_options{id, readable, cluster_.batches}, view_);
  catching_up_ = std::make_unique<brb::anti_entropy>(brb::anti_entropy_options{id}, view_);
  readable_ = readable;
  for (const auto& [source, promises] : restored.sources)
    for (const auto& record : promises) {
      window(source).restore(record);
      if (const auto* done = std::get_if<delivered_promise>(&record)) {
        catching_up_->handle(brb::certificate_delivered{done->what}, cluster_.now);
        book_->apply(*done->what);
        if (source == id)
          operations_->restore_delivered(done->what->header.sequence);
      } else if (const auto* lock = std::get_if<lock_promise>(&record); lock && source == id) {
        operations_->restore_locked(lock->what);
      }
    }
  group_->start(cluster_.now);
  operations_->start(cluster_.now);
}

brb::source_window& agreement_node::window(const peer_id& source) {
  auto& found = windows[source];
  if (!found) {
    found = std::make_unique<brb::source_window>(
      brb::source_window_options{id, std::string{cluster_network}, source, cluster_.type.describe, readable_},
      view_);
    found->start(cluster_.now);
  }
  return *found;
}

brb::instance* agreement_node::instance_of(std::uint64_t sequence) {
  const auto found = instances_.find(sequence);
  return found == instances_.end() ? nullptr : found->second.get();
}

void agreement_node::start_instance(const brb::operations::start_instance& what) {
  group_->handle(membership::operation_started{}, cluster_.now);
  auto& made = instances_[what.header.sequence];
  brb::instance_options with{id, std::string{cluster_network}, what.header, what.payload,
                             cluster_.type.describe};
  with.coding = cluster_.coding;
  made = std::make_unique<brb::instance>(with, view_);
  made->start(cluster_.now);
}

void agreement_node::publish() {
  view_ = std::make_shared<const membership::view>(group_->snapshot());
  later([this] {
    const brb::view_update update{view_};
    operations_->handle(update, cluster_.now);
    catching_up_->handle(update, cluster_.now);
    for (auto& [source, one] : windows)
      one->handle(update, cluster_.now);
    if (update.now->is_member(id, update.now->gen))
      for (const auto& member : members())
        window(member);
    for (auto& [sequence, one] : instances_)
      one->handle(update, cluster_.now);
  });
}

template <class Machine>
bool agreement_node::drain(Machine& machine) {
  bool any = false;
  while (alive) {
    auto next = machine.poll();
    if (!next)
      break;
    any = true;
    std::visit([&](const auto& effect) { perform(machine, effect); }, *next);
  }
  return any;
}

void agreement_node::settle() {
  for (bool any = true; any && alive;) {
    any = drain(*group_);
    any = drain(*operations_) || any;
    any = drain(*catching_up_) || any;
    for (auto& [source, one] : windows)
      any = drain(*one) || any;
    for (auto& [sequence, one] : instances_)
      any = drain(*one) || any;
    for (const auto sequence : std::exchange(dropped_, {}))
      instances_.erase(sequence);
    while (alive && !todo_.empty()) {
      any = true;
      const auto work = std::move(todo_.front());
      todo_.pop_front();
      work();
    }
  }
}

template <class Machine>
void agreement_node::ticket_effects(Machine& machine, const persist& what) {
  const int fate = cluster_.kill_at_record ? cluster_.kill_at_record(*this, records.size()) : 0;
  if (fate == 1) {
    alive = false;
    return;
  }
  records.push_back(what.record);
  if (fate == 2) {
    alive = false;
    return;
  }
  later([this, &machine, ticket = what.id] {
    if constexpr (requires { machine.handle(persisted{}, time_point{}); })
      machine.handle(persisted{ticket, true}, cluster_.now);
  });
}

template <class M>
void agreement_node::perform(M&, const brb::send_packet& e) {
  if (e.to == id)
    later([this, what = e.what] { route(id, what); });
  else
    cluster_.send(id, e.to, e.what);
}

template <class M>
void agreement_node::perform(M&, const membership::send_vote& e) {
  cluster_.send(id, e.to, e.vote);
}

template <class M>
void agreement_node::perform(M&, const membership::ask_consent& e) {
  auto* joiner = cluster_.find(e.to);
  if (!joiner || !joiner->alive)
    return;
  joiner->group_->handle(membership::consent_asked{id, e.what}, cluster_.now);
  joiner->settle();
}

template <class M>
void agreement_node::perform(M&, const membership::send_consent& e) {
  auto* sponsor = cluster_.find(e.to);
  sponsor->later([sponsor, answer = membership::consent_received{id, e.what}] {
    sponsor->group_->handle(answer, sponsor->cluster_.now);
  });
}

template <class M>
void agreement_node::perform(M&, const membership::catch_up&) {
  for (const auto& member : members())
    if (member != id)
      (void)catching_up_->handle(brb::ask_peer{member}, cluster_.now);
}

template <class M>
void agreement_node::perform(M& m, const verify& e) {
  ++signatures_checked;
  const auto seal = stub_sign(e.signer, e.message);
  const bool valid = std::equal(seal.begin(), seal.end(), e.signed_by.begin(), e.signed_by.end());
  if constexpr (requires { m.handle(verified{}, time_point{}); })
    later([this, &m, ticket = e.id, valid] { m.handle(verified{ticket, valid}, cluster_.now); });
}

template <class M>
void agreement_node::perform(M& m, const sign& e) {
  ++signatures_made;
  const auto seal = stub_sign(id, e.message);
  if constexpr (requires { m.handle(signed_off{}, time_point{}); })
    later([this, &m, out = signed_off{e.id, to_bytes(seal)}] { m.handle(out, cluster_.now); });
}

template <class M>
void agreement_node::perform(M& m, const arm& e) {
  // What a window puts off for less than a step takes here comes at once.
  if constexpr (std::is_same_v<M, brb::source_window>)
    if (e.after < std::chrono::milliseconds{100})
      return m.expire(e.timer, cluster_.now);
  timers_[{&m, e.timer}] = [this, &m, timer = e.timer] { m.expire(timer, cluster_.now); };
}

template <class M>
void agreement_node::perform(M& m, const cancel& e) {
  timers_.erase({&m, e.timer});
}

template <class M>
void agreement_node::perform(M&, const report& e) {
  if constexpr (std::is_same_v<M, membership::voting_group>)
    reports.emplace_back(membership::name(static_cast<membership::membership_errc>(e.code)));
  else
    reports.emplace_back(brb::name(static_cast<brb::brb_errc>(e.code)));
}

template <class M>
void agreement_node::perform(M& m, const brb::source_window::validate& e) {
  if constexpr (requires { m.handle(brb::validated{}, time_point{}); })
    later([this, &m, e] {
      const auto source =
        std::find_if(windows.begin(), windows.end(), [&](const auto& w) { return w.second.get() == &m; });
      m.handle(brb::validated{e.id, book_->validate(source->first, e)}, cluster_.now);
    });
}

template <class M>
void agreement_node::perform(M&, const brb::source_window::deliver& e) {
  book_->apply(*e.what);
  catching_up_->handle(brb::certificate_delivered{e.what}, cluster_.now);
  if (e.what->header.source == id)
    operations_->handle(brb::own_delivered{e.what->header.sequence}, cluster_.now);
}

template <class M>
void agreement_node::perform(M&, const brb::source_window::hand_locks& e) {
  cluster_.send(id, e.to, std::make_shared<const brb::lock_answer>(e.what));
}

template <class M>
void agreement_node::perform(M&, const brb::own_refusal& e) {
  if (auto* own = instance_of(e.header.sequence))
    own->handle(e, cluster_.now);
}

template <class M>
void agreement_node::perform(M&, const brb::source_window::behind& e) {
  if (e.peer != id)
    (void)catching_up_->handle(brb::ask_peer{e.peer}, cluster_.now);
}

template <class M>
void agreement_node::perform(M& m, const brb::instance::settled&) {
  if constexpr (std::is_same_v<M, brb::instance>)
    operations_->handle(brb::instance_settled{m.snapshot().sequence}, cluster_.now);
}

template <class M>
void agreement_node::perform(M& m, const brb::instance::failed& e) {
  if constexpr (std::is_same_v<M, brb::instance>) {
    dropped_.insert(m.snapshot().sequence);
    operations_->handle(brb::instance_failed{m.snapshot().sequence, e.why, e.detail}, cluster_.now);
  }
}

template <class M>
void agreement_node::perform(M& m, const brb::instance::finished&) {
  if constexpr (std::is_same_v<M, brb::instance>) {
    dropped_.insert(m.snapshot().sequence);
    operations_->handle(brb::instance_finished{m.snapshot().sequence}, cluster_.now);
  }
}

template <class M>
void agreement_node::perform(M&, const brb::anti_entropy::apply_votes& e) {
  for (const auto& vote : e.votes)
    group_->handle(membership::vote_received{e.from, vote}, cluster_.now);
}

template <class M>
void agreement_node::perform(M&, const brb::anti_entropy::apply_certificates& e) {
  window(e.source).handle(brb::backlog_received{e.from, e.certificates}, cluster_.now);
}

template <class M>
void agreement_node::perform(M&, const brb::operations::prepare& e) {
  later([this, e] { operations_->handle(book_->prepare(e), cluster_.now); });
}

} // namespace troupe::test
