// SPDX-License-Identifier: BSD-3-Clause
// The report's style sheet: light and dark after the reader's setting, print, narrow screens.
#pragma once

#include <string_view>

namespace troupe::lab {

extern const std::string_view report_style;

} // namespace troupe::lab
