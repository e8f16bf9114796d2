// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/role/role.hpp"

namespace troupe::lab {
namespace {

/// Takes part in sessions and never answers.
class mute final : public role {};

} // namespace

std::unique_ptr<role> make_role(role_kind, role_options) {
  return std::make_unique<mute>();
}

} // namespace troupe::lab
