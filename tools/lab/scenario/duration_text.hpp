// SPDX-License-Identifier: BSD-3-Clause
// Times as scenario files write them: a number and a unit, "1.5s". Pure.
#pragma once

#include "messages/types/expected.hpp"
#include "messages/types/time.hpp"

#include <string>
#include <string_view>

namespace troupe::lab {

/// From "-250ms", "1.5s": units ns, us, ms, s, min, h; exact to the nanosecond. The error says what is wrong
/// with the text.
expected<duration, explained> parse_duration(std::string_view text);

/// A whole number and the largest unit that gives one: "1500ms", "2min", "0s".
std::string exact_text(duration value);

} // namespace troupe::lab
