// SPDX-License-Identifier: BSD-3-Clause
// SHA-256, whole or in parts.
#pragma once

#include "messages/types/bytes.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>

namespace troupe {

using digest = std::array<std::uint8_t, 32>;

/// Of the parts one after another.
digest sha256(std::initializer_list<byte_view> parts);
inline digest sha256(byte_view data) { return sha256({data}); }

} // namespace troupe
