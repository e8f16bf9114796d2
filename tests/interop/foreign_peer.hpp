// SPDX-License-Identifier: BSD-3-Clause
// A js-libp2p or go-libp2p process that a test commands (tests/interop/README.md).
#pragma once

#include "tools/process/child_process.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace troupe::test {

enum class foreign : std::uint8_t { js, go };

/// Why this kind of peer cannot run here; empty if it can. With CI=true the tests fail on it, otherwise they say so and pass.
std::string missing(foreign kind);

class foreign_peer {
public:
  explicit foreign_peer(foreign kind);

  /// Sends one command and answers its reply; fails the test if none comes.
  boost::json::object ask(const boost::json::object& command, child_process::seconds within = child_process::seconds{60});

  const std::string& id() const { return id_; }
  const std::string& address() const { return address_; } ///< with /p2p

private:
  child_process process_;
  std::string id_;
  std::string address_;
};

} // namespace troupe::test
