// SPDX-License-Identifier: BSD-3-Clause
// Storage in memory: the twin of the folder for simulation and for nodes without a data directory. It knows
// what was synced, so that a simulated power cut can take the rest. Whoever holds it outlives the node whose
// disk it plays.
#pragma once

#include "actors/store/storage.hpp"

#include <map>
#include <string>

namespace troupe::store {

class memory_storage : public storage {
public:
  expected<std::vector<std::string>, store_errc> list() override;
  expected<bytes, store_errc> read(const std::string& name) override;
  expected<void, store_errc> create(const std::string& name, byte_view content) override;
  expected<void, store_errc> append(const std::string& name, byte_view data) override;
  expected<void, store_errc> truncate(const std::string& name, std::size_t size) override;
  expected<void, store_errc> sync(const std::string& name) override;
  expected<void, store_errc> remove(const std::string& name) override;

  /// A power cut: of what was not synced, each file keeps at most `kept` bytes.
  void lose_unsynced(std::size_t kept = 0);
  /// Turns one bit, as a failing disk does. The byte exists.
  void flip(const std::string& name, std::size_t byte, unsigned bit);

private:
  struct file {
    bytes content;
    std::size_t synced = 0;
  };
  std::map<std::string, file> files_;
};

} // namespace troupe::store
