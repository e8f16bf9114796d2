// SPDX-License-Identifier: BSD-3-Clause
// Two session machines over a link whose lanes may lose, duplicate and reorder single frames, and which may
// break: virtual time, one seeded generator, no actors. Used by unit tests and by the stateful fuzz target.
#pragma once

#include "actors/peer/session.hpp"
#include "messages/codec/frame_writer.hpp"
#include "messages/types/random_stream.hpp"

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

namespace troupe::peer::testing {

inline const std::string brb = "/troupe/brb/2";

using lines = std::vector<std::string>;

/// The first `n` numbers from 0 on.
inline std::vector<std::uint32_t> counted(std::uint32_t n) {
  std::vector<std::uint32_t> values(n);
  std::iota(values.begin(), values.end(), 0u);
  return values;
}

struct link_faults {
  std::uint32_t lose_per_million = 0;
  std::uint32_t duplicate_per_million = 0;
  std::uint32_t reorder_per_million = 0;
};

class session_pair {
public:
  struct side {
    std::unique_ptr<session> machine;
    std::map<timer_id, std::uint64_t> timer_epochs;
    std::map<std::string, std::vector<std::uint32_t>> delivered; ///< of the present incarnation, per protocol
    std::map<std::uint32_t, std::uint64_t> drained;
    std::map<std::uint32_t, std::string> protocols;
    std::vector<std::string> events; ///< "joined", "ended", "closed NAME"
    std::vector<std::string> notes;
    std::uint64_t boot = 0;
    std::size_t control_frames = 0;
    std::size_t credit = 0; ///< of all lanes, ever
  };

  explicit session_pair(std::uint64_t seed, link_faults faults = {}) : faults_(faults), rng_(seed) {
    for (int who = 0; who < 2; ++who)
      start(who, options(who));
  }

  static session_options options(int who) {
    session_options made;
    made.network_id = "test";
    made.boot = incarnation{static_cast<std::uint64_t>(who + 1) * 1000};
    return made;
  }

  /// A new life of one side, with `opts`; its lanes are mounted again by the caller.
  void start(int who, session_options opts) {
    auto& s = sides[who];
    s.machine = std::make_unique<session>(opts);
    s.boot = opts.boot.value();
    s.timer_epochs.clear();
    s.delivered.clear();
    s.protocols.clear();
    ++lives_[who];
    s.machine->start(now);
  }

  slot mount(int who, const std::string& protocol, delivery mode = delivery::reliable,
             std::size_t bound = 4u << 20) {
    const auto made = sides[who].machine->mount({protocol, mode, bound}, now);
    sides[who].protocols[made->value()] = protocol;
    drain(who);
    return *made;
  }

  /// Both sides mount brb and agree on a link; the first side's slot.
  slot join() {
    const auto out = mount(0, brb);
    mount(1, brb);
    connect();
    run(std::chrono::milliseconds{10});
    return out;
  }
  void connect() {
    ++epoch_;
    readers_.clear();
    for (int who = 0; who < 2; ++who) {
      sides[who].drained.clear();
      sides[who].machine->link_up(now);
    }
    drain(0);
    drain(1);
  }
  void disconnect(bool replaced = false) {
    ++epoch_;
    for (int who = 0; who < 2; ++who)
      sides[who].machine->link_down(replaced, now);
    drain(0);
    drain(1);
  }

  void settle(int who, bytes group) {
    sides[who].machine->set_group(std::move(group), now);
    drain(who);
  }
  admission send(int who, slot lane, std::uint32_t value) {
    std::uint8_t payload[4];
    std::memcpy(payload, &value, 4);
    return send(who, lane, single_frame(7, payload));
  }
  admission send(int who, slot lane, chunk_ptr frames, std::vector<std::string> labels = {}) {
    const auto verdict = sides[who].machine->send(lane, std::move(frames), now, std::move(labels));
    drain(who);
    return verdict;
  }

  /// Plays events until `span` of virtual time has passed or `done` says so.
  bool run(
    duration span, const std::function<bool()>& done = [] { return false; }) {
    const auto end = now + span;
    while (!queue_.empty() && std::get<0>(queue_.begin()->first) <= end) {
      if (done())
        return true;
      auto next = queue_.extract(queue_.begin());
      now = std::get<0>(next.key());
      next.mapped()();
    }
    now = end;
    return done();
  }

  side sides[2];
  time_point now{};
  bool silent = false; ///< lose everything
  duration latency = std::chrono::milliseconds{1};

private:
  using task = std::function<void()>;
  void at(duration after, task what) {
    queue_.emplace(std::make_tuple(now + after, ++order_), std::move(what));
  }
  /// Runs only while the same link is up.
  void on_link(duration after, task what) {
    at(after, [this, epoch = epoch_, what = std::move(what)] {
      if (epoch == epoch_)
        what();
    });
  }

  void drain(int who) {
    while (auto made = sides[who].machine->poll())
      std::visit([&](auto& e) { apply(who, e); }, *made);
  }

  void apply(int who, arm& e) {
    const auto mine = ++sides[who].timer_epochs[e.timer];
    at(e.after, [this, who, mine, timer = e.timer, life = lives_[who]] {
      if (life != lives_[who] || sides[who].timer_epochs[timer] != mine)
        return;
      sides[who].machine->expire(timer, now);
      drain(who);
    });
  }
  void apply(int who, cancel& e) { ++sides[who].timer_epochs[e.timer]; }
  void apply(int who, note& e) { sides[who].notes.push_back(e.text); }
  void apply(int who, session::open_control&) {
    on_link(latency, [this, who] {
      sides[who].machine->control_opened(now);
      drain(who);
    });
  }
  void apply(int who, session::open_lane& e) {
    on_link(latency, [this, who, lane = e.lane] {
      sides[who].drained[lane.value()] = 0;
      sides[who].machine->lane_opened(lane, now);
      drain(who);
    });
  }
  void apply(int who, session::write_control& e) {
    ++sides[who].control_frames;
    transmit(e.frame, [this, other = 1 - who](chunk_ptr frame) {
      frame_header header;
      std::memcpy(&header, frame->data(), sizeof header);
      sides[other].machine->control_frame(header.type, {frame->data() + 8, header.length}, now);
      drain(other);
    });
  }
  void apply(int who, session::write_lane& e) {
    const auto size = e.frames->size();
    on_link(latency / 2, [this, who, size, lane = e.lane] {
      sides[who].machine->drained(lane, sides[who].drained[lane.value()] += size, now);
      drain(who);
    });
    const auto protocol = sides[who].protocols.at(e.lane.value());
    transmit(e.frames,
             [this, other = 1 - who, protocol](chunk_ptr frame) { arrive(other, protocol, frame); });
  }
  void apply(int who, session::established&) { sides[who].events.push_back("joined"); }
  void apply(int who, session::foreign_peer&) { sides[who].events.push_back("foreign"); }
  void apply(int who, session::ended&) {
    sides[who].events.push_back("ended");
    sides[who].delivered.clear();
  }
  void apply(int who, session::close_link& e) {
    sides[who].events.push_back("closed " + std::string{name_of(e.why)});
  }
  void apply(int who, session::credit& e) { sides[who].credit += e.bytes; }

  void transmit(const chunk_ptr& frames, std::function<void(chunk_ptr)> deliver) {
    for (std::size_t begin = 0; begin < frames->size();) {
      frame_header header;
      std::memcpy(&header, frames->data() + begin, sizeof header);
      auto one = chunk::copy_of({frames->data() + begin, frame_size(header)});
      begin += frame_size(header);
      if (silent || rng_.chance(faults_.lose_per_million))
        continue;
      const int copies = rng_.chance(faults_.duplicate_per_million) ? 2 : 1;
      for (int i = 0; i < copies; ++i) {
        const bool late = rng_.chance(faults_.reorder_per_million);
        const auto extra = late ? std::chrono::microseconds{rng_.below(5000)} : std::chrono::microseconds{0};
        on_link(latency + extra, [deliver, one] { deliver(one); });
      }
    }
  }

  void arrive(int who, const std::string& protocol, const chunk_ptr& frame) {
    const auto lane = sides[who].machine->find(protocol);
    if (!lane)
      return;
    auto& reader = readers_.try_emplace({who, protocol}, frame_rules{1u << 20, true}).first->second;
    const auto room = reader.prepare(frame->size());
    std::memcpy(room.data(), frame->data(), frame->size());
    if (!reader.commit(frame->size()))
      std::abort();
    reader.turn_end();
    while (auto run = reader.poll()) {
      const auto taken = sides[who].machine->receive(*lane, *run, now);
      drain(who);
      for (std::size_t i = taken.skip; i < taken.skip + taken.take; ++i) {
        std::uint32_t value = 0;
        std::memcpy(&value, run->payload(run->items[i]).data(), 4);
        sides[who].delivered[protocol].push_back(value);
      }
    }
  }

  link_faults faults_;
  random_stream rng_;
  std::uint64_t epoch_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t lives_[2] = {0, 0};
  std::map<std::pair<int, std::string>, frame_reader> readers_;
  std::multimap<std::tuple<time_point, std::uint64_t>, task> queue_;
};

} // namespace troupe::peer::testing
