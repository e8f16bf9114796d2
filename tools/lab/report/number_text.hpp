// SPDX-License-Identifier: BSD-3-Clause
// Numbers as the report prints them: three digits that matter, a unit that fits. Pure.
#pragma once

#include "messages/types/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::lab {

std::string duration_text(duration value);   ///< "0 s", "850 ns", "12.3 ms", "1.5 s", "125 s"
std::string count_text(std::uint64_t value); ///< "1,234,567"
std::string short_number(double value);      ///< "0.5", "12.3", "1,234", "1.2 M"
std::string share_text(double share);        ///< "99.5 %" for 0.995; 100 % and 0 % only when exact
std::string coordinate(double value);        ///< for SVG: one digit after the point at most
/// "-" for nothing.
std::string number_or_dash(const std::optional<double>& value);
std::string microseconds_or_dash(const std::optional<double>& us);
/// At most `characters` (not bytes), the last one "…" if something was cut.
std::string shortened(std::string_view text, std::size_t characters);
/// The same with its end kept and its front cut off.
std::string shortened_to_end(std::string_view text, std::size_t characters);

} // namespace troupe::lab
