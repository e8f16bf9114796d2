// SPDX-License-Identifier: BSD-3-Clause
// Randomness of the operating system: for keys and for seeding a random_stream outside of simulations, nothing else.
#pragma once

#include <cstdint>
#include <span>

namespace troupe {

void fill_from_system(std::span<std::uint8_t> out);
/// Of a random_stream.
std::uint64_t seed_from_system();

} // namespace troupe
