// SPDX-License-Identifier: BSD-3-Clause
// Random spans of time in integer arithmetic, equal on every machine.
#pragma once

#include "messages/types/random_stream.hpp"
#include "messages/types/time.hpp"

namespace troupe::lab {

/// Exponential with this mean, to within a few percent: a geometric number of half-lives and a uniform rest.
/// At most 16 half-lives, at least a microsecond.
duration drawn_exponential(random_stream& rng, duration mean);

} // namespace troupe::lab
