// SPDX-License-Identifier: BSD-3-Clause
// Liars whose lie is the same under any algorithm: around an honest machine, which does the rest. Pure.
#pragma once

#include "tools/lab/algorithm/broadcast.hpp"

namespace troupe::lab {

/// Asks all members for everything with each resend, and whoever answers again, `flood_max` times between two
/// resends.
constexpr std::size_t flood_max = 64;
std::unique_ptr<broadcast> make_flooding(std::unique_ptr<broadcast> honest, const broadcast_options& options);

/// Sends one packet with each resend, of the first `drip_max` that wait; those to itself at once.
constexpr std::size_t drip_max = 64;
std::unique_ptr<broadcast> make_dripping(std::unique_ptr<broadcast> honest, const broadcast_options& options);

} // namespace troupe::lab
