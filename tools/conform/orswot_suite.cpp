// SPDX-License-Identifier: BSD-3-Clause
// Operations on one replica of the observed-remove set, in order: what it says to each, and what it holds in the
// end. Actors are names; the key of one is the SHA-256 of its name.
#include "actors/datatype/orswot.hpp"
#include "tools/conform/suites.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace troupe::conform {
namespace {

namespace json = boost::json;

template <class T>
using read = expected<T, explained>;

peer_id actor_named(std::string_view name) {
  const auto key = sha256(as_bytes(name));
  wire::Key32 raw;
  std::copy(key.begin(), key.end(), reinterpret_cast<std::uint8_t*>(&raw));
  return actor_of(raw);
}

read<std::uint64_t> number_in(const json::value& value, std::string_view what) {
  if (const auto* small = value.if_int64(); small && *small >= 0)
    return static_cast<std::uint64_t>(*small);
  if (const auto* large = value.if_uint64())
    return *large;
  return bad_case(fmt::format("{} is no integer from 0 to 2^64 - 1", what));
}

read<std::vector<std::uint64_t>> members_of(const json::object& from) {
  const auto* field = from.if_contains("members");
  const auto* list = field ? field->if_array() : nullptr;
  if (!list || list->empty() || list->size() > orswot::members_max)
    return bad_case(fmt::format("\"members\" is no array of 1 to {} numbers", orswot::members_max));
  std::vector<std::uint64_t> members;
  for (const auto& one : *list) {
    const auto number = number_in(one, "a member");
    if (!number)
      return unexpected(number.error());
    members.push_back(*number);
  }
  return members;
}

read<orswot::operation> add_in(const json::object& from) {
  const auto members = members_of(from);
  const auto actor = text_field(from, "actor");
  const auto* field = from.if_contains("counter");
  const auto counter = field ? number_in(*field, "\"counter\"") : bad_case("the field \"counter\" is missing");
  if (!members || !actor)
    return unexpected(members ? actor.error() : members.error());
  if (!counter || *counter == 0)
    return counter ? bad_case("\"counter\" is 0") : unexpected(counter.error());
  return orswot::operation{orswot::action::add, actor_named(*actor), *counter, *members, {}};
}

read<orswot::operation> remove_in(const json::object& from) {
  const auto members = members_of(from);
  const auto* field = from.if_contains("clock");
  const auto* entries = field ? field->if_object() : nullptr;
  if (!members)
    return unexpected(members.error());
  if (!entries || entries->size() > orswot::witness_max)
    return bad_case(fmt::format("\"clock\" is no object of at most {} counters", orswot::witness_max));
  orswot::operation op{orswot::action::remove, {}, 0, *members, {}};
  for (const auto& [actor, value] : *entries) {
    const auto counter = number_in(value, "a counter");
    if (!counter || *counter == 0)
      return counter ? bad_case("a counter is 0") : unexpected(counter.error());
    op.witness[actor_named({actor.data(), actor.size()})] = *counter;
  }
  return op;
}

read<orswot::operation> operation_in(const json::object& from) {
  const auto kind = one_field(from, "add", "remove");
  if (!kind)
    return unexpected(kind.error());
  const auto* fields = from.at(*kind).if_object();
  if (!fields)
    return bad_case(fmt::format("the field \"{}\" is no object", *kind));
  return *kind == "add" ? add_in(*fields) : remove_in(*fields);
}

} // namespace

outcome evaluate_orswot(const json::object& from) {
  const auto* field = from.if_contains("operations");
  const auto* operations = field ? field->if_array() : nullptr;
  if (!operations || operations->size() > orswot_operations_max)
    return bad_case(fmt::format("the field \"operations\" is no array of at most {}", orswot_operations_max));
  orswot::replica set;
  std::map<std::string, std::unique_ptr<data_type::outlook>> judges;
  json::array verdicts;
  for (const auto& one : *operations) {
    const auto* fields = one.if_object();
    if (!fields)
      return bad_case("an operation is no object");
    const auto source = text_field(*fields, "source");
    const auto op = operation_in(*fields);
    if (!source || !op)
      return unexpected(source ? op.error() : source.error());
    const auto who = actor_named(*source);
    auto& judge = judges[std::string{*source}];
    if (!judge)
      judge = set.look_ahead(who);
    const auto encoded = orswot::encode(*op);
    const auto* agreed = fields->if_contains("agreed");
    const auto refused =
      agreed && agreed->is_bool() && agreed->get_bool() ? std::nullopt : judge->admit(encoded);
    if (!refused)
      set.apply(who, encoded);
    verdicts.push_back(refused ? json::value(*refused) : json::value(nullptr));
  }
  json::array value;
  for (const auto member : set.values())
    value.push_back(member);
  return json::object{{"verdicts", std::move(verdicts)}, {"value", std::move(value)}};
}

} // namespace troupe::conform
