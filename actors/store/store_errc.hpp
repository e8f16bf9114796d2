// SPDX-License-Identifier: BSD-3-Clause
// What can go wrong between a promise and the disk. Numbers are never reused.
#pragma once

#include <cstdint>

namespace troupe::store {

enum class store_errc : std::uint8_t {
  record_too_long = 1, ///< a record is empty or longer than record_size_max
  no_space = 2,        ///< the disk is full; the log is as it was before
  io_failed = 3,       ///< reading or writing failed; the log is as it was before
  log_failed = 4, ///< an earlier sync or repair failed: nothing may be promised until the node starts anew
  record_damaged = 5, ///< what is stored is not what was written
};

/// One constant line.
const char* describe(store_errc code);

} // namespace troupe::store
