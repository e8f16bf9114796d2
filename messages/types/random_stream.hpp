// SPDX-License-Identifier: BSD-3-Clause
// The only source of randomness in a node: SplitMix64, seeded, and split by name so that adding an actor
// never changes what another one draws. Distributions are written here because the standard ones differ
// between libraries (design 8).
#pragma once

#include "messages/types/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace troupe {

class random_stream {
public:
  explicit random_stream(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// True in `per_million` of a million draws.
  bool chance(std::uint32_t per_million) { return below(1'000'000) < per_million; }
  void fill(std::span<std::uint8_t> out);
  /// An independent stream; the same name always gives the same one, and this stream does not advance.
  random_stream split(std::string_view name) const;

private:
  std::uint64_t state_;
};

} // namespace troupe
