// SPDX-License-Identifier: BSD-3-Clause
// The spellings of CAF that changed after 0.17, in one place (spec/caf.md section 8): how a typed interface is written.
#pragma once

#include <caf/typed_actor.hpp>

namespace troupe {

/// A typed handle: `handle<takes<a>, answers<b, query>>`.
template <class... Signatures>
using handle = caf::typed_actor<Signatures...>;

/// One-way: the actor takes a message of these types.
template <class... Inputs>
using takes = caf::reacts_to<Inputs...>;

/// Request: the actor answers a message of `Inputs` with `Output`.
template <class Output, class... Inputs>
using answers = typename caf::replies_to<Inputs...>::template with<Output>;

} // namespace troupe
