// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/stored_promise.hpp"

#include "actors/datatype/orswot.hpp"

namespace troupe::lab {
namespace {

digest digest_of(const std::set<membership::reconfig>& changes) {
  bytes text;
  for (const auto& change : changes) {
    text.push_back(static_cast<std::uint8_t>(change.kind));
    const auto id = change.who.multihash();
    text.insert(text.end(), id.begin(), id.end());
  }
  return sha256(text);
}

/// "add 3" of an operation of the set; empty if it is none.
std::string command_in(byte_view operation) {
  const auto op = orswot::decode(operation);
  if (!op || op->members.empty())
    return {};
  return text(command{op->what == orswot::action::add ? "add" : "remove", op->members.front()});
}

std::vector<std::string> commands_in(const brb::certificate& agreed) {
  std::vector<std::string> all;
  if (const auto operations = brb::decode_batch(agreed.payload, agreed.header.operations))
    for (const auto one : *operations)
      all.push_back(command_in(one));
  return all;
}

struct to_observation {
  const record_reader& by;

  std::optional<slot> slot_of(const brb::operation_header& header) const {
    const auto source = by.nodes.find(header.source);
    return source ? std::optional{slot{*source, header.sequence}} : std::nullopt;
  }
  std::optional<observation> seen(decltype(observation::what) what) const {
    return observation{by.at, by.self, std::move(what)};
  }
  std::optional<observation> operator()(const lock_promise& lock) const {
    const auto where = slot_of(lock.what.header);
    return where ? seen(locked{*where, brb::header_digest(lab_network_id, lock.what.header)}) : std::nullopt;
  }
  std::optional<observation> operator()(const delivered_promise& done) const {
    const auto where = slot_of(done.what->header);
    return where ? seen(delivered{*where, brb::header_digest(lab_network_id, done.what->header),
                                  commands_in(*done.what)})
                 : std::nullopt;
  }
  std::optional<observation> operator()(const own_vote_promise& own) const {
    return seen(voted{own.vote->id});
  }
  std::optional<observation> operator()(const decided_promise& done) const {
    decided what{done.vote->gen.value(), digest_of(done.vote->changes), {}};
    const auto add = [&](const membership::signed_vote& vote) {
      if (const auto voter = by.nodes.find(vote.voter))
        what.votes.emplace_back(*voter, vote.id);
    };
    add(*done.vote);
    for (const auto& vote : done.vote->all_nested)
      add(*vote);
    return seen(std::move(what));
  }
  template <class Other>
  std::optional<observation> operator()(const Other&) const {
    return std::nullopt;
  }
};

} // namespace

std::optional<observation> seen_in(byte_view record, const record_reader& by) {
  const auto promised = decode_promise(record, lab_network_id);
  return promised ? std::visit(to_observation{by}, *promised) : std::nullopt;
}

} // namespace troupe::lab
