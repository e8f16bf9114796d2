// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/signature_cost.hpp"

#include "messages/crypto/keys.hpp"
#include "messages/types/assert.hpp"

#include <chrono>

namespace troupe::bench {
namespace {

constexpr int repetitions = 500;

template <class Work>
double microseconds(Work work) {
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < repetitions; ++i)
    work();
  const std::chrono::duration<double, std::micro> all = std::chrono::steady_clock::now() - begun;
  return all.count() / repetitions;
}

} // namespace

signature_cost measure_signature_cost() {
  const auto key = key_pair::generate();
  const bytes message(32, 7);
  auto seal = key.sign(message);
  const auto sign_us = microseconds([&] { seal = key.sign(message); });
  const auto verify_us = microseconds([&] { TROUPE_ASSERT(verify_ed25519(key.id(), message, seal)); });
  return {sign_us, verify_us};
}

} // namespace troupe::bench
