// SPDX-License-Identifier: BSD-3-Clause
// One maker a role; the class behind it lives in the file of that name.
#pragma once

#include "tools/lab/role/role.hpp"

namespace troupe::lab {

std::unique_ptr<role> make_equivocate(role_options options);
std::unique_ptr<role> make_withhold_certificate(role_options options);
std::unique_ptr<role> make_forge_votes(role_options options);
std::unique_ptr<role> make_outsider_echoes(role_options options);
std::unique_ptr<role> make_replay(role_options options);
std::unique_ptr<role> make_anti_entropy_flood(role_options options);
std::unique_ptr<role> make_mute(role_options options);
std::unique_ptr<role> make_slow_drip(role_options options);
std::unique_ptr<role> make_crashing_input(role_options options);
std::unique_ptr<role> make_spoil_fragments(role_options options);
std::unique_ptr<role> make_outlive_locks(role_options options);
std::unique_ptr<role> make_other_network(role_options options);

} // namespace troupe::lab
