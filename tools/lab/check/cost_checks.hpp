// SPDX-License-Identifier: BSD-3-Clause
// Checks of what a protocol costs that must not: memory that grows for ever, answers out of all proportion,
// connections for single messages. Asked for by name, as the bounds are those of small experiments.
// Source: spec: brb 6, defects B8, B9 and B13.
#pragma once

#include "tools/lab/check/check.hpp"

#include <map>

namespace troupe::lab {

class history_check final : public check {
public:
  static constexpr std::size_t kept_max = 128;

  history_check() : check("bounded-history") {}
  void look(const cluster& nodes, duration at) override;

private:
  std::size_t most_ = 0;
};

class answers_check final : public check {
public:
  static constexpr std::size_t frames_max = 100;
  static constexpr duration window = std::chrono::milliseconds{100};

  answers_check() : check("bounded-answers") {}
  bool hears_frames() const override { return true; }
  void heard(const frame_seen& what) override;

private:
  struct burst {
    duration since{};
    std::size_t frames = 0;
  };
  std::map<std::pair<node_index, node_index>, burst> now_; ///< by sender and receiver
  std::size_t most_ = 0;
};

class connections_check final : public check {
public:
  connections_check() : check("few-connections") {}
  void look(const cluster& nodes, duration at) override;
};

} // namespace troupe::lab
