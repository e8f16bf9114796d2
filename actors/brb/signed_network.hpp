// SPDX-License-Identifier: BSD-3-Clause
// Under which network id promises were signed: the data type is a part of it, so promises tell of which type
// they are. For directories that do not say so themselves. Pure.
#pragma once

#include "messages/types/bytes.hpp"

#include <optional>
#include <span>
#include <string>

namespace troupe::brb {

constexpr std::size_t promises_tried_max = 64; ///< of the log's first ones

/// The first of `names` under which anything among the first promises is signed; nothing if there is none.
std::optional<std::string> signed_network(std::span<const bytes> records, std::span<const std::string> names);

} // namespace troupe::brb
