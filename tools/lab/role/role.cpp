// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/role/role.hpp"

#include "messages/types/assert.hpp"
#include "tools/lab/role/makers.hpp"

namespace troupe::lab {

std::unique_ptr<role> make_role(role_kind which, role_options options) {
  switch (which) {
  case role_kind::equivocate:
    return make_equivocate(std::move(options));
  case role_kind::withhold_certificate:
    return make_withhold_certificate(std::move(options));
  case role_kind::forge_votes:
    return make_forge_votes(std::move(options));
  case role_kind::outsider_echoes:
    return make_outsider_echoes(std::move(options));
  case role_kind::replay:
    return make_replay(std::move(options));
  case role_kind::anti_entropy_flood:
    return make_anti_entropy_flood(std::move(options));
  case role_kind::mute:
    return make_mute(std::move(options));
  case role_kind::slow_drip:
    return make_slow_drip(std::move(options));
  case role_kind::crashing_input:
    return make_crashing_input(std::move(options));
  case role_kind::outlive_locks:
    return make_outlive_locks(std::move(options));
  case role_kind::other_network:
    return make_other_network(std::move(options));
  case role_kind::spoil_fragments:
    return make_spoil_fragments(std::move(options));
  }
  TROUPE_ASSERT(false); // every role is above
  return nullptr;
}

} // namespace troupe::lab
