// SPDX-License-Identifier: BSD-3-Clause
// What Ed25519 costs on one core of this machine, now: it bounds unbatched groups, and machines differ by a
// factor of three. Blocks for some 50 ms.
#pragma once

namespace troupe::bench {

struct signature_cost {
  double sign_us = 0;
  double verify_us = 0;
};

signature_cost measure_signature_cost();

} // namespace troupe::bench
