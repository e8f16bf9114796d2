// SPDX-License-Identifier: BSD-3-Clause
// Runs the commands of one node, one after another: a command is over when what it started has happened or
// failed, or after a second, which is how long seed 000 waits after each. Owned by the thread that reads the
// lines.
#pragma once

#include "node/console/console.hpp"
#include "node/node.hpp"
#include "node/repl/repl_command.hpp"

#include <string_view>

namespace troupe::repl {

class session {
public:
  /// `stopped`: the process was told to end, which cuts a `wait` short.
  session(node& on, console& out, std::function<bool()> stopped)
    : node_(on), out_(out), stopped_(std::move(stopped)) {}

  enum class after : std::uint8_t { go_on, quit };

  /// Prints what there is to say. A line that could not be done counts as failed.
  after run(std::string_view line);
  std::size_t failed() const { return failed_; }

private:
  after execute(const command& what);
  void print_peers();
  void on_actor(const command& what);
  /// Prints the warning of a step that loses the quorum, once: the same command again goes through.
  bool warned_of(const command& what, const peer_id& who);
  void operate(const command& what);
  void on_type(type_command own);
  /// Waits for the outcome as long as a command may take; it may come later.
  void await_operation(const std::function<void(node::answer<node::outcome>)>& start);
  void report(const char* doing, const node::outcome& outcome);
  void wait_for(const command& what);
  bool holds(const command& what);
  expected<peer_id, explained> actor(const std::string& typed);
  void fail(std::string_view line);

  node& node_;
  console& out_;
  std::function<bool()> stopped_;
  std::size_t failed_ = 0;
  std::string line_;   ///< that is being run
  std::string warned_; ///< the last one, if it was held back
};

/// `i:877dca@/ip4/127.0.0.1/tcp/4001 (voting) (self)`.
std::string peer_line(const peer_status& peer);

} // namespace troupe::repl
