// SPDX-License-Identifier: BSD-3-Clause
// The actor around a role: decodes what honest nodes send it, and sends what the role makes up. It translates
// only.
#pragma once

#include "actors/brb/brb_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "tools/lab/role/role.hpp"

#include <functional>

namespace troupe::lab {

struct role_command {
  bytes payload;
};

} // namespace troupe::lab

template <>
inline constexpr std::string_view troupe::signal_name<troupe::lab::role_command> = "lab.role_command";

namespace troupe::lab {

using role_handle = handle<
  takes<peer::received, flat<wire::BrbSend>>, takes<peer::received, flat<wire::BrbFragment>>,
  takes<peer::received, flat<wire::BrbEcho>>, takes<peer::received, flat<wire::BrbCertificate>>,
  takes<peer::received, flat<wire::BrbDelivered>>, takes<peer::received, flat<wire::AntiEntropyRequest>>,
  takes<peer::received, flat<wire::AntiEntropyPage>>, takes<peer::received, flat<wire::BrbCheckpointVote>>,
  takes<peer::received, flat<wire::BrbCheckpoint>>, takes<peer::received, flat<wire::CheckpointStateRequest>>,
  takes<peer::received, flat<wire::CheckpointStatePage>>, takes<peer::received, flat<wire::BrbEvidence>>,
  takes<peer::received, flat<wire::BrbLockQuery>>, takes<peer::received, flat<wire::BrbLocks>>,
  takes<peer::received, flat<wire::MembershipVote>>, takes<peer::joined>, takes<peer::identified>,
  takes<peer::left>, takes<role_command>>;

role_handle spawn_role(caf::actor_system& system, node_context context, peer::peers_handle peers,
                       role_kind which, role_options options);

} // namespace troupe::lab
