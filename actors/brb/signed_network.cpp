// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/signed_network.hpp"

#include "messages/codec/promise_codec.hpp"
#include "messages/crypto/keys.hpp"

#include <algorithm>

namespace troupe::brb {
namespace {

/// Whether the promise holds a signature that is valid under this network id; nothing if it holds none.
struct signed_under {
  const std::string& network;

  std::optional<bool> operator()(const lock_promise& lock) const {
    return verify_ed25519(lock.what.header.source, header_digest(network, lock.what.header), lock.what.seal);
  }
  std::optional<bool> operator()(const delivered_promise& done) const {
    const auto& header = done.what->header;
    return verify_ed25519(header.source, header_digest(network, header), done.what->header_seal);
  }
  std::optional<bool> operator()(const own_vote_promise& own) const {
    return verify_ed25519(own.vote->voter, own.vote->id, own.vote->seal);
  }
  std::optional<bool> operator()(const decided_promise& done) const {
    return verify_ed25519(done.vote->voter, done.vote->id, done.vote->seal);
  }
  std::optional<bool> operator()(const equivocation_promise& proof) const {
    return verify_ed25519(proof.what.first.source, header_digest(network, proof.what.first),
                          proof.what.first_seal);
  }
  template <class Unsigned>
  std::optional<bool> operator()(const Unsigned&) const {
    return std::nullopt;
  }
};

} // namespace

std::optional<std::string> signed_network(std::span<const bytes> records,
                                          std::span<const std::string> names) {
  for (const auto& record : records.first(std::min(records.size(), promises_tried_max)))
    for (const auto& name : names)
      if (const auto read = decode_promise(record, name))
        if (std::visit(signed_under{name}, *read).value_or(false))
          return name;
  return std::nullopt;
}

} // namespace troupe::brb
