// SPDX-License-Identifier: BSD-3-Clause
// The one I/O thread of a network and what its connections share: the event loop, the inbox through which
// other threads reach it (one wake-up per burst), the big buffers, and the turn: after each burst of reads,
// or after the inbox, hooks run and the connections touched are flushed. No timer delays output. Source: spec
// link; design 9.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/time.hpp"
#include "transport/tls/engine.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace troupe::transport {

/// Something with output to hand to a socket at the end of a turn.
class flushable {
public:
  virtual ~flushable() = default;
  virtual void flush() = 0;
};

class io_loop {
public:
  io_loop();
  ~io_loop();
  io_loop(const io_loop&) = delete;
  io_loop& operator=(const io_loop&) = delete;

  /// Starts the thread; what was posted before runs first.
  void start();
  /// Ends the thread after what is queued; what is posted later is dropped. Not from the thread itself.
  void stop();

  // ---- any thread
  bool on_thread() const { return std::this_thread::get_id() == thread_id_.load(std::memory_order_relaxed); }
  void post(std::function<void()> task);
  static time_point now();

  // ---- the I/O thread
  boost::asio::io_context& context() { return *context_; }
  void at_turn_end(std::function<void()> hook) { hooks_.push_back(std::move(hook)); }
  void flush_later(std::shared_ptr<flushable> what) { dirty_.push_back(std::move(what)); }
  void end_turn();

  tls::io_buffers cipher; ///< what engines encrypt into, emptied before anyone else's turn
  bytes received;         ///< what sockets are read into
  bytes staging;          ///< small frames gathered into one TLS record

private:
  void serve();
  void wake();
  void drain();

  std::unique_ptr<boost::asio::io_context> context_;
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_{};
  std::mutex mutex_;
  std::vector<std::function<void()>> inbox_;
  bool woken_ = false;
  bool stopped_ = false;
  std::vector<std::function<void()>> hooks_;
  std::vector<std::shared_ptr<flushable>> dirty_;
  std::vector<std::shared_ptr<flushable>> flushing_;
};

} // namespace troupe::transport
