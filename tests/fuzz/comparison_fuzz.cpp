// SPDX-License-Identifier: BSD-3-Clause
// One member of four in brb 1.0.10 or in Bracha's broadcast, honest or lying, talks to this input: the first
// byte picks it, then each byte says what happens. Signatures always hold, so that the input gets past them.
// Whatever comes, an operation of a source is delivered once and in its order, and what can be read is
// written again byte for byte.
#include "tools/lab/algorithm/bracha_packet.hpp"
#include "tools/lab/algorithm/broadcast.hpp"
#include "tools/lab/algorithm/original_packet.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

using namespace troupe;
using namespace troupe::lab;

namespace {

constexpr std::size_t steps_max = 300;

peer_id member(std::size_t i) {
  return public_key::from_ed25519({static_cast<std::uint8_t>(i + 1)}).id();
}

std::unique_ptr<broadcast> choose(std::uint8_t choice) {
  broadcast_options options{member(0),
                            {[](byte_view) { return signature{}; },
                             [](const peer_id&, byte_view, byte_view by) { return by[0] == 0; }},
                            {0, {member(0), member(1), member(2), member(3)}}};
  const bool original = choice % 2 == 0;
  const auto how = static_cast<lie>(choice / 2 % 6);
  if (how > lie::outsider)
    return original ? make_original(std::move(options)) : make_bracha(std::move(options));
  return original ? make_original_liar(std::move(options), how) : make_bracha_liar(std::move(options), how);
}

void check_codecs(byte_view packet) {
  if (const auto got = original::decode(packet))
    if (!std::ranges::equal(original::encode(got->source, got->dest, got->by, original::encode(got->content)),
                            packet))
      std::abort();
  if (const auto got = bracha::decode(packet))
    if (!std::ranges::equal(bracha::encode(*got), packet))
      std::abort();
}

struct talk {
  std::unique_ptr<broadcast> machine;
  std::map<peer_id, std::uint64_t> delivered;
  std::uint64_t generation = 0;
  bytes last; // the newest packet it sent, for sending it back

  void drain() {
    while (auto effect = machine->poll()) {
      if (auto* out = std::get_if<broadcast::send>(&*effect)) {
        check_codecs(out->packet);
        last = std::move(out->packet);
      } else if (const auto* got = std::get_if<broadcast::deliver>(&*effect)) {
        if (got->sequence != ++delivered[got->source])
          std::abort();
      }
    }
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  byte_view rest{data, size};
  const auto next = [&rest]() -> std::uint8_t {
    if (rest.empty())
      return 0;
    const auto value = rest.front();
    rest = rest.subspan(1);
    return value;
  };
  talk one{choose(next()), {}, 0, {}};
  for (std::size_t step = 0; step < steps_max && !rest.empty(); ++step) {
    const auto choice = next();
    const auto from = member(choice / 8 % 5);
    if (choice % 8 == 0) {
      one.machine->resend();
    } else if (choice % 8 == 1) {
      static_cast<void>(one.machine->execute(rest.first(std::min<std::size_t>(rest.size(), choice / 8))));
    } else if (choice % 8 == 2) {
      one.machine->install({++one.generation, {member(0), member(1), from}});
    } else if (choice % 8 == 3) {
      one.machine->catch_up(from);
    } else if (choice % 8 == 4) {
      one.machine->handle(from, bytes{one.last});
    } else {
      const auto length = std::min<std::size_t>(next() + 256U * (choice % 8 - 5U), rest.size());
      check_codecs(rest.first(length));
      one.machine->handle(from, rest.first(length));
      rest = rest.subspan(length);
    }
    one.drain();
  }
  static_cast<void>(one.machine->snapshot());
  return 0;
}
