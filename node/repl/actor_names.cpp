// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/actor_names.hpp"

#include "messages/codec/peer_id_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::repl {

std::string full_name(const peer_id& id) {
  const auto key = id.ed25519_key();
  const auto hash = id.multihash();
  const auto named = key ? byte_view{*key} : hash.subspan(std::min<std::size_t>(2, hash.size()));
  return fmt::format("i:{:02x}", fmt::join(named, ""));
}

expected<peer_id, explained> resolve(std::string_view typed, const peer_id& self, const std::vector<peer_id>& known) {
  if (typed == "me")
    return self;
  std::vector<peer_id> exact;
  std::vector<peer_id> prefixed;
  for (const auto& candidate : known) {
    const auto name = full_name(candidate);
    if (typed == name || typed == to_base58(candidate))
      return candidate;
    if (typed == short_name(candidate))
      exact.push_back(candidate);
    if (!typed.empty() && name.starts_with(typed))
      prefixed.push_back(candidate);
  }
  const auto& matching = exact.empty() ? prefixed : exact;
  if (matching.empty())
    return unexpected(explained{"No actors with that actor id"});
  if (matching.size() == 1)
    return matching.front();
  std::vector<std::string> names;
  for (const auto& candidate : matching)
    names.push_back(full_name(candidate));
  return unexpected(
    explained{fmt::format("Ambiguous actor id, more than one actor matches: {}", fmt::join(names, ", "))});
}

} // namespace troupe::repl
