// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/peer_records.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::peer {
namespace {

const bytes key = to_bytes(as_bytes("peers"));

unexpected<explained> damaged(std::string_view what) {
  return unexpected(explained{fmt::format("the peers known before cannot be read: {}", what)});
}

} // namespace

store::record_change record_of(const std::vector<known_peer>& peers) {
  return {key, peers.empty() ? std::nullopt : std::optional{introduction_payload(peers)}};
}

expected<std::vector<known_peer>, explained> read_peers(store::record_store& from) {
  const auto found = from.read(key);
  if (!found)
    return damaged(store::describe(found.error()));
  if (!*found)
    return std::vector<known_peer>{};
  const auto aligned = chunk::copy_of(**found);
  auto peers = decode_introduction(aligned->view());
  if (!peers)
    return damaged("the record is none of this troupe's");
  std::erase_if(*peers, [](const known_peer& one) { return one.addresses.empty(); });
  return *std::move(peers);
}

} // namespace troupe::peer
