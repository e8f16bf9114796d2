// SPDX-License-Identifier: BSD-3-Clause
#include "messages/coding/crc32c.hpp"

#include <isa-l/crc.h>

#include <algorithm>

namespace troupe {
namespace {

constexpr std::size_t step_max = 1u << 30; ///< ISA-L counts in int

} // namespace

std::uint32_t crc32c(byte_view data, std::uint32_t before) {
  auto crc = ~before;
  while (!data.empty()) {
    const auto step = data.first(std::min(data.size(), step_max));
    // It only reads, though it does not say so.
    crc = crc32_iscsi(const_cast<std::uint8_t*>(step.data()), static_cast<int>(step.size()), crc);
    data = data.subspan(step.size());
  }
  return ~crc;
}

} // namespace troupe
