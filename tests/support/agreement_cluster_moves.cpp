// SPDX-License-Identifier: BSD-3-Clause
// What moves a cluster: the commands of a test at one node, the messages on the links, time, and new lives.
#include "tests/support/agreement_cluster.hpp"

#include <algorithm>

namespace troupe::test {

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
