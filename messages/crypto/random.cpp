// SPDX-License-Identifier: BSD-3-Clause
#include "messages/crypto/random.hpp"

#include <sodium.h>

namespace troupe {

void fill_from_system(std::span<std::uint8_t> out) {
  randombytes_buf(out.data(), out.size());
}

} // namespace troupe
