// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/stub_signatures.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

namespace {

key_pair key(std::uint8_t number) {
  std::array<std::uint8_t, 32> seed{};
  seed[0] = number;
  return key_pair::from_seed(seed);
}

} // namespace

TEST_CASE("stub signatures: hold for their signer and message only", "[unit][lab]") {
  const bytes message{1, 2, 3};
  const auto made = stub_scheme.sign(key(1), message);
  CHECK(stub_scheme.verify(key(1).id(), message, made));
  CHECK_FALSE(stub_scheme.verify(key(2).id(), message, made));
  CHECK_FALSE(stub_scheme.verify(key(1).id(), bytes{1, 2, 4}, made));
  CHECK_FALSE(stub_scheme.verify(key(1).id(), bytes{1, 2, 3, 0}, made));
  CHECK_FALSE(stub_scheme.verify(key(1).id(), message, byte_view{made}.first(63)));
}
