// SPDX-License-Identifier: BSD-3-Clause
// One role and what it says, with the ids and the stub signatures of the machines' tests: node 0 is the liar.
#pragma once

#include "tests/unit/tools/lab/algorithm/machine_net.hpp"
#include "tools/lab/role/role.hpp"

namespace troupe::lab {

class role_table {
public:
  role_table(role_kind which, std::size_t nodes, std::size_t voters, std::size_t liar = 0,
             std::uint64_t seed = 1) {
    role_options how;
    how.self = id(liar);
    how.network = network;
    how.keys = stub_signing(how.self);
    how.consent = [](const peer_id& joiner, byte_view message) { return stub_seal(joiner, message); };
    how.elsewhere = how.consent;
    for (std::size_t i = 0; i < nodes; ++i) {
      if (i < voters)
        how.voters.insert(id(i));
      if (i != liar)
        how.others.push_back(id(i));
    }
    how.rng = random_stream{seed};
    group = make_group_id(network, how.voters);
    options = how;
    it = make_role(which, std::move(how));
  }

  static peer_id id(std::size_t n) { return machine_id(static_cast<std::uint8_t>(n + 1)); }

  /// All that it wants sent now.
  std::vector<role::send> said() {
    std::vector<role::send> all;
    while (auto next = it->poll())
      all.push_back(std::move(*next));
    return all;
  }
  std::vector<role::send> said_after(std::size_t ticks) {
    for (std::size_t i = 0; i < ticks; ++i)
      it->tick();
    return said();
  }
  void tell(std::size_t from, brb::packet what) { it->handle(id(from), role::received{std::move(what)}); }
  void tell(std::size_t from, membership::signed_vote_ptr what) {
    it->handle(id(from), role::received{std::move(what)});
  }

  brb::operation_header header(std::size_t source, std::uint64_t sequence, byte_view payload) const {
    return {group, id(source), sequence, {}, sha256(payload), 1};
  }
  brb::send_ptr request(std::size_t source, std::uint64_t sequence, std::string_view payload) const {
    const auto content = to_bytes(as_bytes(payload));
    const auto made = header(source, sequence, content);
    return std::make_shared<const brb::send_message>(
      brb::send_message{{}, made, stub_seal(id(source), brb::header_digest(network, made)), content});
  }
  brb::echo_message echo(std::size_t by, const brb::operation_header& of) const {
    return {{}, of, stub_seal(id(by), brb::echo_digest(network, {}, of))};
  }
  /// Echoed by `signers`, ascending.
  brb::certificate_out certificate(std::size_t source, std::uint64_t sequence, std::string_view payload,
                                   const std::vector<std::size_t>& signers) const {
    const auto asked = request(source, sequence, payload);
    brb::certificate made{{}, asked->header, asked->seal, {0}, {}, asked->payload};
    for (const auto by : signers) {
      made.signers[0] = static_cast<std::uint8_t>(made.signers[0] | (1u << by));
      made.seals.push_back(echo(by, asked->header).seal);
    }
    return {std::make_shared<const brb::certificate>(std::move(made)), true};
  }

  std::string network = "test";
  group_id group;
  role_options options;
  std::unique_ptr<role> it;
};

template <class What>
const What* as(const role::send& sent) {
  if constexpr (std::is_same_v<What, membership::signed_vote_ptr>)
    return std::get_if<What>(&sent.what);
  else {
    const auto* packet = std::get_if<brb::packet>(&sent.what);
    return packet ? std::get_if<What>(packet) : nullptr;
  }
}

template <class What>
std::vector<std::pair<peer_id, What>> only(const std::vector<role::send>& sent) {
  std::vector<std::pair<peer_id, What>> all;
  for (const auto& one : sent)
    if (const auto* what = as<What>(one))
      all.emplace_back(one.to, *what);
  return all;
}

} // namespace troupe::lab
