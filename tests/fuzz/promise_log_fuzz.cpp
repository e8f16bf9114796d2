// SPDX-License-Identifier: BSD-3-Clause
// The bytes of the only segment of a promise log. A log that opens takes another record and opens again with
// all of them; one that is refused is left as it was.
#include "actors/store/memory_storage.hpp"
#include "actors/store/promise_log.hpp"
#include "actors/store/segment.hpp"
#include "messages/types/assert.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::store;
  const byte_view input{data, size};
  const auto header = decode_segment_header(input);
  const auto identity = header ? header->identity : peer_id{};
  const auto name = segment_name(1);
  const auto disk = std::make_shared<memory_storage>();
  TROUPE_ASSERT(disk->create(name, input));
  auto opened = promise_log::open(disk, identity);
  const auto left = *disk->read(name);
  if (!opened) {
    TROUPE_ASSERT(std::ranges::equal(left, input));
    TROUPE_ASSERT(!opened.error().text.empty());
    return 0;
  }
  TROUPE_ASSERT(left.size() + opened->torn_bytes == size);
  TROUPE_ASSERT(opened->log->append({bytes{1}}));
  opened->records.push_back({1});
  const auto again = promise_log::open(disk, identity);
  TROUPE_ASSERT(again && again->torn_bytes == 0 && again->records == opened->records);
  return 0;
}
