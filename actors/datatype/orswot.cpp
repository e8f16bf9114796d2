// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/orswot.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

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
  case orswot_errc::bad_argument:
    return "BadArgument";
  }
  return "Unknown";
}

/// The adds of the source that are on their way are its highest dots, without a gap.
class replica::ahead final : public data_type::outlook {
public:
  ahead(const replica& of, const peer_id& source) : of_(of), source_(source) {}

  expected<bytes, std::string> prepare(const command& what) const override {
    const bool adds = what.action == "add";
    if (!adds && what.action != "remove")
      return unexpected(std::string{name(orswot_errc::unknown_action)});
    const auto value = what.arguments.size() == 1 ? number_of(what.arguments[0]) : std::nullopt;
    if (!value)
      return unexpected(std::string{name(orswot_errc::bad_argument)});
    if (adds)
      return encode(operation{action::add, source_, seen(source_) + 1, {*value}, {}});
    return encode(operation{action::remove, {}, 0, {*value}, witness_of(*value)});
  }

  std::optional<std::string> admit(byte_view encoded) override {
    const auto op = decode(encoded);
    if (const auto wrong = op ? judge(*op) : orswot_errc::malformed)
      return std::string{name(*wrong)};
    if (op->what == action::add && op->counter > seen(source_)) {
      forget_applied();
      last_ = op->counter;
      for (const auto value : op->members)
        added_[value] = op->counter;
    }
    return std::nullopt;
  }

private:
  static std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    return wrong == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
  }

  std::uint64_t seen(const peer_id& actor) const {
    const auto applied = at(of_.all_.seen, actor);
    return actor == source_ ? std::max(applied, last_) : applied;
  }

  /// The value's own dots and not the whole clock, so that unrelated adds on their way do not get a remove
  /// refused.
  clock witness_of(std::uint64_t value) const {
    const auto entry = of_.all_.entries.find(value);
    auto witness = entry == of_.all_.entries.end() ? clock{} : entry->second;
    const auto added = added_.find(value);
    if (added != added_.end() && added->second > at(of_.all_.seen, source_))
      witness[source_] = added->second;
    return witness;
  }

  std::optional<orswot_errc> judge(const operation& op) const {
    if (op.what == action::add) {
      if (op.counter > seen(op.actor) + 1)
        return orswot_errc::dot_range;
      if (op.actor != source_)
        return orswot_errc::source_does_not_match_op;
      return std::nullopt;
    }
    if (op.members.size() != 1)
      return orswot_errc::remove_only_supported_for_one_member;
    const auto known = [this](const auto& entry) { return seen(entry.first) >= entry.second; };
    if (!std::all_of(op.witness.begin(), op.witness.end(), known))
      return orswot_errc::removing_data_we_havent_seen_yet;
    return std::nullopt;
  }

  void forget_applied() {
    const auto applied = at(of_.all_.seen, source_);
    if (added_.size() >= forget_at)
      std::erase_if(added_, [&](const auto& entry) { return entry.second <= applied; });
  }

  static constexpr std::size_t forget_at = 1024;

  const replica& of_;
  peer_id source_;
  std::uint64_t last_ = 0;                       ///< the highest dot admitted
  std::map<std::uint64_t, std::uint64_t> added_; ///< value -> its latest dot, of adds on their way
};

std::unique_ptr<data_type::outlook> replica::look_ahead(const peer_id& source) const {
  return std::make_unique<ahead>(*this, source);
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
  if (at(all_.seen, op.actor) >= op.counter)
    return;
  for (const auto value : op.members)
    all_.entries[value][op.actor] = op.counter;
  all_.seen[op.actor] = op.counter;
  apply_deferred();
}

void replica::apply_remove(const clock& witness, const std::vector<std::uint64_t>& members) {
  for (const auto value : members) {
    const auto entry = all_.entries.find(value);
    if (entry == all_.entries.end())
      continue;
    std::erase_if(entry->second, [&](const auto& dot) { return at(witness, dot.first) >= dot.second; });
    if (entry->second.empty())
      all_.entries.erase(entry);
  }
  if (!covers(all_.seen, witness))
    all_.deferred[witness].insert(members.begin(), members.end());
}

void replica::apply_deferred() {
  const auto waiting = std::exchange(all_.deferred, {});
  for (const auto& [witness, members] : waiting)
    apply_remove(witness, {members.begin(), members.end()});
}

std::set<std::uint64_t> replica::values() const {
  std::set<std::uint64_t> result;
  for (const auto& [value, dots] : all_.entries)
    result.insert(value);
  return result;
}

std::string replica::read() const {
  return fmt::format("{{{}}}", fmt::join(values(), ", "));
}

digest replica::state() const {
  return sha256(save());
}

bytes replica::save() const {
  return encode(all_);
}

bool replica::load(byte_view saved) {
  auto read = decode_contents(saved);
  if (read)
    all_ = std::move(*read);
  return read.has_value();
}

} // namespace troupe::orswot
