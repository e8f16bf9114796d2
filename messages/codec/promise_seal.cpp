// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/promise_seal.hpp"

#include "messages/coding/crc32c.hpp"

namespace troupe {
namespace {

constexpr std::size_t kind_at = 1, head_sum_at = 2, body_sum_at = 4;

void put(bytes& out, std::size_t at, std::uint32_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint32_t get(byte_view data, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= std::uint32_t{data[at + i]} << (8 * i);
  return value;
}

std::uint32_t head_sum(byte_view record) {
  return crc32c(record.subspan(body_sum_at, 4), crc32c(record.first(head_sum_at))) & 0xffff;
}

std::uint32_t body_sum(byte_view record) {
  return crc32c(record.subspan(promise_head_size), crc32c(record.first(head_sum_at)));
}

} // namespace

bytes seal_promise(std::uint8_t kind, byte_view body) {
  bytes out(promise_head_size, 0);
  out[0] = sealed_promise_version;
  out[kind_at] = kind;
  out.insert(out.end(), body.begin(), body.end());
  put(out, body_sum_at, body_sum(out), 4);
  put(out, head_sum_at, head_sum(out), 2);
  return out;
}

promise_seal look_at_seal(byte_view record) {
  if (record.size() < promise_head_size)
    return promise_seal::damaged;
  if (record[0] != sealed_promise_version)
    return promise_seal::whole;
  if (get(record, head_sum_at, 2) != head_sum(record))
    return promise_seal::damaged;
  if (get(record, body_sum_at, 4) == body_sum(record))
    return promise_seal::whole;
  return record[kind_at] == delivered_promise_kind ? promise_seal::lost_delivery : promise_seal::damaged;
}

} // namespace troupe
