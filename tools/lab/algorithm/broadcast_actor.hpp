// SPDX-License-Identifier: BSD-3-Clause
// The actor around one of the algorithms that run for comparison: frames in and out, commands, resends at
// intervals. It translates only. What it has said and delivered is kept in a ledger that its owner reads.
#pragma once

#include "actors/peer/peer_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "messages/types/flat.hpp"
#include "tools/lab/algorithm/broadcast.hpp"
#include "wire/lab_generated.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace troupe {
template <>
struct frame_type<wire::LabPacket> : std::integral_constant<std::uint16_t, 0x7f01> {};
template <>
inline constexpr std::string_view flat_name<wire::LabPacket> = "lab.packet";
} // namespace troupe

namespace troupe::lab {

inline const std::string broadcast_protocol = "/troupe/lab/broadcast/1";
constexpr std::size_t packet_name_max = 64;

/// Request of a user; `done` hears nothing or the error's name.
struct broadcast_command {
  bytes payload;
  bool when_delivered =
    true; ///< `done` is called once it is delivered here; else as soon as it is on its way
  std::function<void(const std::string& error)> done;
};
struct install_voters {
  voters now;
};

/// What the algorithm has said of each slot so far; written in the actor, read anywhere.
class broadcast_ledger {
public:
  using key = std::pair<peer_id, std::uint64_t>;
  struct content {
    std::map<key, digest> delivered;
    broadcast::state counts;
    voters group;
  };
  void delivered(const peer_id& source, std::uint64_t sequence, const digest& what);
  void counted(const broadcast::state& now);
  void installed(const voters& now);
  content read() const;

private:
  mutable std::mutex guard_;
  content content_;
};

struct broadcast_actor_options {
  std::function<std::unique_ptr<broadcast>(broadcast_options)> make;
  broadcast_options start;
  std::shared_ptr<broadcast_ledger> ledger;
  /// Called in the actor for what a check may want to know; may be null.
  std::function<void(const broadcast::effect&)> saw;
  duration resend_every = std::chrono::milliseconds{500};
};

} // namespace troupe::lab

template <>
inline constexpr std::string_view troupe::signal_name<troupe::lab::broadcast_command> =
  "lab.broadcast_command";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::lab::install_voters> = "lab.install_voters";

namespace troupe::lab {

using broadcast_handle =
  handle<takes<peer::received, flat<wire::LabPacket>>, takes<broadcast_command>, takes<install_voters>>;

broadcast_handle spawn_broadcast(caf::actor_system& system, node_context context, peer::peers_handle peers,
                                 broadcast_actor_options options);

} // namespace troupe::lab
