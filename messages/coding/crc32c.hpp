// SPDX-License-Identifier: BSD-3-Clause
// CRC-32C (Castagnoli), as iSCSI and ext4 use it: what notices a flipped record. By ISA-L, which uses
// the processor's own instruction where there is one: a compaction sums up hundreds of megabytes.
#pragma once

#include "messages/types/bytes.hpp"

namespace troupe {

/// Of `data`, continuing from `before`: crc32c(b, crc32c(a)) is that of a and b joined.
std::uint32_t crc32c(byte_view data, std::uint32_t before = 0);

} // namespace troupe
