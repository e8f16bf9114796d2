// SPDX-License-Identifier: BSD-3-Clause
// Where the shells of a node take what is to be checked or signed: straight to one of the crypto workers,
// with no actor in between. Which one follows from the bytes of the signature, so that a signature which
// comes again meets the worker that remembers it. What waits for a worker is counted and capped; at the cap
// the asking actor checks by itself, which slows those who feed it and nobody else.
#pragma once

#include "actors/runtime/shell/send.hpp"
#include "actors/runtime/shell/tickets.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace troupe {

/// Bytes of messages that wait for one worker. Any thread.
class check_load {
public:
  explicit check_load(std::size_t most) : most_(most) {}

  /// False, and nothing changes: there is too much already.
  bool take(std::size_t size) {
    if (waiting_.load(std::memory_order_relaxed) + size > most_)
      return false;
    waiting_.fetch_add(size, std::memory_order_relaxed);
    return true;
  }
  void give_back(std::size_t size) {
    auto now = waiting_.load(std::memory_order_relaxed);
    while (!waiting_.compare_exchange_weak(now, now - std::min(now, size), std::memory_order_relaxed))
      continue;
  }
  /// The worker begins anew: what waited for the last one is lost.
  void reset() { waiting_.store(0, std::memory_order_relaxed); }
  std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

private:
  std::size_t most_;
  std::atomic<std::size_t> waiting_{0};
};

/// What a node has signed and checked since its start, for the metrics. Any thread; outlives restarts.
struct signature_counters {
  std::atomic<std::uint64_t> made{0};
  std::atomic<std::uint64_t> checked{0}; ///< one that was found valid before is not checked again

  void signed_one() { made.fetch_add(1, std::memory_order_relaxed); }
  void checked_one() { checked.fetch_add(1, std::memory_order_relaxed); }
};

class crypto_desk {
public:
  using check_function = bool (*)(const peer_id& signer, byte_view message, byte_view signed_by_key);
  struct worker {
    crypto_handle who; ///< an address that survives its restarts
    std::shared_ptr<check_load> load;
  };

  /// For machines that never ask.
  crypto_desk() = default;
  /// `here` is what an asking actor calls at the cap.
  crypto_desk(std::vector<worker> workers, check_function here,
              std::shared_ptr<signature_counters> counted = std::make_shared<signature_counters>())
    : workers_(std::make_shared<const std::vector<worker>>(std::move(workers))), here_(here),
      counted_(std::move(counted)) {}

  /// `self` hears verified{ticket, valid}.
  template <class Self>
  void check(Self* self, verify what) const {
    if (!workers_)
      return;
    const auto& to = chosen(what.signed_by);
    const ticket_taker asker{self};
    if (to.load->take(what.message.size()))
      return send(self, to.who, verify_order{std::move(what), asker});
    counted_->checked_one();
    send(self, asker, verified{what.id, here_(what.signer, what.message, what.signed_by)});
  }

  /// `self` hears signed_off{ticket, signature}.
  template <class Self>
  void sign(Self* self, troupe::sign what) const {
    if (!workers_)
      return;
    const auto& to = chosen(what.message);
    send(self, to.who, sign_order{std::move(what), ticket_taker{self}});
  }

  const std::vector<worker>& workers() const { return *workers_; }
  const std::shared_ptr<signature_counters>& counted() const { return counted_; }

private:
  const worker& chosen(byte_view by) const {
    return (*workers_)[by.empty() ? 0 : by.front() % workers_->size()];
  }

  std::shared_ptr<const std::vector<worker>> workers_;
  check_function here_ = nullptr;
  std::shared_ptr<signature_counters> counted_;
};

/// Given to every actor whose machine uses tickets. A machine that never asks for one kind may leave that
/// part null.
struct ticket_desk {
  persist_handle store;
  crypto_desk crypto;
};

} // namespace troupe
