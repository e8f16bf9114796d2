// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/random_stream.hpp"

#include "messages/types/assert.hpp"

namespace troupe {
namespace {

std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

} // namespace

std::uint64_t random_stream::next() {
  return mixed(state_ += 0x9e3779b97f4a7c15ull);
}

std::uint64_t random_stream::below(std::uint64_t bound) {
  TROUPE_ASSERT(bound > 0);
  // Drawing again above the last whole multiple keeps every value equally likely.
  const std::uint64_t limit = ~std::uint64_t{0} - ~std::uint64_t{0} % bound;
  std::uint64_t drawn = next();
  while (drawn >= limit)
    drawn = next();
  return drawn % bound;
}

void random_stream::fill(std::span<std::uint8_t> out) {
  for (std::size_t at = 0; at < out.size();) {
    std::uint64_t word = next();
    for (int i = 0; i < 8 && at < out.size(); ++i, word >>= 8)
      out[at++] = static_cast<std::uint8_t>(word);
  }
}

random_stream random_stream::split(std::string_view name) const {
  std::uint64_t hash = mixed(state_ ^ 0x6a09e667f3bcc909ull);
  for (const char letter : name)
    hash = mixed(hash ^ static_cast<std::uint8_t>(letter)) + 0x9e3779b97f4a7c15ull;
  return random_stream{hash};
}

} // namespace troupe
