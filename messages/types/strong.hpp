// SPDX-License-Identifier: BSD-3-Clause
// Strong identifiers: an integer with a name of its own, so that a lane id can never be passed for a link id.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace troupe {

/// An integer of kind `Tag`. Ordered and hashable; arithmetic is deliberately left out except `next()`.
template <class Tag, class Rep = std::uint64_t>
class strong {
public:
  using rep = Rep;

  constexpr strong() = default;
  constexpr explicit strong(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }
  constexpr strong next() const { return strong{static_cast<Rep>(value_ + 1)}; }

  friend constexpr auto operator<=>(strong, strong) = default;

private:
  Rep value_{};
};

using link_id = strong<struct link_tag>;
using lane_id = strong<struct lane_tag>;
using dial_id = strong<struct dial_tag>;
using ticket = strong<struct ticket_tag>;
using timer_id = strong<struct timer_tag>;
using incarnation = strong<struct incarnation_tag>;
using generation = strong<struct generation_tag>;

} // namespace troupe

template <class Tag, class Rep>
struct std::hash<troupe::strong<Tag, Rep>> {
  std::size_t operator()(troupe::strong<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value()); }
};
