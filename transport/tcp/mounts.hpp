// SPDX-License-Identifier: BSD-3-Clause
// The protocols mounted on a network, by id. Mounted and unmounted from any thread; looked up on the I/O
// thread.
#pragma once

#include "transport/protocol.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::transport {

using mounted_protocol = std::shared_ptr<const protocol>;

class mounts {
public:
  /// Replaces what served the same ids.
  void add(protocol what);
  void remove(const std::string& id);
  /// Null if nobody mounts it.
  mounted_protocol find(std::string_view id) const;
  /// The one that peers may open; null if there is none.
  mounted_protocol served(std::string_view id) const;
  /// All ids that peers may open, ascending.
  std::vector<std::string> served_ids() const;

private:
  mutable std::mutex mutex_;
  std::map<std::string, mounted_protocol, std::less<>> by_id_;
};

} // namespace troupe::transport
