// SPDX-License-Identifier: BSD-3-Clause
// README's example of embedding, word for word below the line; system: readme_test compares and runs it.
// ----
#include "node/node.hpp"
#include <iostream>

int main() {
  using outcome = troupe::node::outcome;
  troupe::runtime runtime;                              // threads, shared by all nodes of the process
  auto node = troupe::node::start(runtime, {}).value(); // a fresh key, a free port on loopback
  troupe::ask<outcome>([&](auto done) { node->trust(node->self(), done); }).value();
  troupe::ask<outcome>([&](auto done) { node->add(3, done, troupe::brb::answer_when::delivered); }).value();
  const auto agreed = troupe::ask<std::set<std::uint64_t>>([&](auto done) { node->read(done); });
  std::cout << *agreed.begin() << '\n';
}
