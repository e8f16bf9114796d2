// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/cluster.hpp"

#include "actors/brb/checkpoint_records.hpp"
#include "actors/store/promise_log.hpp"
#include "tools/lab/cluster/stored_promise.hpp"

#include <algorithm>

namespace troupe::lab {
namespace {

constexpr duration look_every = std::chrono::milliseconds{10};

} // namespace

cluster::cluster(cluster_options options)
  : options_(std::move(options)), directory_(options_.nodes), nodes_(options_.what->nodes) {
  for (node_index i = 0; i < options_.what->voters_at_start(); ++i)
    voters_.insert(i);
  for (const auto& role : options_.what->roles)
    nodes_[role.node].role = role.what;
  for (node_index i = 0; i < nodes_.size(); ++i) {
    auto& node = nodes_[i];
    node.clock = std::make_shared<lab_clock>(options_.at->clock());
    node.log = std::make_shared<lab_log>(
      lab_log::options{i, options_.at, options_.tell, options_.marks, options_.print_log});
    node.contacts = contacts_of(i);
  }
}

cluster::~cluster() {
  for (node_index i = 0; i < nodes_.size(); ++i)
    if (up(i))
      crash(i);
}

/// All voters know each other; beyond that each node asks for so many of those that come before it, which
/// makes one connected network of about that degree.
std::vector<node_index> cluster::contacts_of(node_index i) const {
  std::vector<node_index> all;
  const auto degree = options_.what->degree;
  if (degree == 0 || degree + 1 >= nodes_.size()) {
    for (node_index other = 0; other < nodes_.size(); ++other)
      if (other != i)
        all.push_back(other);
    return all;
  }
  std::set<node_index> chosen;
  if (voters_.contains(i)) {
    chosen = voters_;
    chosen.erase(i);
  }
  auto rng = options_.rng.split("contacts").split(node_name(i));
  const auto wanted = std::min<std::size_t>(std::max<std::uint32_t>(1, degree / 2), i);
  while (!voters_.contains(i) && chosen.size() < wanted)
    chosen.insert(static_cast<node_index>(rng.below(i)));
  return {chosen.begin(), chosen.end()};
}

expected<std::unique_ptr<node_life>, explained> cluster::born(node_index i) {
  auto& node = nodes_[i];
  life_options life;
  life.self = i;
  life.context = {node.clock, node.log,
                  options_.rng.split(node_name(i)).split("life " + std::to_string(++node.lives)),
                  node_name(i), std::make_shared<enlisting>(options_.owners, i)};
  life.at = options_.at;
  life.nodes = directory_;
  life.digests = digests_;
  life.port = node.port;
  life.storage = node.storage;
  life.faults = node.faults;
  life.tuned = options_.tuned;
  life.signatures = options_.what->signatures;
  life.contacts = node.contacts;
  life.voters = voters_;
  life.first = node.lives == 1;
  life.tell = options_.tell;
  life.newer = std::ranges::count(options_.what->newer, i) > 0;
  for (const auto& role : options_.what->roles)
    life.crashable |= role.what == role_kind::crashing_input;
  if (options_.what->algorithm != algorithm::troupe)
    return start_broadcast(std::move(life), options_.what->algorithm, node.role);
  return node.role ? start_role(std::move(life), *node.role) : start_agreement(std::move(life));
}

expected<void, explained> cluster::open(node_index i) {
  auto port = options_.at->open(i, directory_->key(i));
  if (!port)
    return unexpected(port.error());
  nodes_[i].port = std::move(*port);
  directory_->locate(i, nodes_[i].port.address);
  return {};
}

void cluster::start_all() {
  for (node_index i = 0; i < nodes_.size(); ++i)
    if (const auto opened = open(i); !opened)
      nodes_[i].broken = opened.error().text;
  for (node_index i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].broken.empty())
      live(i);
}

bool cluster::start(node_index i) {
  auto& node = nodes_[i];
  if (node.life || !node.broken.empty())
    return node.life != nullptr;
  if (const auto opened = open(i); !opened) {
    node.broken = opened.error().text;
    return false;
  }
  return live(i);
}

bool cluster::live(node_index i) {
  auto& node = nodes_[i];
  auto made = born(i);
  if (!made) {
    node.broken = made.error().text;
    options_.at->close(node.port);
    options_.marks->hit("RefusedToStart");
    return false;
  }
  node.life = std::move(*made);
  return true;
}

void cluster::crash(node_index i) {
  auto& node = nodes_[i];
  if (!node.life)
    return;
  node.life->kill();
  options_.at->settle();
  node.life.reset();
  options_.tell->saw({options_.at->now(), i, stopped{}});
  const auto holders = node.port.network.use_count() - 1;
  if (options_.at->world() && holders > 0)
    options_.tell->saw({options_.at->now(), i,
                        misfortune{std::to_string(holders) + " actors outlived the crash of their node"}});
  options_.at->close(node.port);
  node.storage->heal();
  node.storage->forget();
}

void cluster::lose_disk(node_index i) {
  nodes_[i].storage->lose();
  nodes_[i].damaged = true;
}

void cluster::flip_bit(node_index i, std::uint64_t drawn) {
  nodes_[i].damaged |= nodes_[i].storage->flip(drawn);
}

void cluster::flip_next_record(node_index i) {
  nodes_[i].damaged = true;
  ++nodes_[i].faults->flips_left;
}

void cluster::tear_next_record(node_index i) {
  nodes_[i].damaged = true;
  ++nodes_[i].faults->tears_left;
}

bool cluster::stop_all(duration limit) {
  for (auto& node : nodes_)
    if (node.life)
      node.life->stop();
  const auto stopped = [](const machine& node) { return !node.life || node.life->ended(); };
  for (const auto end = options_.at->now() + limit; options_.at->now() < end;) {
    options_.at->pass(look_every);
    if (std::all_of(nodes_.begin(), nodes_.end(), stopped))
      return true;
  }
  return false;
}

std::size_t cluster::finish() {
  for (auto& node : nodes_)
    if (node.life) {
      node.port.network->stop();
      node.life.reset();
      node.port = {};
    }
  return options_.at->finish();
}

std::map<slot, digest> cluster::stored(node_index i) const {
  std::map<slot, digest> all;
  const auto log =
    store::promise_log::open(nodes_[i].storage->copy(), directory_->id(i), options_.tuned.log_segment_size);
  if (!log)
    return all;
  for (const auto& record : log->records)
    if (const auto seen = seen_in(record, {i, options_.at->now(), *directory_}))
      if (const auto* done = std::get_if<delivered>(&seen->what))
        all.emplace(done->where, done->what);
  if (const auto base = brb::read_base(*nodes_[i].storage, data_types().front()))
    digests_->add(base->delivered(), *directory_, all);
  return all;
}

} // namespace troupe::lab
