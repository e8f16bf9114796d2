// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/settings.hpp"

#include "actors/brb/coded_payload.hpp"
#include "actors/datatype/data_types.hpp"
#include "node/config/nearest_word.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace troupe {
namespace {

constexpr std::uint64_t day_s = 86'400;

std::vector<std::string_view> type_names() {
  std::vector<std::string_view> names;
  for (const auto& known : data_types())
    names.push_back(known.name);
  return names;
}

const std::vector<setting>& table() {
  static const std::vector<setting> all{
    {"node.listen", "multiaddrs to listen on; port 0 takes a free one", &node_config::listen},
    {"node.data", "data directory; empty: a fresh key, nothing stored", &node_config::data},
    {"node.key", "key file, relative to the data directory, or absolute", &node_config::key},
    {"node.network", "network id; nodes of other networks are refused", &node_config::network},
    {"node.type", "what the group agrees on; the same on all its nodes", &node_config::type, 0, 0, type_names()},
    {"node.peers", "ip:port or multiaddr of peers to connect to at start", &node_config::peers},
    {"node.api", "host:port of the admin API; empty: off", &node_config::api},
    {"node.api_token", "bearer token of the admin API", &node_config::api_token},
    {"node.log", "least severe line to print", &node_config::log, 0, 0,
     {"trace", "debug", "info", "warn", "error", "off"}},
    {"node.repl", "read commands from standard input", &node_config::repl},
    {"node.anti_entropy", "auto: once after each connect; manual: on command only", &node_config::anti_entropy, 0, 0,
     {"auto", "manual"}},
    {"node.members_max", "voters beyond which no join is voted for; the same on all of them", &node_config::members_max, 1,
     32},
    {"node.join_consent", "agree to join the group of a connected peer that asks; only the trusted one once there is any",
     &node_config::join_consent},
    {"node.agent_version", "what identify says this node is; empty: troupe/<version>", &node_config::agent_version},
    {"node.signed_record", "send a signed peer record in identify", &node_config::signed_record},
    {"node.max_retained_bytes", "bytes sent and not acknowledged, of all sessions together",
     &node_config::max_retained_bytes, 1u << 20, std::uint64_t{1} << 40},
    {"brb.batch_operations", "operations that share one broadcast, at most; 1: no batches", &node_config::batch_operations, 1,
     1'024},
    {"brb.batch_delay_ms", "how long the first of a batch waits for more while others are on their way",
     &node_config::batch_delay_ms, 0, 1'000},
    {"brb.coded_send_min", "bytes of a payload from which on each member is sent a fragment of it; 0: never",
     &node_config::coded_send_min, 0, brb::payload_max},
    {"brb.coded_send_members", "voters from which on fragments are sent", &node_config::coded_send_members,
     brb::coded_members_min, brb::signers_max},
    {"brb.checkpoint_every", "deliveries between two checkpoints; 0 = none, and everything is kept for ever",
     &node_config::checkpoint_every, 0, 1'000'000},
    {"brb.checkpoint_interval_s", "after which a checkpoint is made of fewer deliveries",
     &node_config::checkpoint_interval_s, 1, 86'400},
    {"transport.max_connections", "connections, in and out", &node_config::max_connections, 1, 65'536},
    {"transport.max_pending_handshakes", "inbound connections not authenticated yet", &node_config::max_pending_handshakes,
     1, 4'096},
    {"transport.host_rate", "inbound connections per second from one host", &node_config::host_rate, 1, 100'000},
    {"transport.host_burst", "inbound connections at once from one host", &node_config::host_burst, 1, 1'000'000},
    {"transport.idle_timeout_inbound_s", "seconds without traffic before an inbound connection closes; 0: never",
     &node_config::idle_timeout_inbound_s, 0, day_s},
    {"transport.idle_timeout_outbound_s", "the same for connections this node dialled",
     &node_config::idle_timeout_outbound_s, 0, day_s},
    {"transport.early_muxers", "agree on the muxer inside the TLS handshake", &node_config::early_muxers},
    {"transport.reuse_address", "bind a port that was in use a moment ago", &node_config::reuse_address},
  };
  return all;
}

expected<setting_value, explained> parse_as(const setting::member& field, std::string_view text) {
  if (std::holds_alternative<std::string node_config::*>(field))
    return setting_value{std::string{text}};
  if (std::holds_alternative<std::vector<std::string> node_config::*>(field)) {
    std::vector<std::string> items;
    while (!text.empty()) {
      const auto comma = std::min(text.find(','), text.size());
      items.emplace_back(text.substr(0, comma));
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return setting_value{std::move(items)};
  }
  if (std::holds_alternative<bool node_config::*>(field)) {
    if (text == "true" || text == "false")
      return setting_value{text == "true"};
    return unexpected(explained{fmt::format("'{}' is not true or false", text)});
  }
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size() || text.empty())
    return unexpected(explained{fmt::format("'{}' is not a whole number", text)});
  return setting_value{number};
}

const char* wanted_type(const setting::member& field) {
  constexpr const char* names[] = {"a string", "a list of strings", "a whole number", "true or false"};
  return names[field.index()];
}

} // namespace

std::string setting::flag() const {
  std::string name{key.substr(key.find('.') + 1)};
  std::replace(name.begin(), name.end(), '_', '-');
  if (std::holds_alternative<std::vector<std::string> node_config::*>(field) && name.ends_with('s'))
    name.pop_back();
  return "--" + name;
}

std::string setting::variable() const {
  std::string name = "TROUPE_";
  for (const char letter : key)
    name += letter == '.' ? '_' : static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
  return name;
}

setting_value setting::get(const node_config& from) const {
  return std::visit([&](auto pointer) { return setting_value{from.*pointer}; }, field);
}

expected<void, explained> setting::set(node_config& in, const setting_value& value) const {
  if (value.index() != field.index())
    return unexpected(explained{fmt::format("expects {}", wanted_type(field))});
  if (const auto* number = std::get_if<std::uint64_t>(&value); number && (*number < min || *number > max))
    return unexpected(explained{fmt::format("must be between {} and {}, not {}", min, max, *number)});
  if (const auto* text = std::get_if<std::string>(&value);
      text && !choices.empty() && std::find(choices.begin(), choices.end(), *text) == choices.end())
    return unexpected(explained{fmt::format("must be one of {}, not '{}'", fmt::join(choices, ", "), *text)});
  std::visit(
    [&](auto pointer) {
      using field_type = std::remove_reference_t<decltype(in.*pointer)>;
      in.*pointer = std::get<field_type>(value);
    },
    field);
  return {};
}

expected<void, explained> setting::set_text(node_config& in, std::string_view text) const {
  return parse_as(field, text).and_then([&](const setting_value& value) { return set(in, value); });
}

std::span<const setting> settings() {
  return table();
}

const setting* find_setting(std::string_view key) {
  const auto found = std::find_if(table().begin(), table().end(), [&](const setting& s) { return s.key == key; });
  return found == table().end() ? nullptr : &*found;
}

std::string_view nearest_key(std::string_view wrong) {
  std::string_view best;
  std::size_t best_distance = 4; // farther than three edits is no misspelling
  for (const auto& candidate : table()) {
    const auto name = candidate.key.substr(candidate.key.find('.') + 1);
    const auto distance = std::min(edit_distance(wrong, candidate.key), edit_distance(wrong, name));
    if (distance < best_distance) {
      best = candidate.key;
      best_distance = distance;
    }
  }
  return best;
}

std::string rendered(const setting_value& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return fmt::format("{:?}", *text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    return fmt::format("{}", *list);
  if (const auto* number = std::get_if<std::uint64_t>(&value))
    return fmt::format("{}", *number);
  return std::get<bool>(value) ? "true" : "false";
}

} // namespace troupe
