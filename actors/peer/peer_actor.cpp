// SPDX-License-Identifier: BSD-3-Clause
// Translation between the machines of one peer (link_set, session, dialler, presence), its links and the
// peers actor.
#include "actors/peer/peer_actor.hpp"

#include "actors/peer/lane_handlers.hpp"
#include "actors/peer/link_set.hpp"
#include "actors/runtime/charged.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "actors/runtime/timer_table.hpp"
#include "messages/types/assert.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace troupe::peer {
namespace {

using transport::transport_errc;

constexpr timer_id linger_timer{21};
constexpr duration linger =
  std::chrono::minutes{5}; // a peer that comes back within finds its lanes as they were
constexpr duration mismatch_wait = std::chrono::minutes{1}; // before dialling a peer of another kind again

bool unsupported(transport_errc why) {
  return why == transport_errc::protocol_unknown || why == transport_errc::refused;
}
bool with_the_link(transport_errc why) {
  return why == transport_errc::link_closed || why == transport_errc::connection_lost ||
         why == transport_errc::stopped;
}

class peer_shell {
public:
  using self_base = peer_inside::base;

  peer_shell(self_base* self, node_context context, peer_setup setup)
    : self_(self), context_(std::move(context)), setup_(std::move(setup)), remote_(setup_.session.remote),
      share_(setup_.retained), session_(with_share(setup_.session)), dialler_(context_.rng.split("dial")),
      links_(setup_.self < remote_) {}

  void start() {
    for (const auto& spec : setup_.lanes)
      take(mount_lane{spec});
    if (setup_.banned_until)
      dialler_.hold(*setup_.banned_until, now());
    if (setup_.kept)
      dialler_.keep(setup_.kept->addresses, now());
    arm_timer({linger_timer, linger});
    drain();
  }

  template <class Input>
  void feed(Input&& input) {
    charged_to(remote_, [&] {
      read_drained();
      take(input);
      drain();
    });
  }

  void wake(const timer_fired& fired) {
    timers_.fired(fired.at);
    charged_to(remote_, [&] {
      read_drained();
      while (const auto timer = timers_.due(now())) {
        session_.expire(*timer, now());
        dialler_.expire(*timer, now());
        links_.expire(*timer, now());
        if (*timer == linger_timer && links_.size() == 0 && !dialler_.snapshot().kept)
          tell(idle{});
        drain();
      }
      call_me();
    });
  }

private:
  struct outgoing {
    transport::lane_ptr lane;
    drain_counter drained;
    std::shared_ptr<void> counted; ///< among the lanes that are open
  };

  session_options with_share(session_options options) {
    options.share = &share_;
    return options;
  }
  std::shared_ptr<void> counted_lane() const {
    ++setup_.counters->lanes_open;
    return {nullptr, [counters = setup_.counters](void*) { --counters->lanes_open; }};
  }

  time_point now() const { return context_.clock->now(); }
  template <class News>
  void tell(News news) {
    send(self_, setup_.news, peer_news{remote_, std::move(news)});
  }

  // ---- orders

  void take(peer_order& order) {
    std::visit([this](auto& what) { take(what); }, order.what);
  }
  void take(take_link& came) {
    const auto which = came.link->id();
    const bool by_us = came.link->dialled() == transport::direction::outbound;
    if (came.ends_dial)
      dialler_.dial_ended(true, now());
    open_.insert_or_assign(which, came);
    timers_.cancel(linger_timer);
    dialler_.linked(now());
    links_.up(which, by_us, now());
  }
  void take(dial_missed_for_peer&) { dialler_.dial_ended(false, now()); }
  void take(keep_peer& kept) { dialler_.keep(kept.addresses, now()); }
  void take(drop_peer&) {
    dialler_.forget();
    links_.close_all(transport_errc::closed_locally);
  }
  void take(ban_peer& ban) {
    dialler_.hold(ban.until, now());
    links_.close_all(transport_errc::misbehaved);
  }
  void take(mount_lane order) {
    const auto made =
      session_.mount({order.spec->protocol, order.spec->mode, order.spec->retained_max}, now());
    if (!made) {
      context_.line(log_level::error, "cannot mount " + order.spec->protocol +
                                        ": 32 lanes are mounted, or its name is too long");
      return;
    }
    specs_.resize(std::max<std::size_t>(specs_.size(), made->value() + 1));
    out_.resize(specs_.size());
    specs_[made->value()] = order.spec;
  }
  void take(unmount& gone) {
    if (const auto lane = session_.find(gone.protocol))
      session_.unmount(*lane, now());
  }
  void take(set_group& order) { session_.set_group({order.group.begin(), order.group.end()}, now()); }
  void take(send_frames& sent) {
    const auto lane = session_.find(sent.protocol);
    if (!lane) {
      setup_.counters->dropped(frame_drop::not_mounted);
      context_.line(log_level::error, "dropped frames for " + sent.protocol + ": it is not mounted");
      return;
    }
    const auto before = session_.frames_taken();
    const auto verdict = session_.send(*lane, std::move(sent.frames), now(), std::move(sent.labels));
    setup_.counters->frames_sent.fetch_add(session_.frames_taken() - before, std::memory_order_relaxed);
    if (verdict != admission::taken)
      note_drop(verdict, sent.protocol);
  }

  void note_drop(admission verdict, const std::string& protocol) {
    if (verdict == admission::malformed) {
      setup_.counters->dropped(frame_drop::malformed);
      context_.line(log_level::error, "dropped what is no frame for " + protocol);
    } else if (verdict == admission::full) {
      setup_.counters->dropped(frame_drop::lane_full);
      context_.line(log_level::debug, "dropped frames for " + protocol + ": its lane is full");
    } else if (verdict == admission::over_budget) {
      setup_.counters->dropped(frame_drop::over_budget);
      context_.line(log_level::debug, "dropped frames for " + protocol + ": too much is unacknowledged");
    }
  }

  // ---- the link

  void take(link_event& event) {
    std::visit([this](auto& what) { take(what); }, event.what);
  }
  bool bound(link_id on) const { return links_.bound() == on; }

  void take(identity_came& came) {
    dialler_.learn(came.told->listen_addresses);
    tell(came);
    if (bound(came.on))
      presence_.told(std::move(came.told));
  }
  void take(link_went& went) {
    links_.down(went.which, now());
    open_.erase(went.which);
  }
  void take(stream_opened& opened) {
    if (!bound(opened.on))
      return;
    if (opened.protocol == session_protocol) {
      control_ = opened.lane;
      for (auto& frame : held_control_)
        control_->write(std::move(frame));
      held_control_.clear();
      session_.control_opened(now());
    } else if (const auto lane = session_.find(opened.protocol)) {
      out_[lane->value()] = {opened.lane, opened.drained, counted_lane()};
      session_.lane_opened(*lane, now());
    }
  }
  void take(stream_closed& closed) {
    if (!bound(closed.on) || with_the_link(closed.why))
      return;
    if (closed.protocol == session_protocol) {
      control_ = nullptr;
      session_.control_closed(unsupported(closed.why), now());
    } else if (const auto lane = session_.find(closed.protocol)) {
      out_[lane->value()] = {};
      session_.lane_closed(*lane, unsupported(closed.why), now());
    }
  }
  void take(bytes_refused& refused) {
    context_.line(log_level::warn,
                  "malformed frames on " + refused.protocol + ": " + std::string{name_of(refused.why)});
    if (bound(refused.on))
      session_.refuse(session_errc::frame_malformed, now());
  }
  void take(run_came& came) {
    if (!bound(came.on))
      return;
    if (came.protocol == session_protocol) {
      for (const auto& item : came.run.items)
        session_.control_frame(item.type, came.run.payload(item), now());
      return;
    }
    const auto lane = session_.find(came.protocol);
    if (!lane)
      return;
    const auto part = session_.receive(*lane, came.run, now());
    auto& items = came.run.items;
    items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(part.skip));
    items.resize(part.take);
    came.run.first += part.skip;
    if (part.take > 0 && !sunk(specs_[lane->value()]->sink, came))
      session_.refuse(session_errc::message_refused, now());
  }
  bool sunk(const decltype(lane_spec::sink)& sink, run_came& came) {
    try {
      return !sink || sink({remote_, std::move(came.credit)}, came.run);
    } catch (...) {
      session_.refuse(session_errc::handler_crashed, now());
      drain();
      throw;
    }
  }
  void read_drained() {
    for (std::size_t i = 0; i < out_.size(); ++i)
      if (out_[i].drained)
        session_.drained(slot{static_cast<std::uint32_t>(i)},
                         out_[i].drained->load(std::memory_order_relaxed), now());
  }

  // ---- effects

  void drain() {
    if (std::exchange(draining_, true))
      return;
    while (drain_one(links_) || drain_one(session_) || drain_one(dialler_) || drain_one(presence_))
      continue;
    draining_ = false;
    call_me();
  }
  template <class Machine>
  bool drain_one(Machine& machine) {
    auto effect = machine.poll();
    if (effect)
      std::visit([this](auto& one) { this->serve(one); }, *effect);
    return effect.has_value();
  }
  void call_me() {
    if (const auto at = timers_.wake())
      send_after(self_, handle<takes<timer_fired>>{self_}, *at - now(), timer_fired{*at});
  }
  void arm_timer(const arm& timer) { TROUPE_ASSERT(timers_.arm(timer.timer, now() + timer.after)); }

  void serve(const arm& timer) { arm_timer(timer); }
  void serve(const cancel& timer) { timers_.cancel(timer.timer); }
  void serve(const note& line) { context_.line(static_cast<log_level>(line.severity), line.text); }

  void serve(const link_set::bind&) {
    control_ = nullptr;
    held_control_.clear();
    std::fill(out_.begin(), out_.end(), outgoing{});
    session_.link_up(now());
  }
  void serve(const link_set::unbind&) {
    control_ = nullptr;
    std::fill(out_.begin(), out_.end(), outgoing{});
    session_.link_down(false, now());
    dialler_.unlinked(now());
    presence_.unlinked();
    arm_timer({linger_timer, linger});
  }
  void serve(const link_set::close& order) {
    if (const auto known = open_.find(order.link); known != open_.end())
      known->second.link->close(order.why);
  }

  take_link* bound_link() {
    const auto known = links_.bound() ? open_.find(*links_.bound()) : open_.end();
    return known == open_.end() ? nullptr : &known->second;
  }
  void open_stream_of(const std::string& protocol) {
    if (auto* on = bound_link())
      on->link->open({protocol}, std::make_unique<frame_lane_out>(on->link->id(), protocol, on->port));
  }
  void serve(const session::open_control&) { open_stream_of(session_protocol); }
  void serve(const session::open_lane& order) { open_stream_of(specs_[order.lane.value()]->protocol); }
  void serve(session::write_control& order) {
    if (control_)
      control_->write(std::move(order.frame));
    else if (held_control_.size() < held_control_max)
      held_control_.push_back(std::move(order.frame));
  }
  void serve(session::write_lane& order) {
    if (const auto& to = out_[order.lane.value()].lane)
      to->write(std::move(order.frames));
  }
  void serve(const session::established& up) {
    context_.line(log_level::debug, "session up with " + short_name(remote_));
    ++setup_.counters->sessions;
    links_.settled(now());
    presence_.established(up.remote);
  }
  void serve(const session::foreign_peer&) {
    links_.settled(now());
    presence_.foreign();
  }
  void serve(const session::ended&) { presence_.ended(); }
  void serve(const session::close_link& order) {
    context_.line(log_level::info,
                  "closing the session with " + short_name(remote_) + ": " + std::string{name_of(order.why)});
    setup_.counters->refused(order.why);
    tell(complaint{order.why});
    if (is_mismatch(order.why))
      dialler_.hold(now() + mismatch_wait, now());
    links_.close_all(transport_errc::closed_locally);
  }
  void serve(const session::credit& given) {
    if (const auto& credit = specs_[given.lane.value()]->credit)
      credit(remote_, given.bytes);
  }
  void serve(dialler::dial& order) { tell(want_dial{std::move(order.addresses)}); }
  template <class Said>
    requires std::same_as<Said, presence::say_joined> || std::same_as<Said, presence::say_identified> ||
             std::same_as<Said, presence::say_left>
  void serve(Said& said) {
    tell(std::move(said));
  }

  self_base* self_;
  node_context context_;
  peer_setup setup_;
  peer_id remote_;
  retained_share share_;
  session session_;
  dialler dialler_;
  link_set links_;
  presence presence_;
  timer_table timers_;
  std::map<link_id, take_link> open_;
  std::vector<std::shared_ptr<const lane_spec>> specs_; // by slot
  std::vector<outgoing> out_;                           // by slot
  transport::lane_ptr control_;
  std::vector<chunk_ptr> held_control_;
  bool draining_ = false;
};

struct peer_state {
  std::optional<peer_shell> shell;
  static inline const char* name = "peer";
};

peer_inside::behavior_type peer_actor(self_ptr<peer_inside, peer_state> self, node_context context,
                                      peer_setup setup) {
  self->state.shell.emplace(self, std::move(context), std::move(setup)).start();
  return {[self](link_event& event) { self->state.shell->feed(event); },
          [self](peer_order& order) { self->state.shell->feed(order); },
          [self](send_frames& sent) { self->state.shell->feed(sent); },
          [self](const timer_fired& fired) { self->state.shell->wake(fired); }};
}

} // namespace

peer_handle spawn_peer(caf::actor_system& system, std::shared_ptr<io_unit> unit, node_context context,
                       peer_setup setup) {
  return spawn_pinned(system, std::move(unit), std::move(context), peer_actor, std::move(setup));
}

} // namespace troupe::peer
