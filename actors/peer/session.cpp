// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/session.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe::peer {
namespace {

constexpr timer_id hello_timer{1};
constexpr timer_id ack_timer{2};
constexpr timer_id repair_timer{3};
constexpr timer_id reopen_timer{4};

} // namespace

session::lane& session::at(slot which) {
  TROUPE_ASSERT(which.value() < lanes_.size());
  return lanes_[which.value()];
}

session::lane* session::named(std::string_view protocol) {
  for (auto& l : lanes_)
    if (l.options.protocol == protocol)
      return &l;
  return nullptr;
}

bool session::remote_named(std::string_view protocol) const {
  return std::find(remote_lanes_.begin(), remote_lanes_.end(), protocol) != remote_lanes_.end();
}

std::optional<slot> session::find(std::string_view protocol) const {
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    if (lanes_[i].mounted && lanes_[i].options.protocol == protocol)
      return slot{static_cast<std::uint32_t>(i)};
  return std::nullopt;
}

std::optional<slot> session::mount(session_lane_options options, time_point now) {
  if (options.protocol.empty() || options.protocol.size() > session_name_max)
    return std::nullopt;
  auto* known = named(options.protocol);
  if (!known) {
    if (lanes_.size() == session_lanes_max)
      return std::nullopt;
    const send_lane out{options.mode, options.retained_max, options_.share};
    const receive_lane in{options.mode};
    lanes_.reserve(lanes_.size() + 1); // not twice of it: there is a session for each peer
    lanes_.push_back({std::move(options), out, in});
    known = &lanes_.back();
  }
  known->mounted = true;
  known->remote_takes = phase_ == phase::up && remote_named(known->options.protocol);
  known->out.reclaim_credit();
  give_credit(*known);
  announce(now);
  if (phase_ == phase::up)
    open_lanes();
  return slot_of(*known);
}

void session::unmount(slot which, time_point now) {
  at(which).mounted = false;
  announce(now);
}

void session::trace(std::string text) {
  effects_.push(note{note::level::trace, std::move(text)});
}

void session::ensure(timer_id timer, bool& armed, duration after) {
  if (!armed)
    effects_.push(arm{timer, after});
  armed = true;
}

// ---- link and hello

void session::link_up(time_point now) {
  if (phase_ != phase::down)
    link_down(true, now);
  phase_ = phase::opening;
  answered_ = false;
  hellos_ = 0;
  hello_wait_ = hello_every;
  greeting_since_ = now;
  effects_.push(arm{hello_timer, hello_wait_});
  effects_.push(open_control{});
}

void session::link_down(bool replaced, time_point) {
  if (phase_ == phase::down)
    return;
  phase_ = phase::down;
  for (auto& l : lanes_) {
    l.out.closed();
    l.asked_to_open = l.remote_takes = l.early = false;
  }
  for (const auto timer : {hello_timer, ack_timer, repair_timer, reopen_timer})
    effects_.push(cancel{timer});
  ack_armed_ = repair_armed_ = reopen_armed_ = false;
  if (joined_ && !replaced) {
    joined_ = false;
    effects_.push(ended{});
  }
}

void session::control_opened(time_point now) {
  if (phase_ != phase::opening)
    return;
  phase_ = phase::greeting;
  say_hello(now);
}

void session::control_closed(bool foreign, time_point now) {
  if (phase_ == phase::down || phase_ == phase::refused)
    return;
  // A stream may count as open before the peer has answered which protocols it knows.
  if (!foreign || phase_ == phase::up) {
    refuse(session_errc::control_lost, now);
    return;
  }
  phase_ = phase::foreign;
  effects_.push(cancel{hello_timer});
  if (joined_) {
    joined_ = false;
    effects_.push(ended{});
  }
  effects_.push(foreign_peer{});
}

void session::say_hello(time_point now) {
  session_hello hello{options_.network_id, options_.version_min, options_.version_max, options_.features,
                      options_.boot,       remote_boot_,         options_.group_id,    {}};
  for (const auto& l : lanes_)
    if (l.mounted)
      hello.lanes.push_back({l.options.protocol, l.in.received_up_to(), false});
  hello_at_ = now;
  ++hellos_;
  effects_.push(write_control{encode(hello)});
}

void session::announce(time_point now) {
  if (!on_link())
    return;
  answered_ = false;
  hellos_ = 0;
  hello_wait_ = hello_every;
  effects_.push(arm{hello_timer, hello_wait_});
  say_hello(now);
}

void session::on_hello(const session_hello& hello, time_point now) {
  if (!agrees(hello, now))
    return;
  const bool known = hello.boot == remote_boot_;
  if (!known)
    new_incarnation(hello.boot);
  phase_ = phase::up;
  remote_group_ = hello.group_id;
  version_ = std::min(hello.version_max, options_.version_max);
  take_progress(hello.lanes, known && hello.remote_boot == options_.boot, now);
  if (phase_ != phase::up)
    return;
  if (!joined_) {
    joined_ = true;
    effects_.push(established{hello.boot, hello.features, hello.group_id});
  }
  open_lanes();
  acknowledge(true, now);
}

void session::take_progress(const std::vector<lane_progress>& progress, bool ours, time_point now) {
  remote_lanes_.clear();
  for (const auto& told : progress) {
    remote_lanes_.push_back(told.protocol);
    auto* l = named(told.protocol);
    if (!l)
      continue;
    l->remote_takes = true;
    if (ours && !progress_of(*l, told, now))
      return;
  }
}

bool session::progress_of(lane& l, const lane_progress& told, time_point now) {
  if (!l.out.acknowledged(told.received_up_to, told.resend, now)) {
    refuse(session_errc::ack_beyond, now);
    return false;
  }
  for (const auto& label : l.out.take_labels()) {
    trace("[P2P] router cmd Acked(" + label + ")");
    trace("[P2P] Got ack for packet " + label);
  }
  // What one lane gives back to the peer's share may be what another waits for.
  for (auto& each : lanes_)
    give_credit(each);
  pump(l, now);
  return true;
}

void session::open_lanes() {
  for (auto& l : lanes_)
    if (l.mounted && l.remote_takes && !l.asked_to_open) {
      l.asked_to_open = true;
      effects_.push(open_lane{slot_of(l)});
    }
}

void session::control_frame(std::uint16_t type, byte_view payload, time_point now) {
  if (phase_ == phase::opening) {
    // The peer's stream may be agreed before ours; our hello is owed all the same.
    phase_ = phase::greeting;
    say_hello(now);
  }
  if (!on_link())
    return;
  if (type == frame_type_v<wire::SessionHello>) {
    if (const auto hello = decode_session_hello(payload))
      return on_hello(*hello, now);
  } else if (type == frame_type_v<wire::SessionAck>) {
    if (const auto ack = decode_session_ack(payload))
      return on_ack(*ack, now);
  } else if (type == frame_type_v<wire::SessionClose>) {
    if (const auto close = decode_session_close(payload)) {
      effects_.push(
        note{note::level::info, "session closed by " + short_name(options_.remote) + ": " +
                                  std::string{name_of(static_cast<session_errc>(close->reason))}});
      return;
    }
  }
  refuse(session_errc::session_malformed, now);
}

// ---- lanes

void session::on_ack(const session_ack& ack, time_point now) {
  if (!answered_ && hellos_ == 1)
    for (auto& l : lanes_)
      l.out.seed_round_trip(now - hello_at_);
  answered_ = true;
  // Without the peer's hello it is unknown which incarnation the numbers speak of.
  if (phase_ != phase::up)
    return;
  for (const auto& told : ack.lanes)
    if (auto* l = named(told.protocol); l && !progress_of(*l, told, now))
      return;
}

void session::lane_opened(slot which, time_point now) {
  auto& l = at(which);
  if (!on_link() || !l.asked_to_open)
    return;
  l.out.opened();
  give_credit(l);
  pump(l, now);
}

void session::lane_closed(slot which, bool unsupported, time_point) {
  auto& l = at(which);
  if (!on_link() || !l.asked_to_open)
    return;
  l.out.closed();
  l.asked_to_open = false;
  if (unsupported)
    l.remote_takes = false;
  else
    ensure(reopen_timer, reopen_armed_, reopen_after);
}

void session::drained(slot which, std::uint64_t total, time_point now) {
  auto& l = at(which);
  l.out.drained(total, now);
  if (l.out.mode() == delivery::ephemeral)
    give_credit(l);
}

void session::pump(lane& l, time_point now) {
  if (phase_ != phase::up)
    return;
  while (auto frames = l.out.next_write(now))
    effects_.push(write_lane{slot_of(l), std::move(frames)});
  if (l.out.in_flight())
    ensure(repair_timer, repair_armed_, repair_every);
}

void session::give_credit(lane& l) {
  if (const auto bytes = l.out.take_credit(); bytes > 0)
    effects_.push(credit{slot_of(l), bytes});
}

admission session::send(slot which, chunk_ptr frames, time_point now, std::vector<std::string> labels) {
  auto& l = at(which);
  const auto before = l.out.last_number();
  const auto verdict = l.out.push(std::move(frames), std::move(labels));
  if (verdict != admission::taken)
    return verdict;
  frames_taken_ += l.out.last_number() - before;
  pump(l, now);
  return verdict;
}

accepted session::receive(slot which, const frame_run& run, time_point now) {
  auto& l = at(which);
  if (phase_ != phase::up) {
    l.early = l.early || on_link();
    return {};
  }
  const auto taken = l.in.receive(run.first, run.items.size(), run.wire_size, now);
  if (l.in.ack_due())
    acknowledge(false, now);
  else if (l.in.ack_pending())
    ensure(ack_timer, ack_armed_, ack_delay);
  return taken;
}

void session::acknowledge(bool all, time_point now) {
  session_ack ack;
  for (auto& l : lanes_) {
    if (std::exchange(l.early, false))
      l.in.receive_early();
    if (l.in.mode() == delivery::ephemeral || !(all || l.in.ack_pending()))
      continue;
    const auto number = l.in.received_up_to();
    ack.lanes.push_back({l.options.protocol, number, l.in.acknowledge(now)});
  }
  if (all || !ack.lanes.empty())
    effects_.push(write_control{encode(ack)});
}

// ---- time

void session::expire(timer_id timer, time_point now) {
  if (timer == ack_timer) {
    ack_armed_ = false;
    if (phase_ == phase::up)
      acknowledge(false, now);
  } else if (timer == repair_timer) {
    repair_armed_ = false;
    for (auto& l : lanes_) {
      l.out.repair(now);
      pump(l, now);
    }
  } else if (timer == reopen_timer) {
    reopen_armed_ = false;
    if (phase_ == phase::up)
      open_lanes();
  } else if (timer == hello_timer && (phase_ == phase::opening || on_link())) {
    if (phase_ != phase::up && now - greeting_since_ >= hello_limit)
      return refuse(session_errc::hello_timeout, now);
    if (phase_ == phase::up && answered_)
      return;
    if (phase_ != phase::opening)
      say_hello(now);
    hello_wait_ = std::min(2 * hello_wait_, hello_every_max);
    effects_.push(arm{hello_timer, hello_wait_});
  }
}

session_state session::snapshot() const {
  session_state state{joined_, phase_ == phase::foreign, remote_boot_, version_, {}};
  for (const auto& l : lanes_)
    state.lanes.push_back({l.options.protocol, l.out.last_number(), l.out.acked(), l.in.received_up_to(),
                           l.out.retained(), l.out.dropped(), l.in.duplicates(), l.in.gaps()});
  return state;
}

} // namespace troupe::peer
