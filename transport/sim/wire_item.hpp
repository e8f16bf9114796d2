// SPDX-License-Identifier: BSD-3-Clause
// What travels between the two ends of a simulated link. Source of the kinds: yamux and multistream, without
// their bytes.
#pragma once

#include "messages/types/chunk.hpp"
#include "messages/types/time.hpp"

#include <string>
#include <vector>

namespace troupe::transport {

struct wire_item {
  enum class kind : std::uint8_t {
    open,    ///< `names` are the proposals
    accept,  ///< `names[0]` is the chosen protocol
    unknown, ///< no proposal is mounted
    data,    ///< `length` bytes of `body` at `offset`
    credit,  ///< `length` more bytes may be sent
    finish,
    reset,
    go_away, ///< on lane 0: the link ends
  };

  kind what;
  chunk_ptr body{};
  std::size_t offset = 0;
  std::size_t length = 0;
  std::vector<std::string> names{};
  time_point sent{}; ///< when it was put on the wire

  byte_view view() const { return body->view().subspan(offset, length); }
  std::size_t wire_size() const { return what == kind::data ? length : 0; }
};

} // namespace troupe::transport
