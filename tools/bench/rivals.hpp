// SPDX-License-Identifier: BSD-3-Clause
// js-libp2p and go-libp2p moving the same streams in the same run. They are prepared from the source tree that this binary was
// built from, on first use.
#pragma once

#include <boost/json/object.hpp>

namespace troupe::bench {

/// The figures of one pair of processes, or {"skipped": reason}.
boost::json::object js_rival(unsigned megabytes);
boost::json::object go_rival(unsigned megabytes);

} // namespace troupe::bench
