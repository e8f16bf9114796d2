// SPDX-License-Identifier: BSD-3-Clause
// README's example of embedding, word for word below the line; system: readme_test compares and runs it.
// ----
#include "node/node.hpp"
#include <iostream>

int main() {
  using outcome = troupe::node::outcome;
  troupe::runtime runtime;                              // threads, shared by all nodes of the process
  auto node = troupe::node::start(runtime, {}).value(); // a fresh key, a free port on loopback
  const auto trusted = troupe::ask<outcome>([&](auto done) { node->trust(node->self(), done); });
  const auto added = troupe::ask<outcome>([&](auto done) {
    node->add(3, done, troupe::brb::answer_when::delivered); // answered when the group, here of one, has agreed
  });
  if (!trusted || !added) {
    std::cerr << (trusted ? added : trusted).error().text << '\n';
    return 1;
  }
  for (const auto element : troupe::ask<std::set<std::uint64_t>>([&](auto done) { node->read(done); }))
    std::cout << element << '\n';
}
