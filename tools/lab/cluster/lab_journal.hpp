// SPDX-License-Identifier: BSD-3-Clause
// What stands between the production store and its promise log in the laboratory: damages, tears or refuses
// single records when told to, and tells which promises have become durable. Called by the store actor.
#pragma once

#include "actors/store/promise_log.hpp"
#include "messages/types/random_stream.hpp"
#include "tools/lab/cluster/disk.hpp"

#include <functional>
#include <memory>

namespace troupe::lab {

/// A record is durable: the words of the order, even if other ones were written. Called on the store's
/// thread.
using record_told = std::function<void(byte_view record)>;

class lab_journal final : public store::promise_journal {
public:
  lab_journal(std::shared_ptr<store::promise_log> log, std::shared_ptr<record_faults> faults,
              random_stream rng, record_told stored)
    : log_(std::move(log)), faults_(std::move(faults)), rng_(rng), stored_(std::move(stored)) {}

  expected<void, store::store_errc> append(const std::vector<bytes>& records) override;
  expected<void, store::store_errc> compact(const store::live_test& live) override {
    return log_->compact(live);
  }
  std::uint64_t records() const override { return log_->records(); }
  bool failed() const override { return log_->failed(); }

private:
  bytes harmed(bytes record);

  std::shared_ptr<store::promise_log> log_;
  std::shared_ptr<record_faults> faults_;
  random_stream rng_;
  record_told stored_;
};

} // namespace troupe::lab
