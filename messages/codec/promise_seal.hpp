// SPDX-License-Identifier: BSD-3-Clause
// The checksums inside a promise record, made by who promises and not by the disk: what was damaged between
// the two is found as well. The first covers the head alone, so that a damaged record whose head is whole can
// still be told by its kind. Bytes: docs/protocols/brb.md, "Promises". Pure.
#pragma once

#include "messages/types/bytes.hpp"

#include <cstdint>

namespace troupe {

constexpr std::size_t promise_head_size = 8;
constexpr std::uint8_t sealed_promise_version = 2;
constexpr std::uint8_t plain_promise_version = 1; ///< of records without checksums, still read
constexpr std::uint8_t delivered_promise_kind = 5;

/// The record of this kind with `body`, which begins at promise_head_size.
bytes seal_promise(std::uint8_t kind, byte_view body);

enum class promise_seal : std::uint8_t {
  whole = 1,         ///< as it was made, or of a version without checksums
  lost_delivery = 2, ///< damaged; it said that an operation was delivered, which peers can tell again
  damaged = 3,       ///< damaged; nobody knows what was promised
};

promise_seal look_at_seal(byte_view record);

} // namespace troupe
