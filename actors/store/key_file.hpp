// SPDX-License-Identifier: BSD-3-Clause
// The identity key on disk: the libp2p PrivateKey protobuf, mode 0600. Error lines say what, why and what to
// do.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/types/expected.hpp"

#include <filesystem>

namespace troupe::store {

/// Refuses files that others may read or write, and everything that is no Ed25519 private key.
expected<key_pair, explained> read_key_file(const std::filesystem::path& path);
/// Fails if the file exists.
expected<void, explained> write_key_file(const std::filesystem::path& path, const key_pair& key);

} // namespace troupe::store
