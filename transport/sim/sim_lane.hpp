// SPDX-License-Identifier: BSD-3-Clause
// One end of a simulated lane: its send queue, both windows and its handler. Owned by a sim_link; handles
// that outlive the link are inert. Credit works as in yamux: 256 KiB at first, returned at half a window,
// doubled up to the protocol's window_max.
#pragma once

#include "transport/link.hpp"
#include "transport/sim/raw_filter.hpp"

#include <deque>
#include <optional>

namespace troupe::transport {

class sim_link;

constexpr std::size_t sim_window_initial = 256 * 1024;

class sim_lane final : public lane, public std::enable_shared_from_this<sim_lane> {
public:
  sim_lane(sim_link& on, lane_id id, direction opened_by, std::string protocol, lane_handler_ptr handler)
    : link_(&on), id_(id), opened_by_(opened_by), protocol_(std::move(protocol)),
      handler_(std::move(handler)) {}

  // ---- lane
  lane_id id() const override { return id_; }
  void write(chunk_ptr bytes) override;
  void grant(std::size_t n) override;
  void finish() override;
  void reset() override { abort(transport_errc::closed_locally); }

  // ---- for sim_link, from within an event unless said otherwise
  direction opened_by() const { return opened_by_; }
  const std::string& protocol() const { return protocol_; } ///< the first proposal until one is agreed
  void agreed(std::string protocol, std::size_t window_max);
  void receive(byte_view data, std::size_t first_turn);
  void receive_credit(std::size_t n);
  void receive_finish();
  /// Tells the handler and destroys it; the lane is inert from now on.
  void close(transport_errc why);
  /// Destroys the handler without a word: its node crashed. From anywhere.
  void abandon();
  /// Ends the lane at both ends; the handler hears of it in an event of its own. From anywhere.
  void abort(transport_errc why);

  bool wants_to_send() const;
  bool queued() const { return usable() && (!queue_.empty() || finish_pending()); }
  /// Sends one piece of at most `most` bytes, or the end.
  void send_some(std::size_t most);
  /// No frame may be held back any longer. From anywhere.
  void flush_filter();

private:
  struct outgoing {
    chunk_ptr body;
    std::size_t offset = 0;
    std::size_t length = 0;
    bool silent = false;  ///< a raw duplicate: nobody wrote it
    std::size_t lost = 0; ///< a raw drop: written, not sent
  };

  bool usable() const { return link_ != nullptr && open_ && !aborted_; }
  bool finish_pending() const { return finish_asked_ && !finish_sent_; }
  void enqueue(const std::vector<raw_filter::output>& from);
  void hold_for_a_while();
  void close_if_both_finished();

  sim_link* link_; ///< null once closed
  lane_id id_;
  direction opened_by_;
  std::string protocol_;
  lane_handler_ptr handler_;
  bool open_ = false; ///< the protocol is agreed
  bool aborted_ = false;

  std::deque<outgoing> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t credit_ = sim_window_initial; ///< bytes the peer still takes
  bool finish_asked_ = false;
  bool finish_sent_ = false;
  std::optional<raw_filter> filter_;
  bool hold_armed_ = false;

  std::size_t window_ = sim_window_initial;
  std::size_t window_max_ = sim_window_initial;
  std::size_t unconsumed_ = 0; ///< committed, not granted back
  std::size_t owed_ = 0;       ///< granted back, not yet told to the peer
  bool finish_received_ = false;
};

} // namespace troupe::transport
