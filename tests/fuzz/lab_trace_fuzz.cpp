// SPDX-License-Identifier: BSD-3-Clause
// The bytes of a trace file. One that is read is written again as the same bytes; one that is refused says
// why.
#include "messages/types/assert.hpp"
#include "tools/lab/trace/trace_file.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::lab;
  const byte_view input{data, size};
  const auto read = decode_trace(input);
  if (!read) {
    TROUPE_ASSERT(!meaning(read.error()).empty());
    return 0;
  }
  TROUPE_ASSERT(std::ranges::equal(encode(*read), input));
  TROUPE_ASSERT(!first_difference(*read, *read));
  for (const auto& record : read->records)
    TROUPE_ASSERT(!text_of(record).empty());
  return 0;
}
