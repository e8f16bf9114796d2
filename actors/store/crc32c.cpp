// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/crc32c.hpp"

#include <array>

namespace troupe::store {
namespace {

constexpr std::uint32_t reversed_polynomial = 0x82f63b78;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    auto remainder = i;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1) ^ ((remainder & 1) ? reversed_polynomial : 0);
    table[i] = remainder;
  }
  return table;
}

constexpr auto table = make_table();

} // namespace

std::uint32_t crc32c(byte_view data, std::uint32_t before) {
  auto crc = ~before;
  for (const auto byte : data)
    crc = (crc >> 8) ^ table[(crc ^ byte) & 0xff];
  return ~crc;
}

} // namespace troupe::store
