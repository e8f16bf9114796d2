// SPDX-License-Identifier: BSD-3-Clause
// CRC-32C (Castagnoli), as iSCSI and ext4 use it: what notices a flipped record. A table is fast enough
// beside a sync.
#pragma once

#include "messages/types/bytes.hpp"

namespace troupe {

/// Of `data`, continuing from `before`: crc32c(b, crc32c(a)) is that of a and b joined.
std::uint32_t crc32c(byte_view data, std::uint32_t before = 0);

} // namespace troupe
