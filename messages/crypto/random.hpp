// SPDX-License-Identifier: BSD-3-Clause
// Randomness of the operating system: for keys and for seeding a node's random_stream in production, nothing else.
#pragma once

#include <cstdint>
#include <span>

namespace troupe {

void fill_from_system(std::span<std::uint8_t> out);

} // namespace troupe
