// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/orswot_reference.hpp"

#include <algorithm>

namespace troupe::test {
namespace {

bool names(const orswot::operation& op, std::uint64_t value) {
  return std::find(op.members.begin(), op.members.end(), value) != op.members.end();
}

bool covers(const orswot::operation& remove, const orswot::operation& add, std::uint64_t value) {
  const auto seen = remove.witness.find(add.actor);
  return remove.what == orswot::action::remove && names(remove, value) && seen != remove.witness.end() &&
         seen->second >= add.counter;
}

} // namespace

std::set<std::uint64_t> reference_values(std::span<const orswot::operation> delivered) {
  std::set<std::uint64_t> values;
  for (const auto& add : delivered)
    for (const auto value : add.members)
      if (add.what == orswot::action::add &&
          std::none_of(delivered.begin(), delivered.end(),
                       [&](const auto& other) { return covers(other, add, value); }))
        values.insert(value);
  return values;
}

} // namespace troupe::test
