// SPDX-License-Identifier: BSD-3-Clause
// The three kinds of message and no others (design 4): flat<T>, batch<T>, local signals. A type that is none
// of them does not compile into a message, and every subsystem lists what it sends, so that a test can print
// the list by kind.
#pragma once

#include "messages/types/flat.hpp"

#include <string_view>
#include <vector>

namespace troupe {

/// The name of a local signal. Specialise it directly behind the declaration of each one:
/// `template <> inline constexpr std::string_view signal_name<left> = "peer.left";`. Signals never leave the
/// process.
template <class Signal>
inline constexpr std::string_view signal_name{};

/// The name of a flat<Table> on the cluster plane: part of each message there, so short and final.
template <class Table>
inline constexpr std::string_view flat_name{};

template <class T>
concept local_signal = !signal_name<T>.empty();

enum class message_kind : std::uint8_t { flat, batch, signal };

template <class T>
struct message_traits; // no definition: the type is no message

template <class Table>
struct message_traits<flat<Table>> {
  static constexpr message_kind kind = message_kind::flat;
  static constexpr std::string_view name = flat_name<Table>;
};

template <class Table>
struct message_traits<batch<Table>> {
  static constexpr message_kind kind = message_kind::batch;
  static constexpr std::string_view name = flat_name<Table>;
};

template <local_signal T>
struct message_traits<T> {
  static constexpr message_kind kind = message_kind::signal;
  static constexpr std::string_view name = signal_name<T>;
};

/// What a subsystem sends; it declares `using messages = message_list<...>` in its interface header.
template <class... Messages>
struct message_list {
  static_assert((!message_traits<Messages>::name.empty() && ...),
                "a flat<T> or batch<T> without flat_name<T>");
};

struct listed_message {
  std::string_view name;
  message_kind kind;
};

template <class... Messages>
void append_listing(std::vector<listed_message>& listing, message_list<Messages...>) {
  (listing.push_back({message_traits<Messages>::name, message_traits<Messages>::kind}), ...);
}

} // namespace troupe
