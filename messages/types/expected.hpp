// SPDX-License-Identifier: BSD-3-Clause
// The one way pure code says that something can fail: a value or an error, never an exception.
#pragma once

#include <tl/expected.hpp>

#include <string>

namespace troupe {

template <class T, class E>
using expected = tl::expected<T, E>;

using tl::unexpected;

/// An error a person reads: what is wrong, why, and what to do, in one line without a trailing full stop.
struct explained {
  std::string text;
};

} // namespace troupe
