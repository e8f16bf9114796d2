// SPDX-License-Identifier: BSD-3-Clause
// A data type whose operations are as long as a test wants: `put <bytes> <mark>`. It counts what it has
// applied.
#pragma once

#include "actors/datatype/data_types.hpp"

namespace troupe::test {

/// Its value reads `{mark: bytes, ...}`, marks ascending.
extern const known_data_type blob_type;
/// The operation that `put` prepares.
bytes blob_of(std::size_t size, std::uint64_t mark);

} // namespace troupe::test
