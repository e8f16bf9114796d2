// SPDX-License-Identifier: BSD-3-Clause
// The rules of supervision with OTP's meanings: who is restarted, together with whom, and how often before it
// is too much. Source: the Erlang/OTP supervisor behaviour.
#pragma once

#include "messages/types/peer_id.hpp"
#include "messages/types/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace troupe {

enum class strategy : std::uint8_t {
  one_for_one,  ///< only the child that ended is restarted
  one_for_all,  ///< all children are stopped and restarted
  rest_for_one, ///< it and the children started after it are
};

enum class restart : std::uint8_t {
  permanent, ///< always restarted
  transient, ///< restarted unless it ended normally
  temporary, ///< never restarted, not even when a sibling's end took it along
};

/// How a child ended.
struct child_exit {
  bool abnormal = false;
  std::string why;
  std::optional<peer_id> charged; ///< the peer whose input crashed it
};

constexpr bool wants_restart(restart kind, bool abnormal) {
  return kind == restart::permanent || (kind == restart::transient && abnormal);
}

/// Restarts within a sliding period. More than `intensity` of them within `period` is too much.
class restart_window {
public:
  restart_window(std::size_t intensity, duration period) : intensity_(intensity), period_(period) {}

  /// Counts one restart; false: that was one too many.
  bool count(time_point now);
  std::size_t counted() const { return at_.size(); }

private:
  std::size_t intensity_;
  duration period_;
  std::deque<time_point> at_;
};

} // namespace troupe
