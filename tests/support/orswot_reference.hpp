// SPDX-License-Identifier: BSD-3-Clause
// What an observed-remove set must read once a set of operations has been delivered, in whatever order: a
// value is there if an add of it is covered by no remove. Written from the definition, to judge the replica.
#pragma once

#include "messages/codec/orswot_codec.hpp"

#include <set>
#include <span>

namespace troupe::test {

std::set<std::uint64_t> reference_values(std::span<const orswot::operation> delivered);

} // namespace troupe::test
