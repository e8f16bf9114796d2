// SPDX-License-Identifier: BSD-3-Clause
// Reed-Solomon over GF(2^8): a payload becomes `total` fragments of one size, any `needed` of which give it
// back. Systematic, by a Cauchy matrix: the first `needed` are the payload itself. Pure functions. Source:
// spec: brb 8.4 point 11; docs/protocols/brb.md, "Large payloads".
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace troupe::coding {

constexpr std::size_t fragments_max = 255; ///< of one payload

/// 1 <= needed <= total <= fragments_max.
struct erasure_code {
  std::size_t needed = 1;
  std::size_t total = 1;
};

struct indexed_fragment {
  std::size_t index = 0; ///< from 0
  byte_view data;
};

enum class erasure_errc : std::uint8_t {
  too_few = 1,      ///< fewer different fragments than are needed
  wrong_index = 2,  ///< an index beyond the total
  wrong_length = 3, ///< a fragment of another size than this payload's
};

/// Bytes of each fragment of a payload of `size` bytes; 0 for an empty one.
constexpr std::size_t fragment_size(std::size_t size, std::size_t needed) {
  return (size + needed - 1) / needed;
}

/// All `total` fragments in order; the last of the payload's own are filled up with zeros.
std::vector<bytes> encode(byte_view payload, erasure_code code);
/// The payload of `size` bytes from any `needed` of its fragments; further ones and doubles are not looked
/// at. Fragments that belong to different payloads give one that is neither: who does not trust them compares
/// hashes.
expected<bytes, erasure_errc> decode(std::span<const indexed_fragment> fragments, erasure_code code,
                                     std::size_t size);

} // namespace troupe::coding
