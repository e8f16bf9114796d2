// SPDX-License-Identifier: BSD-3-Clause
// One session with one troupe peer: the hello, the lanes with their numbers, acknowledgements and repeats,
// over whatever link is bound to it at the moment. It outlives links: what was retained is sent again on the
// next one. Pure; the shell is peer_actor. It survives loss, duplication and reordering of single frames on
// every lane, its own control stream included: hello is repeated until acknowledged, acknowledgements are
// cumulative. docs/protocols/session.md.
#pragma once

#include "actors/peer/receive_lane.hpp"
#include "actors/peer/send_lane.hpp"
#include "actors/peer/session_errc.hpp"
#include "actors/runtime/machine.hpp"
#include "messages/codec/frame_reader.hpp"
#include "messages/codec/session_codec.hpp"

#include <string>
#include <variant>
#include <vector>

namespace troupe::peer {

using slot =
  strong<struct slot_tag, std::uint32_t>; ///< a lane of one session, counted from 0 in the order of mounting

struct session_options {
  peer_id remote;
  std::string network_id;
  std::uint16_t version_min = 1;
  std::uint16_t version_max = 1;
  std::uint64_t features = 0;
  incarnation boot;                ///< unique for each life of this session object
  bytes group_id;                  ///< empty or 32 bytes; peers that name another one are refused
  retained_share* share = nullptr; ///< outlives the session; null: no budget beside those of the lanes
};

struct session_lane_options {
  std::string protocol;
  delivery mode = delivery::reliable;
  std::size_t retained_max = 4u << 20;
};

struct session_lane_state {
  std::string protocol;
  std::uint64_t sent = 0;
  std::uint64_t acked = 0;
  std::uint64_t received = 0;
  std::size_t retained = 0;
  std::uint64_t dropped = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t gaps = 0;
};

struct session_state {
  bool joined = false;
  bool foreign = false;
  incarnation remote;
  std::uint16_t version = 0;
  std::vector<session_lane_state> lanes;
};

class session {
public:
  static constexpr duration ack_delay = std::chrono::milliseconds{100};
  static constexpr duration repair_every = std::chrono::milliseconds{250};
  static constexpr duration reopen_after = std::chrono::seconds{1};
  static constexpr duration hello_every = std::chrono::seconds{1};
  static constexpr duration hello_every_max = std::chrono::seconds{8};
  static constexpr duration hello_limit = std::chrono::seconds{30};

  // Effects beside those of every machine.
  struct open_control {};
  struct write_control {
    chunk_ptr frame;
  };
  struct open_lane {
    slot lane;
  };
  struct write_lane {
    slot lane;
    chunk_ptr frames;
  };
  /// Hellos agree: the session is up. Not repeated when a link is replaced within one pair of incarnations.
  struct established {
    incarnation remote;
    std::uint64_t features;
    bytes group_id;
  };
  /// The peer does not speak the session protocol.
  struct foreign_peer {};
  /// The session that was established is over.
  struct ended {};
  struct close_link {
    session_errc why;
  };
  /// So much more may be sent on a lane.
  struct credit {
    slot lane;
    std::size_t bytes; ///< in the unit of credit_cost
  };
  using effect = std::variant<arm, cancel, note, open_control, write_control, open_lane, write_lane,
                              established, foreign_peer, ended, close_link, credit>;

  explicit session(session_options options) : options_(std::move(options)) {}

  void start(time_point) {}

  /// Adds a lane; nothing if the cap of 32 is reached. A protocol mounted before keeps its slot. Announced to
  /// the peer if a link is up.
  std::optional<slot> mount(session_lane_options lane, time_point now);
  void unmount(slot lane, time_point now);
  std::optional<slot> find(std::string_view protocol) const;

  /// Our voting group is settled. Told to the peer, whose own is judged again.
  void set_group(bytes group_id, time_point now);

  void link_up(time_point now);
  /// `replaced`: another link_up follows at once, so the session itself goes on.
  void link_down(bool replaced, time_point now);
  void control_opened(time_point now);
  /// `foreign`: the peer does not speak /troupe/session/1 at all.
  void control_closed(bool foreign, time_point now);
  void control_frame(std::uint16_t type, byte_view payload, time_point now);
  void lane_opened(slot lane, time_point now);
  void lane_closed(slot lane, bool unsupported, time_point now);
  /// `total` bytes of the lane's present stream have left our queue. Cheap; called before other inputs of the
  /// lane.
  void drained(slot lane, std::uint64_t total, time_point now);

  /// `labels`: noted once what they name is acknowledged.
  admission send(slot lane, chunk_ptr frames, time_point now, std::vector<std::string> labels = {});
  /// Frames that send() has taken so far, of all lanes.
  std::uint64_t frames_taken() const { return frames_taken_; }
  accepted receive(slot lane, const frame_run& run, time_point now);
  /// Ends the link with a named reason, told to the peer.
  void refuse(session_errc why, time_point now);

  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }
  session_state snapshot() const;
  bool is_joined() const { return joined_; }

private:
  enum class phase : std::uint8_t { down, opening, greeting, up, foreign, refused };
  struct lane {
    session_lane_options options;
    send_lane out;
    receive_lane in;
    bool mounted = true;
    bool remote_takes = false;
    bool asked_to_open = false;
    bool early = false;
  };

  bool on_link() const { return phase_ == phase::greeting || phase_ == phase::up; }
  lane& at(slot which);
  slot slot_of(const lane& l) const { return slot{static_cast<std::uint32_t>(&l - lanes_.data())}; }
  lane* named(std::string_view protocol);
  bool remote_named(std::string_view protocol) const;
  void say_hello(time_point now);
  void announce(time_point now);
  void on_hello(const session_hello& hello, time_point now);
  void on_ack(const session_ack& ack, time_point now);
  bool agrees(const session_hello& hello, time_point now);
  bool same_group(const bytes& theirs) const {
    return theirs.empty() || options_.group_id.empty() || theirs == options_.group_id;
  }
  void new_incarnation(incarnation boot);
  void take_progress(const std::vector<lane_progress>& progress, bool ours, time_point now);
  bool progress_of(lane& l, const lane_progress& progress, time_point now);
  void acknowledge(bool all, time_point now);
  void pump(lane& l, time_point now);
  void give_credit(lane& l);
  void open_lanes();
  void ensure(timer_id timer, bool& armed, duration after);
  void trace(std::string text);

  session_options options_;
  phase phase_ = phase::down;
  bool joined_ = false;
  bool answered_ = false;                 // our hello has been acknowledged on this link
  incarnation remote_boot_;               // 0 = never met
  std::vector<std::string> remote_lanes_; // that its last hello named
  bytes remote_group_;
  std::uint16_t version_ = 0;
  time_point hello_at_{};
  std::uint32_t hellos_ = 0;
  duration hello_wait_ = hello_every;
  time_point greeting_since_{};
  bool ack_armed_ = false;
  bool repair_armed_ = false;
  bool reopen_armed_ = false;
  std::uint64_t frames_taken_ = 0;
  std::vector<lane> lanes_;
  effect_queue<effect> effects_;
};

} // namespace troupe::peer
