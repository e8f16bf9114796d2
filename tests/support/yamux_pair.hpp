// SPDX-License-Identifier: BSD-3-Clause
// Two yamux sessions back to back without sockets or TLS: frames of one are taken apart by the other,
// payloads are collected per stream. The clock is the test's. Single-threaded; used by tests and the fuzz
// target.
#pragma once

#include "transport/yamux/session.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace troupe::test {

/// One end: a session, what it received, and what happened on it.
struct yamux_end {
  yamux_end(transport::yamux::role ours, const transport::yamux::session_options& options,
            std::size_t budget_bytes)
    : budget(budget_bytes), sends(budget_bytes), session(ours, options, budget, sends, time_point{}) {}

  /// Takes whole frames. Stops at an error, which it answers.
  transport::transport_errc take(byte_view frames, time_point now);
  /// All that can be sent now.
  bytes output();
  std::size_t count(transport::yamux::event_kind kind) const;

  transport::byte_budget budget;
  transport::byte_budget sends;
  transport::yamux::session session;
  bool accepts = true; ///< opened streams at once
  std::map<std::uint32_t, bytes> received;
  std::vector<transport::yamux::event> events;
};

struct yamux_pair {
  explicit yamux_pair(const transport::yamux::session_options& options = {},
                      std::size_t budget_bytes = 1u << 30)
    : dialer(transport::yamux::role::dialer, options, budget_bytes),
      listener(transport::yamux::role::listener, options, budget_bytes) {}

  /// Carries frames both ways until neither has any; `one_way` passes between sending and taking.
  transport::transport_errc run();

  yamux_end dialer;
  yamux_end listener;
  time_point now{};
  duration one_way{};
};

inline transport::transport_errc yamux_end::take(byte_view frames, time_point now) {
  const auto take_events = [this] {
    while (const auto next = session.poll()) {
      events.push_back(*next);
      if (next->kind == transport::yamux::event_kind::opened && accepts)
        session.accept(next->stream);
    }
  };
  while (frames.size() >= transport::yamux::header_size) {
    const auto next = session.receive(frames.data(), now);
    if (!next)
      return next.error();
    take_events();
    const auto payload =
      frames.subspan(transport::yamux::header_size,
                     std::min<std::size_t>(next->length, frames.size() - transport::yamux::header_size));
    if (next->stream != 0) {
      auto& to = received[next->stream];
      to.insert(to.end(), payload.begin(), payload.end());
    }
    if (payload.size() < next->length)
      return transport::transport_errc::none;
    session.payload_done();
    take_events();
    frames = frames.subspan(transport::yamux::header_size + payload.size());
  }
  return transport::transport_errc::none;
}

inline bytes yamux_end::output() {
  bytes out;
  transport::yamux::outbound_frame frame;
  while (session.next(frame)) {
    const auto at = out.size();
    out.resize(at + transport::yamux::header_size);
    transport::yamux::encode(frame.head, out.data() + at);
    if (!frame.body)
      continue;
    const auto part = frame.body->view().subspan(frame.offset, frame.head.length);
    out.insert(out.end(), part.begin(), part.end());
  }
  while (const auto next = session.poll())
    events.push_back(*next);
  return out;
}

inline std::size_t yamux_end::count(transport::yamux::event_kind kind) const {
  return static_cast<std::size_t>(
    std::count_if(events.begin(), events.end(), [&](const auto& one) { return one.kind == kind; }));
}

inline transport::transport_errc yamux_pair::run() {
  for (bool quiet = false; !quiet;) {
    quiet = true;
    for (const bool from_dialer : {true, false}) {
      const auto sent = (from_dialer ? dialer : listener).output();
      if (sent.empty())
        continue;
      quiet = false;
      now += one_way;
      if (const auto wrong = (from_dialer ? listener : dialer).take(sent, now);
          wrong != transport::transport_errc::none)
        return wrong;
    }
  }
  return transport::transport_errc::none;
}

/// The 12 bytes.
inline bytes yamux_header(transport::yamux::frame_type type, std::uint16_t flags, std::uint32_t stream,
                          std::uint32_t length) {
  bytes out(transport::yamux::header_size);
  transport::yamux::encode({type, flags, stream, length}, out.data());
  return out;
}

} // namespace troupe::test
