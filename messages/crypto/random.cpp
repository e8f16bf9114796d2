// SPDX-License-Identifier: BSD-3-Clause
#include "messages/crypto/random.hpp"

#include <sodium.h>

#include <array>
#include <bit>

namespace troupe {

void fill_from_system(std::span<std::uint8_t> out) {
  randombytes_buf(out.data(), out.size());
}

std::uint64_t seed_from_system() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> drawn{};
  fill_from_system(drawn);
  return std::bit_cast<std::uint64_t>(drawn);
}

} // namespace troupe
