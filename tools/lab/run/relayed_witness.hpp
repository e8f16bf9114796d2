// SPDX-License-Identifier: BSD-3-Clause
// Takes what actors say on their threads to the laboratory's own.
#pragma once

#include "tools/lab/cluster/venue.hpp"

#include <memory>

namespace troupe::lab {

class relayed_witness final : public witness {
public:
  relayed_witness(venue& by, std::shared_ptr<witness> to) : by_(by), to_(std::move(to)) {}

  void saw(const observation& what) override {
    by_.hand_over([to = to_, what] { to->saw(what); });
  }
  void passed(const frame_seen& what) override {
    by_.hand_over([to = to_, what] { to->passed(what); });
  }

private:
  venue& by_;
  std::shared_ptr<witness> to_;
};

} // namespace troupe::lab
