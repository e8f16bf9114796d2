// SPDX-License-Identifier: BSD-3-Clause
// What every actor system of troupe is configured with: threads, fairness, error categories, the types that
// may leave the process.
#pragma once

#include "actors/runtime/shell/tickets.hpp"

#include <caf/actor_system_config.hpp>

#include <string>

namespace troupe {

enum class schedule : std::uint8_t {
  pool,    ///< production: a pool of threads
  virtual_ ///< simulation and tests: one thread, virtual time, runs only when told
};

struct system_options {
  schedule mode = schedule::pool;
  std::size_t threads = 0; ///< scheduler threads; 0 = min(cores, 4)
};

/// Fills `config`; further subsystems' messages are added with add_messages, their errors with
/// add_error_domain.
void configure(caf::actor_system_config& config, const system_options& options = {});

template <class Message>
void add_message(caf::actor_system_config& config) {
  if constexpr (message_traits<Message>::kind == message_kind::flat)
    config.add_message_type<Message>(std::string{message_traits<Message>::name});
}

/// Registers those of a subsystem's messages that can leave the process.
template <class... Messages>
void add_messages(caf::actor_system_config& config, message_list<Messages...>) {
  (add_message<Messages>(config), ...);
}

} // namespace troupe
