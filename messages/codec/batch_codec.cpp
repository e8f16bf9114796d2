// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/batch_codec.hpp"

#include "messages/types/assert.hpp"

namespace troupe::brb {
namespace {

constexpr std::size_t length_size = 4;

std::size_t read_length(byte_view at) {
  std::size_t length = 0;
  for (std::size_t i = length_size; i > 0; --i)
    length = length << 8 | at[i - 1];
  return length;
}

} // namespace

bytes encode_batch(std::span<const bytes> operations) {
  TROUPE_ASSERT(!operations.empty() && operations.size() <= batch_operations_max);
  if (operations.size() == 1)
    return operations[0];
  bytes payload;
  for (const auto& one : operations) {
    for (std::size_t i = 0; i < length_size; ++i)
      payload.push_back(static_cast<std::uint8_t>(one.size() >> (8 * i)));
    payload.insert(payload.end(), one.begin(), one.end());
  }
  return payload;
}

expected<std::vector<byte_view>, agreement_codec_errc> decode_batch(byte_view payload,
                                                                    std::uint32_t operations) {
  if (operations > batch_operations_max)
    return unexpected(agreement_codec_errc::too_many);
  if (operations == 0)
    return unexpected(agreement_codec_errc::malformed);
  if (operations == 1)
    return std::vector{payload};
  std::vector<byte_view> all;
  all.reserve(operations);
  while (all.size() < operations) {
    if (payload.size() < length_size)
      return unexpected(agreement_codec_errc::malformed);
    const auto length = read_length(payload);
    payload = payload.subspan(length_size);
    if (length > payload.size())
      return unexpected(agreement_codec_errc::malformed);
    all.push_back(payload.first(length));
    payload = payload.subspan(length);
  }
  if (!payload.empty())
    return unexpected(agreement_codec_errc::malformed);
  return all;
}

} // namespace troupe::brb
