// SPDX-License-Identifier: BSD-3-Clause
// How a node that is not run by the production crypto actor signs and checks.
#pragma once

#include "tools/lab/algorithm/broadcast.hpp"
#include "tools/lab/cluster/node_life.hpp"

namespace troupe::lab {

signing signing_of(const life_options& options);
/// The same for any key.
signing signing_as(const key_pair& key, signatures how);

} // namespace troupe::lab
