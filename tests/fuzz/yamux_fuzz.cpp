// SPDX-License-Identifier: BSD-3-Clause
// A conversation: the input says what the local user does (open, write, grant, finish, reset, send, wait) and
// which frames a hostile peer sends, whole or nonsense. The session must keep its caps and its books whatever
// comes.
#include "messages/types/assert.hpp"
#include "tests/support/yamux_pair.hpp"

using namespace troupe;
using namespace troupe::transport;

namespace {

constexpr std::size_t budget = 8u << 20;

class conversation {
public:
  conversation(byte_view script, yamux::role ours) : script_(script), end_(ours, options(), budget) {}

  void run() {
    while (!script_.empty() && step(next())) {
      TROUPE_ASSERT(end_.session.streams().inbound() <= 8 && end_.session.streams().outbound() <= 8);
      TROUPE_ASSERT(end_.budget.used() <= budget && end_.sends.used() <= budget);
      end_.received.clear();
      end_.events.clear();
    }
  }

private:
  static yamux::session_options options() {
    yamux::session_options made;
    made.streams = {8, 8, 4};
    made.send_queue_max = 100'000;
    made.control_max = 16;
    made.skip_max = 4096;
    return made;
  }
  std::uint8_t next() {
    if (script_.empty())
      return 0;
    const auto first = script_.front();
    script_ = script_.subspan(1);
    return first;
  }
  std::uint32_t id() { return next() % 20; }

  /// False once the session has ended.
  bool step(std::uint8_t what) {
    auto& session = end_.session;
    now_ += std::chrono::milliseconds{what};
    switch (what % 10) {
    case 0:
      session.open();
      break;
    case 1:
      session.write(id(), chunk::copy_of(bytes(std::size_t{next()} * 256)));
      break;
    case 2:
      session.grant(id(), std::size_t{next()} * 4096, now_);
      break;
    case 3:
      session.finish(id());
      break;
    case 4:
      session.reset(id());
      break;
    case 5:
      check_output();
      break;
    case 6:
      now_ += std::chrono::seconds{next()};
      return session.tick(now_) == transport_errc::none;
    case 7:
      session.limit_window(id(), std::uint32_t{next()} << 16);
      break;
    default:
      return hostile_frame(what);
    }
    return true;
  }

  bool hostile_frame(std::uint8_t what) {
    bytes frame(yamux::header_size);
    for (auto& byte : frame)
      byte = next();
    if (what & 0x40) { // mostly well-formed: reach further than the header check
      frame[0] = 0;
      frame[1] &= 3;
      frame[2] = frame[4] = frame[5] = frame[6] = frame[8] = 0;
      frame[7] %= 20;
    }
    const auto length = std::uint32_t{frame[8]} << 24 | std::uint32_t{frame[9]} << 16 |
                        std::uint32_t{frame[10]} << 8 | frame[11];
    if (frame[1] == 0)
      frame.resize(frame.size() + std::min<std::size_t>(length, 1u << 17));
    return end_.take(frame, now_) == transport_errc::none;
  }

  void check_output() {
    const auto sent = yamux::parse_frames(end_.output());
    TROUPE_ASSERT(sent && sent->rest == 0);
  }

  byte_view script_;
  test::yamux_end end_;
  time_point now_{};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1)
    return 0;
  conversation{{data + 1, size - 1}, data[0] & 1 ? yamux::role::dialer : yamux::role::listener}.run();
  return 0;
}
