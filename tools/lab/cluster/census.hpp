// SPDX-License-Identifier: BSD-3-Clause
// Whose an actor is: every actor of the run is entered as it is spawned, by CAF's id. Thread-safe.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "tools/lab/run/run_record.hpp"

#include <mutex>
#include <optional>
#include <vector>

namespace troupe::lab {

class census {
public:
  void enter(std::uint64_t actor, node_index node) {
    const std::scoped_lock lock{guard_};
    if (actor >= owners_.size())
      owners_.resize(actor + 64, nobody);
    owners_[actor] = node;
  }
  std::optional<node_index> owner(std::uint64_t actor) const {
    const std::scoped_lock lock{guard_};
    return actor < owners_.size() && owners_[actor] != nobody ? std::optional{owners_[actor]} : std::nullopt;
  }

private:
  static constexpr node_index nobody = ~node_index{0};
  mutable std::mutex guard_;
  std::vector<node_index> owners_; ///< by id, which count up
};

/// Enters what one node spawns.
class enlisting final : public spawn_observer {
public:
  enlisting(std::shared_ptr<census> in, node_index node) : in_(std::move(in)), node_(node) {}
  void spawned(std::uint64_t actor, std::string_view) override { in_->enter(actor, node_); }

private:
  std::shared_ptr<census> in_;
  node_index node_;
};

} // namespace troupe::lab
