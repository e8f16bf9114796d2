// SPDX-License-Identifier: BSD-3-Clause
// What the laboratory sees of nodes from outside, at the seams they share with the world: their disk, their
// lanes, their log. Checks are made on these. Order: as it happened; times count from the start of the run.
#pragma once

#include "messages/crypto/sha256.hpp"
#include "tools/lab/run/run_record.hpp"

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::lab {

/// The operation `sequence` of a node, counted from 1.
struct slot {
  node_index source = 0;
  std::uint64_t sequence = 0;
  friend auto operator<=>(const slot&, const slot&) = default;
};
std::string text(const slot& which); ///< "n2.7"

/// What a slot holds is named by a digest that is equal for equal contents; the same one in all of these.

/// The node has stored that it vouches for this content and no other.
struct locked {
  slot where;
  digest what{};
};
/// `to` received the node's word for this content.
struct echoed {
  slot where;
  digest what{};
  node_index to = 0;
};
struct delivered {
  slot where;
  digest what{};
  std::vector<std::string> commands; ///< "add 3", in order; empty text for what is no operation
};
/// The node has stored a checkpoint that covers the slot and all before it of its source.
struct covered {
  slot up_to;
};
/// The node has stored a vote of its own, and casts it.
struct voted {
  digest vote{};
};
/// The node has stored how a generation was decided: the digest names the changes, and these votes brought it
/// about, the one that sums them up first.
struct decided {
  std::uint64_t generation = 0;
  digest changes{};
  std::vector<std::pair<node_index, digest>> votes;
};
/// One of its actors was made to crash, and why.
struct injected {
  std::string what;
};
/// Something that must not happen: a crash nobody caused, a supervisor out of restarts, an actor that had to
/// be killed.
struct misfortune {
  std::string what;
};
/// A life begins; what its disk holds follows as if it happened now.
struct started {};
struct stopped {};

struct observation {
  duration at{};
  node_index node = 0;
  std::variant<locked, echoed, delivered, covered, voted, decided, injected, misfortune, started, stopped>
    what;
};

/// A frame between two nodes that arrived, or was lost.
struct frame_seen {
  node_index from = 0;
  node_index to = 0;
  std::string_view name; ///< "brb.echo"; lives as long as the program
  std::size_t bytes = 0; ///< of the payload
  duration sent{};
  duration received{};
  bool lost = false;
};

/// Hears of everything, on the laboratory's own thread.
class witness {
public:
  virtual ~witness() = default;
  virtual void saw(const observation& what) = 0;
  virtual void passed(const frame_seen& what) = 0;
};

} // namespace troupe::lab
