// SPDX-License-Identifier: BSD-3-Clause
// JSON for people: indented, numbers as one writes them (Boost.JSON prints 1.5 as 1.5E0). Pure.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace troupe::lab {

/// Two blanks a level; arrays and objects that fit on a line stay on one. Ends in a newline.
std::string json_text(const boost::json::value& value);
/// The same on one line, with a newline at its end.
std::string json_line(const boost::json::value& value);
/// Appends `text` as a JSON string; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

} // namespace troupe::lab
