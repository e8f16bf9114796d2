// SPDX-License-Identifier: BSD-3-Clause
// Who the nodes of a run are: keys and addresses by number, and numbers by peer id. Made once, then only
// read.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/types/multiaddr.hpp"
#include "messages/types/random_stream.hpp"
#include "tools/lab/run/run_record.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::lab {

class directory {
public:
  /// Keys are drawn from `rng` by the node's name, so they are the same in every run of a seed.
  directory(std::size_t nodes, const random_stream& rng);

  std::size_t size() const { return nodes_.size(); }
  const peer_id& id(node_index which) const { return nodes_[which].id; }
  const key_pair& key(node_index which) const { return nodes_[which].key; }
  std::optional<node_index> find(const peer_id& who) const;
  /// Where the node listens; set before others are told of it.
  const multiaddr& address(node_index which) const { return nodes_[which].address; }
  void locate(node_index which, multiaddr at) { nodes_[which].address = std::move(at); }

private:
  struct entry {
    key_pair key;
    peer_id id;
    multiaddr address;
  };
  std::vector<entry> nodes_;
  std::map<peer_id, node_index> numbers_;
};

} // namespace troupe::lab
