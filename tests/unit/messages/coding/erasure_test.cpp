// SPDX-License-Identifier: BSD-3-Clause
#include "messages/coding/erasure.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace troupe;
using namespace troupe::coding;

namespace {

bytes any_payload(std::size_t size, std::uint32_t seed) {
  bytes result(size);
  for (auto& octet : result) {
    seed = seed * 1'664'525 + 1'013'904'223;
    octet = static_cast<std::uint8_t>(seed >> 24);
  }
  return result;
}

std::vector<indexed_fragment> picked(const std::vector<bytes>& all, const std::vector<std::size_t>& which) {
  std::vector<indexed_fragment> result;
  for (const auto index : which)
    result.push_back({index, all[index]});
  return result;
}

/// In GF(2^8) with polynomial 0x11d, as slowly as it is written down.
std::uint8_t times(std::uint8_t a, std::uint8_t b) {
  std::uint32_t product = 0;
  for (int bit = 0; bit < 8; ++bit)
    if ((b >> bit & 1) != 0)
      product ^= static_cast<std::uint32_t>(a) << bit;
  for (int bit = 15; bit >= 8; --bit)
    if ((product >> bit & 1) != 0)
      product ^= 0x11du << (bit - 8);
  return static_cast<std::uint8_t>(product);
}

std::uint8_t inverse(std::uint8_t of) {
  for (int one = 1; one < 256; ++one)
    if (times(of, static_cast<std::uint8_t>(one)) == 1)
      return static_cast<std::uint8_t>(one);
  return 0;
}

} // namespace

TEST_CASE("erasure: the parity fragments are those of the protocol's page", "[unit][coding]") {
  for (const erasure_code code : {erasure_code{3, 7}, {6, 16}, {2, 4}, {22, 64}}) {
    const auto payload = any_payload(code.needed * 40 - 1, 3);
    const auto fragments = encode(payload, code);
    for (std::size_t row = code.needed; row < code.total; ++row)
      for (std::size_t at = 0; at < 40; ++at) {
        std::uint8_t sum = 0;
        for (std::size_t j = 0; j < code.needed; ++j)
          sum = static_cast<std::uint8_t>(
            sum ^ times(fragments[j][at], inverse(static_cast<std::uint8_t>(row ^ j))));
        if (fragments[row][at] != sum)
          FAIL("fragment " << row << " byte " << at);
      }
  }
}

TEST_CASE("erasure: any k of n fragments give the payload back", "[unit][coding]") {
  rc::prop("for all k and n up to 21 and any k of them", [] {
    const auto total = *rc::gen::inRange<std::size_t>(1, 22);
    const auto needed = *rc::gen::inRange<std::size_t>(1, total + 1);
    const auto payload = *rc::gen::arbitrary<bytes>();
    const erasure_code code{needed, total};
    const auto fragments = encode(payload, code);
    RC_ASSERT(fragments.size() == total);
    std::vector<std::size_t> which;
    while (which.size() < needed) {
      const auto index = *rc::gen::inRange<std::size_t>(0, total);
      if (std::find(which.begin(), which.end(), index) == which.end())
        which.push_back(index);
    }
    RC_ASSERT(decode(picked(fragments, which), code, payload.size()).value() == payload);
  });
}

TEST_CASE("erasure: every code up to 21 works with its last and with mixed fragments", "[unit][coding]") {
  for (std::size_t total = 1; total <= 21; ++total)
    for (std::size_t needed = 1; needed <= total; ++needed) {
      const auto payload = any_payload(100 + needed, static_cast<std::uint32_t>(total));
      const auto fragments = encode(payload, {needed, total});
      std::vector<std::size_t> last;
      std::vector<std::size_t> ends;
      for (std::size_t i = 0; i < needed; ++i) {
        last.push_back(total - 1 - i);
        ends.push_back(i % 2 == 0 ? i / 2 : total - 1 - i / 2);
      }
      REQUIRE(decode(picked(fragments, last), {needed, total}, payload.size()).value() == payload);
      REQUIRE(decode(picked(fragments, ends), {needed, total}, payload.size()).value() == payload);
    }
}

TEST_CASE("erasure: every three of seven fragments work at sizes around vector lengths", "[unit][coding]") {
  for (const std::size_t size :
       {1U, 2U, 3U, 4U, 47U, 48U, 49U, 95U, 96U, 97U, 191U, 193U, 1000U, 65'536U, 262'144U}) {
    const auto payload = any_payload(size, 5);
    const auto fragments = encode(payload, {3, 7});
    REQUIRE(fragments[0].size() == fragment_size(size, 3));
    for (std::size_t a = 0; a < 7; ++a)
      for (std::size_t b = a + 1; b < 7; ++b)
        for (std::size_t c = b + 1; c < 7; ++c)
          REQUIRE(decode(picked(fragments, {c, a, b}), {3, 7}, size).value() == payload);
  }
}

TEST_CASE("erasure: the first fragments are the payload itself", "[unit][coding]") {
  const auto fragments = encode(bytes{1, 2, 3, 4, 5}, {3, 5});
  REQUIRE(fragments[0] == bytes{1, 2});
  REQUIRE(fragments[1] == bytes{3, 4});
  REQUIRE(fragments[2] == bytes{5, 0});
}

TEST_CASE("erasure: an empty payload has empty fragments", "[unit][coding]") {
  const auto fragments = encode({}, {2, 4});
  REQUIRE(fragments == std::vector<bytes>(4));
  REQUIRE(decode(picked(fragments, {1, 3}), {2, 4}, 0).value().empty());
}

TEST_CASE("erasure: the largest code works", "[unit][coding]") {
  const auto payload = any_payload(1000, 9);
  const erasure_code code{85, fragments_max};
  const auto fragments = encode(payload, code);
  std::vector<std::size_t> last;
  for (std::size_t i = 0; i < code.needed; ++i)
    last.push_back(fragments_max - 1 - i);
  REQUIRE(decode(picked(fragments, last), code, payload.size()).value() == payload);
}

TEST_CASE("erasure: too few fragments and wrong ones are refused by name", "[unit][coding]") {
  const erasure_code code{3, 7};
  const auto fragments = encode(any_payload(30, 1), code);
  REQUIRE(decode(picked(fragments, {0, 1}), code, 30).error() == erasure_errc::too_few);
  REQUIRE(decode(picked(fragments, {0, 1, 1, 0}), code, 30).error() == erasure_errc::too_few);
  REQUIRE(decode({}, code, 30).error() == erasure_errc::too_few);
  auto beyond = picked(fragments, {0, 1, 2});
  beyond[2].index = 7;
  REQUIRE(decode(beyond, code, 30).error() == erasure_errc::wrong_index);
  auto cut_off = picked(fragments, {0, 1, 2});
  cut_off[1].data = cut_off[1].data.first(9);
  REQUIRE(decode(cut_off, code, 30).error() == erasure_errc::wrong_length);
  REQUIRE(decode(picked(fragments, {0, 1, 2}), code, 31).error() == erasure_errc::wrong_length);
}

TEST_CASE("erasure: more fragments than needed change nothing", "[unit][coding]") {
  const auto payload = any_payload(31, 2);
  const erasure_code code{3, 7};
  const auto fragments = encode(payload, code);
  REQUIRE(decode(picked(fragments, {6, 5, 4, 3, 2, 1, 0, 0}), code, 31).value() == payload);
}
