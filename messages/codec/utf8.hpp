// SPDX-License-Identifier: BSD-3-Clause
// Whether bytes from elsewhere are UTF-8 text (RFC 3629): no overlong forms, no surrogates, nothing above
// U+10FFFF.
#pragma once

#include "messages/types/bytes.hpp"

namespace troupe {

bool is_utf8(byte_view data);

} // namespace troupe
