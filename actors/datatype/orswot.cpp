// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/orswot.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace troupe::orswot {
namespace {

std::uint64_t at(const clock& of, const peer_id& actor) {
  const auto found = of.find(actor);
  return found == of.end() ? 0 : found->second;
}

bool covers(const clock& larger, const clock& smaller) {
  return std::all_of(smaller.begin(), smaller.end(),
                     [&](const auto& entry) { return at(larger, entry.first) >= entry.second; });
}

void put(bytes& out, const clock& what) {
  for (const auto& [actor, counter] : what) {
    const auto id = actor.multihash();
    out.insert(out.end(), id.begin(), id.end());
    for (unsigned shift = 0; shift < 64; shift += 8)
      out.push_back(static_cast<std::uint8_t>(counter >> shift));
  }
  out.push_back(0xff);
}

} // namespace

std::string_view name(orswot_errc code) {
  switch (code) {
  case orswot_errc::dot_range:
    return "Orswot(DotRange)";
  case orswot_errc::source_does_not_match_op:
    return "SourceDoesNotMatchOp";
  case orswot_errc::remove_only_supported_for_one_member:
    return "RemoveOnlySupportedForOneMember";
  case orswot_errc::removing_data_we_havent_seen_yet:
    return "RemovingDataWeHaventSeenYet";
  case orswot_errc::malformed:
    return "Malformed";
  case orswot_errc::unknown_action:
    return "UnknownAction";
  }
  return "Unknown";
}

clock replica::seen_with(const peer_id& source, std::span<const bytes> before) const {
  auto seen = clock_;
  for (const auto& encoded : before) {
    const auto op = decode(encoded);
    if (op && op->what == action::add && op->actor == source)
      seen[source] = std::max(at(seen, source), op->counter);
  }
  return seen;
}

expected<bytes, std::string> replica::prepare(std::string_view action_name, std::uint64_t value,
                                              std::span<const bytes> before) const {
  if (action_name == "add")
    return encode(operation{action::add, self_, at(seen_with(self_, before), self_) + 1, {value}, {}});
  if (action_name != "remove")
    return unexpected(std::string{name(orswot_errc::unknown_action)});
  // The value's own dots and not the whole clock, so that unrelated adds on their way do not get a remove
  // refused.
  const auto entry = entries_.find(value);
  auto witness = entry == entries_.end() ? clock{} : entry->second;
  for (const auto& encoded : before) {
    const auto op = decode(encoded);
    if (op && op->what == action::add &&
        std::find(op->members.begin(), op->members.end(), value) != op->members.end())
      witness[self_] = std::max(at(witness, self_), op->counter);
  }
  return encode(operation{action::remove, {}, 0, {value}, std::move(witness)});
}

std::optional<orswot_errc> replica::judge(const peer_id& source, const operation& op,
                                          const clock& seen) const {
  if (op.what == action::add) {
    if (op.counter > at(seen, op.actor) + 1)
      return orswot_errc::dot_range;
    if (op.actor != source)
      return orswot_errc::source_does_not_match_op;
    return std::nullopt;
  }
  if (op.members.size() != 1)
    return orswot_errc::remove_only_supported_for_one_member;
  if (!covers(seen, op.witness))
    return orswot_errc::removing_data_we_havent_seen_yet;
  return std::nullopt;
}

std::optional<std::string> replica::validate(const peer_id& source, byte_view encoded,
                                             std::span<const bytes> before) const {
  const auto op = decode(encoded);
  const auto wrong = op ? judge(source, *op, seen_with(source, before)) : orswot_errc::malformed;
  return wrong ? std::optional{std::string{name(*wrong)}} : std::nullopt;
}

void replica::apply(const peer_id&, byte_view encoded) {
  const auto op = decode(encoded);
  if (!op)
    return;
  if (op->what == action::add)
    apply_add(*op);
  else
    apply_remove(op->witness, op->members);
}

void replica::apply_add(const operation& op) {
  if (at(clock_, op.actor) >= op.counter)
    return;
  for (const auto value : op.members)
    entries_[value][op.actor] = op.counter;
  clock_[op.actor] = op.counter;
  apply_deferred();
}

void replica::apply_remove(const clock& witness, const std::vector<std::uint64_t>& members) {
  for (const auto value : members) {
    const auto entry = entries_.find(value);
    if (entry == entries_.end())
      continue;
    std::erase_if(entry->second, [&](const auto& dot) { return at(witness, dot.first) >= dot.second; });
    if (entry->second.empty())
      entries_.erase(entry);
  }
  if (!covers(clock_, witness))
    deferred_[witness].insert(members.begin(), members.end());
}

void replica::apply_deferred() {
  const auto waiting = std::exchange(deferred_, {});
  for (const auto& [witness, members] : waiting)
    apply_remove(witness, {members.begin(), members.end()});
}

std::set<std::uint64_t> replica::values() const {
  std::set<std::uint64_t> result;
  for (const auto& [value, dots] : entries_)
    result.insert(value);
  return result;
}

std::string replica::read() const {
  return fmt::format("{{{}}}", fmt::join(values(), ", "));
}

digest replica::state() const {
  bytes all;
  put(all, clock_);
  for (const auto& [value, dots] : entries_) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      all.push_back(static_cast<std::uint8_t>(value >> shift));
    put(all, dots);
  }
  for (const auto& [witness, members] : deferred_) {
    put(all, witness);
    for (const auto value : members)
      all.push_back(static_cast<std::uint8_t>(value));
  }
  return sha256(all);
}

} // namespace troupe::orswot
