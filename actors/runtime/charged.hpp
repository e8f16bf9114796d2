// SPDX-License-Identifier: BSD-3-Clause
// Who pays for a crash. A handler of remote input runs its work through charged_to; what it throws then names
// the peer, which is disconnected and scored, while the supervisor restarts the actor without counting it
// (design 7).
#pragma once

#include "messages/types/peer_id.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace troupe {

class charged_crash : public std::runtime_error {
public:
  charged_crash(const peer_id& peer, const std::string& what) : std::runtime_error(what), peer_(peer) {}
  const peer_id& peer() const { return peer_; }

private:
  peer_id peer_;
};

/// Runs `work`, which handles an input that came from `peer`. The innermost charge wins.
template <class Work>
decltype(auto) charged_to(const peer_id& peer, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const charged_crash&) {
    throw;
  } catch (const std::exception& crash) {
    throw charged_crash{peer, crash.what()};
  } catch (...) {
    throw charged_crash{peer, "an exception of unknown type"};
  }
}

} // namespace troupe
