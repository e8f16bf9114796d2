// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe {

/// What identify sends as agentVersion unless configured otherwise.
const char* agent_version();

} // namespace troupe
