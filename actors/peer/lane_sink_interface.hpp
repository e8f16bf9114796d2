// SPDX-License-Identifier: BSD-3-Clause
// From frames to typed messages: builds the sink of a lane. Each payload is verified once, here, and travels
// from here on as flat<T> or batch<T>, with the credit it came on. Runs inside the peer actor.
#pragma once

#include "actors/peer/peer_signals.hpp"
#include "actors/runtime/shell/send.hpp"
#include "actors/runtime/shell/typed.hpp"
#include "messages/types/flat.hpp"

#include <functional>
#include <utility>

namespace troupe::peer {

template <class Message>
struct sunk;
template <class Table>
struct sunk<flat<Table>> {
  using table = Table;
  static constexpr bool batched = false;
};
template <class Table>
struct sunk<batch<Table>> {
  using table = Table;
  static constexpr bool batched = true;
};

/// Sends item `at` and, for a batch, those of the same type that follow it; `at` moves behind what was sent.
/// False: not verified.
template <class Message, class Handle>
bool sink_some(const Handle& to, const received& how, const frame_run& run, std::size_t& at) {
  using table = typename sunk<Message>::table;
  if constexpr (!sunk<Message>::batched) {
    const auto& item = run.items[at++];
    auto message = flat<table>::adopt(run.owner, run.owner->data() + item.offset, item.length);
    if (!message)
      return false;
    post(to, how, std::move(*message));
    return true;
  } else {
    std::vector<typename batch<table>::item> items;
    items.reserve(run.items.size() - at);
    for (; at < run.items.size() && run.items[at].type == frame_type_v<table>; ++at) {
      const auto& item = run.items[at];
      if (!flat<table>::adopt(run.owner, run.owner->data() + item.offset, item.length))
        return false;
      items.push_back({item.offset, item.length});
    }
    post(to, how, batch<table>{run.owner, std::move(items)});
    return true;
  }
}

/// A sink that verifies each frame as one of `Messages`, by its type, and sends (received, message) to the
/// handle. flat<T> sends one message a frame, batch<T> one for each stretch of frames of that type.
template <class... Messages, class Handle>
std::function<bool(const received&, const frame_run&)> deliver_to(Handle to) {
  return [to](const received& how, const frame_run& run) {
    for (std::size_t at = 0; at < run.items.size();) {
      const auto type = run.items[at].type;
      const bool good =
        ((type == frame_type_v<typename sunk<Messages>::table> && sink_some<Messages>(to, how, run, at)) ||
         ...);
      if (!good)
        return false;
    }
    return true;
  };
}

/// The handler of a batch<Table>, made from one of a single message, which hears them in order. A run of small
/// messages then costs one hop between threads instead of one each; if the handler throws, the rest of the
/// batch goes down with its actor, as its mailbox does.
template <class Table, class Handler>
auto each_of(Handler one) {
  return [one = std::move(one)](const received& how, const batch<Table>& all) {
    for (std::size_t i = 0; i < all.size(); ++i)
      one(how, all[i]);
  };
}

} // namespace troupe::peer
