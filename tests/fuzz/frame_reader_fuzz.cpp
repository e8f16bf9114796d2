// SPDX-License-Identifier: BSD-3-Clause
// Bytes of a lane, cut into pieces by the input itself: first byte = rules, then (size byte, that many bytes)
// per turn.
#include "messages/codec/frame_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  frame_reader reader{{4096, (data[0] & 1) != 0}};
  std::size_t taken = 0;
  std::size_t given = 0;
  for (std::size_t at = 1; at < size;) {
    const std::size_t piece = std::min<std::size_t>(data[at] + 1u, size - at - 1);
    ++at;
    for (std::size_t done = 0; done < piece;) {
      const auto room = reader.prepare(piece - done);
      const auto n = std::min(room.size(), piece - done);
      if (n == 0)
        std::abort();
      std::memcpy(room.data(), data + at + done, n);
      if (!reader.commit(n))
        return 0;
      done += n;
    }
    at += piece;
    taken += piece;
    reader.turn_end();
    given += reader.early_credit();
    while (const auto run = reader.poll()) {
      given += run->wire_size;
      for (const auto& item : run->items)
        if (std::size_t{item.offset} + item.length > run->owner->size())
          std::abort();
    }
    if (given > taken || reader.held() > 16 * 1024)
      std::abort();
  }
  return 0;
}
