// SPDX-License-Identifier: BSD-3-Clause
// A conversation: one session machine, and an input that plays its link, its peer and its clock. Each step is
// an operation byte with an argument byte; control frames take their payload from the input too.
#include "actors/peer/session.hpp"
#include "messages/codec/frame_writer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace troupe;
using namespace troupe::peer;

namespace {

struct player {
  session machine{[] {
    session_options options;
    options.network_id = "fuzz";
    options.boot = incarnation{9};
    options.group_id = bytes(32, 1);
    return options;
  }()};
  time_point now{};
  std::uint64_t written = 0;
  bool joined = false;

  void drain() {
    while (auto effect = machine.poll()) {
      if (std::holds_alternative<session::established>(*effect)) {
        if (joined)
          std::abort(); // joined twice without an end
        joined = true;
      } else if (std::holds_alternative<session::ended>(*effect)) {
        if (!joined)
          std::abort();
        joined = false;
      } else if (auto* out = std::get_if<session::write_lane>(&*effect)) {
        written += out->frames->size();
      }
    }
    if (machine.snapshot().lanes.size() > 2)
      std::abort();
  }
};

void control(player& on, std::uint8_t kind, const std::uint8_t* data, std::size_t size) {
  session_hello hello{"fuzz",
                      1,
                      1,
                      0,
                      incarnation{size > 0 ? std::uint64_t{data[0]} + 1 : 1},
                      incarnation{kind & 8 ? 9u : 0u},
                      bytes(kind & 16 ? 32u : 0u, static_cast<std::uint8_t>(size)),
                      {{"/troupe/a/1", size > 1 ? data[1] : 0u, (kind & 4) != 0}}};
  session_ack ack{{{"/troupe/a/1", size > 0 ? data[0] : 0u, (kind & 4) != 0}}};
  const auto own = (kind & 1) != 0 ? encode(hello) : encode(ack);
  const std::uint16_t type = (kind & 1) != 0 ? 0x0101 : 0x0102;
  if ((kind & 2) != 0) {
    on.machine.control_frame(type, own->view().subspan(8), on.now);
    return;
  }
  const auto raw = chunk::copy_of({data, size});
  on.machine.control_frame(static_cast<std::uint16_t>(0x0101 + kind / 4 % 4), raw->view(), on.now);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  player on;
  const auto a = on.machine.mount({"/troupe/a/1", delivery::reliable, 4096}, on.now);
  const auto b = on.machine.mount({"/troupe/b/1", delivery::ephemeral, 4096}, on.now);
  for (std::size_t at = 0; at + 1 < size;) {
    const std::uint8_t what = data[at];
    const std::uint8_t arg = data[at + 1];
    at += 2;
    const auto lane = (arg & 1) != 0 ? *b : *a;
    switch (what % 12) {
    case 0:
      on.machine.link_up(on.now);
      break;
    case 1:
      on.machine.link_down((arg & 1) != 0, on.now);
      break;
    case 2:
      on.machine.control_opened(on.now);
      break;
    case 3:
      on.machine.control_closed((arg & 1) != 0, on.now);
      break;
    case 4: {
      const std::size_t n = std::min<std::size_t>(arg, size - at);
      control(on, what / 12, data + at, n);
      at += n;
      break;
    }
    case 5:
      on.machine.lane_opened(lane, on.now);
      break;
    case 6:
      on.machine.lane_closed(lane, (arg & 2) != 0, on.now);
      break;
    case 7:
      on.machine.drained(lane, on.written, on.now);
      break;
    case 8:
      static_cast<void>(on.machine.send(lane, single_frame(7, bytes(arg * 4u)), on.now));
      break;
    case 9: {
      frame_run run;
      run.first = arg;
      run.items.resize(what / 12 + 1u);
      run.wire_size = run.items.size() * 24;
      const auto taken = on.machine.receive(lane, run, on.now);
      if (taken.skip + taken.take > run.items.size())
        std::abort();
      break;
    }
    case 10:
      on.machine.expire(timer_id{arg % 5u}, on.now);
      break;
    default:
      on.now += std::chrono::milliseconds{arg * 16};
      break;
    }
    on.drain();
  }
  return 0;
}
