// SPDX-License-Identifier: BSD-3-Clause
// An observer and a lane handler that record what they are told, for the contract suite. Handlers run on the
// network's thread and tests on another one (over tcp), hence the locks: read through with() only.
#pragma once

#include "transport/network.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

/// A value behind a lock.
template <class T>
class guarded {
public:
  template <class Use>
  auto with(Use use) {
    const std::lock_guard guard{mutex_};
    return use(value_);
  }

private:
  std::mutex mutex_;
  T value_;
};

/// What a lane's handler was told.
struct lane_record {
  transport::lane_ptr self;
  std::string protocol;
  bytes received;
  std::size_t drained = 0;
  std::size_t granted = 0;
  std::size_t unconsumed_peak = 0;
  std::size_t turns = 0;
  bool finished = false;
  std::optional<transport::transport_errc> closed;
  std::vector<std::string> violations; ///< of the order that transport/link.hpp promises
};
using lane_log = std::shared_ptr<guarded<lane_record>>;

struct probe_options {
  bool grants = true;                                  ///< returns credit at the end of each turn
  std::size_t room = 7919;                             ///< bytes prepare offers
  std::function<void(transport::lane&)> on_finished{}; ///< called on the network's thread
  std::function<void(transport::lane&, byte_view)> on_bytes{};
};

inline lane_log make_lane_log() {
  return std::make_shared<guarded<lane_record>>();
}
transport::lane_handler_ptr make_probe(lane_log log, probe_options options = {});

/// What a network's observer was told.
struct network_record {
  struct up {
    transport::link_ptr link;
    std::optional<dial_id> dialled;
  };
  struct down {
    link_id id;
    transport::transport_errc why;
  };
  std::vector<up> ups;
  std::vector<down> downs;
  std::map<dial_id, transport::transport_errc> failures;
  std::map<link_id, transport::identity> identified; ///< what was told last
  std::vector<std::string> violations;               ///< a second link_up, a link_down without one ...
};

class observer_probe final : public transport::network_observer {
public:
  void link_up(const transport::link_ptr& up, std::optional<dial_id> dialled) override;
  void link_identified(const transport::link_ptr& on, const transport::identity& told) override;
  void link_down(const transport::link_ptr& down, transport::transport_errc why) override;
  void dial_failed(dial_id id, const transport::transport_error& why) override;

  guarded<network_record> log;
};

/// A protocol whose inbound lanes are recorded, in the order they came.
class lane_server {
public:
  /// `refuse` makes accept answer null.
  transport::protocol offer(std::vector<std::string> ids, transport::protocol_limits limits = {},
                            probe_options how = {}, bool refuse = false);
  std::size_t count();
  lane_log at(std::size_t i);

private:
  std::shared_ptr<guarded<std::vector<lane_log>>> lanes_ = std::make_shared<guarded<std::vector<lane_log>>>();
};

/// Bytes of a stream whose every position is recognisable: `size` of them from position `from` on.
bytes pattern(std::size_t from, std::size_t size);

} // namespace troupe::test
