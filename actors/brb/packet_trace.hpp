// SPDX-License-Identifier: BSD-3-Clause
// Writes the lines of seed 000 about packets that leave and arrive, for the shell of one agreement machine,
// and keeps the texts of those that leave until the frame that carries them is sent: the session names them
// again when it is acknowledged. docs/protocols/repl.md.
#pragma once

#include "actors/brb/agreement_options.hpp"

#include <vector>

namespace troupe::brb {

class packet_trace {
public:
  packet_trace(node_context context, const agreement_options& options);

  /// `router cmd Deliver` if asked for, `delivering packet`, `Sent network msg`; all at level trace.
  void leaving(const delivering& what);
  /// The texts of what left since the last call: labels of the frame that is sent now. Empty above trace.
  std::vector<std::string> labels() { return std::exchange(labels_, {}); }
  /// `handling packet` at level info; around it, at trace, `router cmd Apply`, `delivering Ack` and, as a
  /// packet to oneself crosses no session, `Acked` and `Got ack`.
  void arrived(const handling& what) const;

  /// Whether anybody reads the texts; if not, machines need not make them.
  bool wanted() const { return traced(context_); }
  static bool traced(const node_context& context) {
    return context.log && context.log->wants(log_level::trace);
  }

private:
  void say(const std::string& line) const { context_.line(log_level::trace, line); }
  std::string address_of(const peer_id& who) const;

  node_context context_;
  peer_id self_;
  std::function<std::string(const peer_id&)> address_of_;
  std::vector<std::string> labels_;
};

} // namespace troupe::brb
