// SPDX-License-Identifier: BSD-3-Clause
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
  const auto seal = stub_sign(e.signer, e.message);
  const bool valid = std::equal(seal.begin(), seal.end(), e.signed_by.begin(), e.signed_by.end());
  if constexpr (requires { m.handle(verified{}, time_point{}); })
    later([this, &m, ticket = e.id, valid] { m.handle(verified{ticket, valid}, cluster_.now); });
}

template <class M>
void agreement_node::perform(M& m, const sign& e) {
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
  if (auto* own = instance_of(e.sequence))
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

void agreement_node::route(const peer_id& from, const brb::packet& what) {
  if (const auto* request = std::get_if<brb::send_ptr>(&what))
    window((*request)->header.source).handle(brb::send_received{from, *request}, cluster_.now);
  else if (const auto* fragment = std::get_if<brb::fragment_ptr>(&what))
    window((*fragment)->header.source).handle(brb::fragment_received{from, *fragment}, cluster_.now);
  else if (const auto* proof = std::get_if<brb::certificate_out>(&what)) {
    auto copy = std::make_shared<brb::certificate>(*proof->what);
    if (!proof->with_payload)
      copy->payload.clear();
    window(copy->header.source).handle(brb::certificate_received{from, copy}, cluster_.now);
  } else if (const auto* echo = std::get_if<brb::echo_message>(&what))
    on_echo(from, *echo);
  else if (const auto* vector = std::get_if<brb::delivered_message>(&what))
    on_delivered(from, *vector);
  else if (const auto* asked = std::get_if<brb::anti_entropy_request>(&what))
    catching_up_->handle(brb::anti_entropy_asked{from, *asked}, cluster_.now);
  else if (const auto* page = std::get_if<brb::anti_entropy_page>(&what))
    catching_up_->handle(brb::page_received{from, *page}, cluster_.now);
  else if (const auto* query = std::get_if<brb::lock_query>(&what))
    window(query->source).handle(brb::locks_asked{from, *query}, cluster_.now);
  else if (const auto* locks = std::get_if<brb::lock_answer_ptr>(&what))
    window((*locks)->source).handle(brb::locks_told{from, *locks}, cluster_.now);
}

void agreement_node::on_echo(const peer_id& from, const brb::echo_message& what) {
  if (auto* own = what.header.source == id ? instance_of(what.header.sequence) : nullptr)
    return own->handle(brb::echo_received{from, what}, cluster_.now);
  if (const auto wrong = operations_->judge(what))
    refuse(from, *wrong);
}

void agreement_node::on_delivered(const peer_id& from, const brb::delivered_message& what) {
  if (const auto wrong = operations_->judge(what))
    return refuse(from, *wrong);
  for (auto& [sequence, own] : instances_)
    own->handle(brb::acknowledged{from, what.delivered.at(id)}, cluster_.now);
}

void agreement_node::refuse(const peer_id&, brb::brb_errc why) {
  notes.push_back(brb::dropping_line(why).text);
  reports.emplace_back(brb::name(why));
}

void agreement_node::receive(const peer_id& from, const cluster_message& what) {
  if (!alive)
    return;
  if (const auto* vote = std::get_if<membership::signed_vote_ptr>(&what))
    group_->handle(membership::vote_received{from, *vote}, cluster_.now);
  else
    route(from, std::get<brb::packet>(what));
  settle();
}

namespace {

template <class Value>
std::string outcome(const expected<Value, membership::membership_errc>& result) {
  return result ? std::string{} : std::string{membership::name(result.error())};
}

} // namespace

std::string agreement_node::trust(std::size_t other) {
  const auto result = outcome(group_->handle(
    membership::force_change{{membership::change_kind::join, actor_number(other)}}, cluster_.now));
  settle();
  return result;
}

std::string agreement_node::untrust(std::size_t other) {
  const auto result = outcome(group_->handle(
    membership::force_change{{membership::change_kind::leave, actor_number(other)}}, cluster_.now));
  settle();
  return result;
}

std::string agreement_node::join(std::size_t other) {
  join_error.clear();
  const auto result = outcome(group_->handle(
    membership::propose_change{{membership::change_kind::join, actor_number(other)}}, cluster_.now));
  settle();
  return result.empty() ? join_error : result;
}

std::string agreement_node::leave(std::size_t other) {
  const auto result = outcome(group_->handle(
    membership::propose_change{{membership::change_kind::leave, actor_number(other)}}, cluster_.now));
  settle();
  return result;
}

void agreement_node::execute(std::string action, std::uint64_t value, brb::answer_when when) {
  execute(command{std::move(action), {std::to_string(value)}}, when);
}

void agreement_node::execute(command what, brb::answer_when when) {
  operations_->handle(brb::submit{brb::command_id{++next_command_}, {std::move(what)}, when}, cluster_.now);
  settle();
}

void agreement_node::ask(std::size_t other) {
  (void)catching_up_->handle(brb::ask_peer{actor_number(other)}, cluster_.now);
  settle();
}

bool agreement_node::serve_waiting() {
  if (!alive || catching_up_->snapshot().open == 0)
    return false;
  catching_up_->expire(brb::serve_timer, cluster_.now);
  settle();
  return true;
}

void agreement_node::retry() {
  group_->handle(membership::retry_votes{}, cluster_.now);
  for (auto& [sequence, own] : instances_)
    own->handle(brb::retry{}, cluster_.now);
  settle();
}

void agreement_node::peer_joined(std::size_t other) {
  group_->handle(membership::member_returned{actor_number(other)}, cluster_.now);
  for (auto& [sequence, own] : instances_)
    own->handle(brb::peer_returned{actor_number(other)}, cluster_.now);
  settle();
}

std::set<peer_id> agreement_node::members() const {
  return *view_->members_of(view_->gen);
}

std::size_t agreement_node::count_notes(std::string_view part) const {
  return static_cast<std::size_t>(std::count_if(
    notes.begin(), notes.end(), [&](const auto& line) { return line.find(part) != std::string::npos; }));
}

bool agreement_node::quiet() const {
  return instances_.empty() && operations_->snapshot().undelivered == 0 && view_->in_progress.empty();
}

void agreement_node::expire_all() {
  if (!alive)
    return;
  for (const auto& [key, fire] : std::exchange(timers_, {}))
    fire();
  settle();
}

agreement_cluster::agreement_cluster(std::size_t count, std::size_t members, std::uint64_t seed,
                                     std::string_view of)
  : agreement_cluster(count, members, seed, **find_data_type(of)) {}

agreement_cluster::agreement_cluster(std::size_t count, std::size_t members, std::uint64_t seed,
                                     const known_data_type& of)
  : type(of), rng(seed) {
  for (std::size_t i = 0; i < count; ++i)
    nodes.push_back(std::make_unique<agreement_node>(*this, i));
  for (auto& one : nodes)
    for (std::size_t i = 0; i < members; ++i)
      one->trust(i);
}

agreement_node* agreement_cluster::find(const peer_id& id) {
  for (auto& one : nodes)
    if (one->id == id)
      return one.get();
  return nullptr;
}

void agreement_cluster::send(const peer_id& from, const peer_id& to, cluster_message what) {
  if (!find(to) || (lose && lose(from, to, what)))
    return;
  links[{from, to}].push_back({order_++, std::move(what)});
}

bool agreement_cluster::deliver_one(const peer_id& from, const peer_id& to) {
  const auto link = links.find({from, to});
  if (link == links.end() || link->second.empty())
    return false;
  const auto next = std::move(link->second.front());
  link->second.pop_front();
  find(to)->receive(from, next.what);
  return true;
}

bool agreement_cluster::deliver_random() {
  std::vector<std::pair<peer_id, peer_id>> busy;
  for (const auto& [ends, queue] : links)
    if (!queue.empty())
      busy.push_back(ends);
  if (busy.empty())
    return false;
  const auto& [from, to] = busy[static_cast<std::size_t>(rng.below(busy.size()))];
  return deliver_one(from, to);
}

void agreement_cluster::run() {
  for (;;) {
    const std::pair<peer_id, peer_id>* oldest = nullptr;
    std::uint64_t order = ~std::uint64_t{0};
    for (const auto& [ends, queue] : links)
      if (!queue.empty() && queue.front().order < order) {
        order = queue.front().order;
        oldest = &ends;
      }
    if (!oldest) {
      now += brb::page_lost_after;
      bool more = false;
      for (auto& one : nodes)
        more = one->serve_waiting() || more;
      if (more)
        continue;
      return;
    }
    const auto ends = *oldest;
    deliver_one(ends.first, ends.second);
  }
}

void agreement_cluster::anti_entropy_round() {
  run();
  for (std::size_t i = 0; i < size(); ++i)
    for (std::size_t j = 0; j < size(); ++j)
      if (i != j && nodes[i]->alive && nodes[j]->alive)
        nodes[i]->ask(j);
  run();
}

void agreement_cluster::expire_all() {
  now += std::chrono::minutes{1};
  for (auto& one : nodes)
    one->expire_all();
}

void agreement_cluster::restart(std::size_t i) {
  auto& one = *nodes[i];
  for (auto& [ends, queue] : links)
    if (ends.first == one.id || ends.second == one.id)
      queue.clear();
  one.alive = true;
  one.build();
  one.settle();
}

std::size_t agreement_cluster::queued() const {
  std::size_t result = 0;
  for (const auto& [ends, queue] : links)
    result += queue.size();
  return result;
}

bool agreement_cluster::all_read(const std::string& expected) const {
  return std::all_of(nodes.begin(), nodes.end(), [&](const auto& one) { return one->read() == expected; });
}

} // namespace troupe::test
