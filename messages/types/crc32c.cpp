// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/crc32c.hpp"

#include <array>

namespace troupe {
namespace {

constexpr std::uint32_t reversed_polynomial = 0x82f63b78;
constexpr std::size_t lanes = 8; ///< bytes looked up at once

using table = std::array<std::uint32_t, 256>;

/// `tables[n][b]` is what byte b does to the sum with n more bytes behind it.
constexpr std::array<table, lanes> make_tables() {
  std::array<table, lanes> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    auto remainder = i;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1) ^ ((remainder & 1) ? reversed_polynomial : 0);
    tables[0][i] = remainder;
  }
  for (std::size_t lane = 1; lane < lanes; ++lane)
    for (std::size_t i = 0; i < 256; ++i)
      tables[lane][i] = (tables[lane - 1][i] >> 8) ^ tables[0][tables[lane - 1][i] & 0xff];
  return tables;
}

constexpr auto tables = make_tables();

} // namespace

std::uint32_t crc32c(byte_view data, std::uint32_t before) {
  auto crc = ~before;
  while (data.size() >= lanes) {
    std::uint32_t next = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const auto mixed = lane < 4 ? data[lane] ^ (crc >> (8 * lane)) : data[lane];
      next ^= tables[lanes - 1 - lane][mixed & 0xff];
    }
    crc = next;
    data = data.subspan(lanes);
  }
  for (const auto byte : data)
    crc = (crc >> 8) ^ tables[0][(crc ^ byte) & 0xff];
  return ~crc;
}

} // namespace troupe
