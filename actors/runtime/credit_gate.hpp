// SPDX-License-Identifier: BSD-3-Clause
// Bounded credit between local actors, whose mailboxes have no bound: a sender takes units before it sends,
// the consumer gives them back with a credit signal once it has consumed. The unit (bytes, messages) is the
// owner's choice.
#pragma once

#include <cstddef>

namespace troupe {

class credit_gate {
public:
  explicit credit_gate(std::size_t limit) : limit_(limit), available_(limit) {}

  /// False: not that much is left; nothing was taken, and one refusal was counted. A unit larger than the
  /// whole limit may pass alone, else it could never pass.
  bool take(std::size_t units);
  /// Gives back what was taken; more than that is the consumer's error and is cut to the limit.
  void give(std::size_t units);

  bool open() const { return available_ > 0; }
  std::size_t available() const { return available_; }
  std::size_t taken() const { return taken_; }
  std::size_t refusals() const { return refusals_; }

private:
  std::size_t limit_;
  std::size_t available_;
  std::size_t taken_ = 0;
  std::size_t refusals_ = 0;
};

} // namespace troupe
