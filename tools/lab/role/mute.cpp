// SPDX-License-Identifier: BSD-3-Clause
// Takes part in sessions and never answers.
#include "tools/lab/role/makers.hpp"

namespace troupe::lab {
namespace {

class mute final : public role {};

} // namespace

std::unique_ptr<role> make_mute(role_options) {
  return std::make_unique<mute>();
}

} // namespace troupe::lab
