// SPDX-License-Identifier: BSD-3-Clause
// Broadcast machines on one table: a queue of packets in order, each delivered at once, lost if a test says
// so. Nothing else happens unless a test does it, so every run is the same.
#pragma once

#include "tools/lab/algorithm/broadcast.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace troupe::lab {

/// The id of node `n`, ascending with n.
inline peer_id machine_id(std::uint8_t n) {
  std::array<std::uint8_t, 32> raw{};
  raw[0] = n;
  return public_key::from_ed25519(raw).id();
}

/// A keyed hash with the id as its key: everybody could forge it, no test does by accident.
inline signature stub_seal(const peer_id& signer, byte_view message) {
  const auto half = sha256({signer.multihash(), message});
  signature seal{};
  std::ranges::copy(half, seal.begin());
  return seal;
}

inline signing stub_signing(const peer_id& self) {
  return {[self](byte_view message) { return stub_seal(self, message); },
          [](const peer_id& signer, byte_view message, byte_view by) {
            return std::ranges::equal(stub_seal(signer, message), by);
          }};
}

class machine_net {
public:
  struct packet {
    std::size_t from = 0;
    std::size_t to = 0;
    std::string name;
    bytes data;
  };
  using slot = std::pair<std::size_t, std::uint64_t>; ///< source and sequence number
  struct node {
    peer_id id;
    std::unique_ptr<broadcast> machine;
    std::vector<std::pair<slot, std::string>> delivered;
    std::vector<std::string> refused;
    std::multimap<slot, digest> echoes;
  };
  using make = std::function<std::unique_ptr<broadcast>(std::size_t index, broadcast_options options)>;

  /// `members` of the `count` nodes vote in generation 0.
  machine_net(std::size_t count, std::size_t members, const make& make_node)
    : lose([](const packet&) { return false; }) {
    for (std::size_t i = 0; i < count; ++i)
      nodes.push_back({machine_id(static_cast<std::uint8_t>(i + 1)), nullptr, {}, {}, {}});
    for (std::size_t i = 0; i < count; ++i)
      nodes[i].machine = make_node(i, {nodes[i].id, stub_signing(nodes[i].id), group(0, members)});
  }
  machine_net(std::size_t count, const make& make_node) : machine_net(count, count, make_node) {}

  voters group(std::uint64_t generation, std::size_t members) const {
    voters all{generation, {}};
    for (std::size_t i = 0; i < members; ++i)
      all.members.insert(nodes[i].id);
    return all;
  }

  expected<std::uint64_t, std::string> execute(std::size_t at, std::string_view operation) {
    auto outcome = nodes[at].machine->execute(as_bytes(operation));
    collect(at);
    return outcome;
  }
  void resend(std::size_t at) {
    nodes[at].machine->resend();
    collect(at);
  }
  void catch_up(std::size_t at, std::size_t from) {
    nodes[at].machine->catch_up(nodes[from].id);
    collect(at);
  }
  void install(std::size_t at, const voters& next) {
    nodes[at].machine->install(next);
    collect(at);
  }
  void give(std::size_t from, std::size_t to, byte_view data) {
    nodes[to].machine->handle(nodes[from].id, data);
    collect(to);
  }

  /// Delivers the oldest packet, or loses it.
  void step() {
    const auto next = std::move(wire.front());
    wire.pop_front();
    ++sent[next.name];
    if (!lose(next))
      give(next.from, next.to, next.data);
  }
  /// Until nothing is under way; false if that takes more than `steps_max` packets.
  bool run(std::size_t steps_max = 100'000) {
    while (!wire.empty() && steps_max-- > 0)
      step();
    return wire.empty();
  }

  std::size_t index_of(const peer_id& id) const {
    return static_cast<std::size_t>(
      std::ranges::find_if(nodes, [&](const node& each) { return each.id == id; }) - nodes.begin());
  }
  std::size_t packets() const {
    std::size_t total = 0;
    for (const auto& [name, count] : sent)
      total += count;
    return total;
  }
  /// What `at` delivered, in order, e.g. "0.1 a".
  std::vector<std::string> history(std::size_t at) const {
    std::vector<std::string> lines;
    for (const auto& [where, operation] : nodes[at].delivered)
      lines.push_back(std::to_string(where.first) + "." + std::to_string(where.second) + " " + operation);
    return lines;
  }
  broadcast::state state(std::size_t at) const { return nodes[at].machine->snapshot(); }

  std::vector<node> nodes;
  std::deque<packet> wire;
  std::map<std::string, std::size_t> sent; ///< by name, lost ones included
  std::function<bool(const packet&)> lose;

private:
  void collect(std::size_t at) {
    auto& here = nodes[at];
    while (auto next = here.machine->poll()) {
      if (auto* out = std::get_if<broadcast::send>(&*next)) {
        if (const auto to = index_of(out->to); to < nodes.size())
          wire.push_back({at, to, std::move(out->name), std::move(out->packet)});
      } else if (auto* vouched = std::get_if<broadcast::echo>(&*next)) {
        here.echoes.emplace(slot{index_of(vouched->source), vouched->sequence}, vouched->what);
      } else if (auto* got = std::get_if<broadcast::deliver>(&*next)) {
        here.delivered.push_back(
          {{index_of(got->source), got->sequence}, std::string{as_text(got->payload)}});
      } else {
        here.refused.push_back(std::get<broadcast::refuse>(*next).why);
      }
    }
  }
};

} // namespace troupe::lab
