// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe {

/// What identify sends as agentVersion unless configured otherwise.
const char* agent_version();

/// The revision this was built from, "1a2b3c4" or "1a2b3c4-dirty"; "unknown" outside a repository.
const char* source_revision();

} // namespace troupe
