// SPDX-License-Identifier: BSD-3-Clause
// The operations of one broadcast as its payload (docs/protocols/brb.md): one operation is the payload
// itself, several stand behind their lengths (u32, little endian). Source: spec: brb 8.4 point 1.
#pragma once

#include "messages/codec/signing.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <span>
#include <vector>

namespace troupe::brb {

constexpr std::uint32_t batch_operations_max = 1024;

/// At least one, at most batch_operations_max.
bytes encode_batch(std::span<const bytes> operations);
/// What `operations` operations take as a payload.
constexpr std::size_t batch_size(std::size_t operations, std::size_t bytes_of_all) {
  return operations == 1 ? bytes_of_all : bytes_of_all + 4 * operations;
}
/// Views into `payload`, as many as its header says there are. Errors: malformed, too_many.
expected<std::vector<byte_view>, agreement_codec_errc> decode_batch(byte_view payload,
                                                                    std::uint32_t operations);

} // namespace troupe::brb
