// SPDX-License-Identifier: BSD-3-Clause
// The movable tree: all moves in the order of their timestamps, each ignored that would put a node below
// itself. A move that arrives late is put where it belongs: the newer ones are taken back and made again.
// Source: spec: brb 4; Kleppmann et al. 2021. docs/protocols/tree.md says when the log may be cut.
#pragma once

#include "actors/datatype/data_type.hpp"
#include "actors/datatype/forest.hpp"
#include "messages/codec/tree_codec.hpp"

#include <map>
#include <set>
#include <span>

namespace troupe::tree {

constexpr std::size_t log_max = 65'536; ///< moves; `move` is refused above it
constexpr std::size_t nodes_max = 65'536;
/// How far others may be above log_max and nodes_max when they judge, so that those who move at once do not
/// wedge.
constexpr std::size_t slack = 4096;
/// How far a counter may be ahead of what a replica has seen: far more than all members together have on
/// their way, so that only a replica that is behind refuses an honest move, and only until it has caught up.
constexpr std::uint64_t counter_ahead_max = 1 << 20;

enum class tree_errc : std::uint8_t {
  source_does_not_match_op = 1, ///< a move with the timestamp of another actor
  counter_not_new = 2,          ///< not above the source's last move
  counter_ahead = 3,            ///< further ahead of what is known than counter_ahead_max
  counter_exhausted = 4,        ///< there is no higher counter
  log_full = 5,                 ///< over log_max
  too_many_nodes = 6,           ///< over nodes_max
  below_itself = 7,             ///< a command that would put a node below itself, or too deep
  unknown_source = 8,           ///< not one of options::sources
  malformed = 9,                ///< not an operation of this type
  unknown_action = 10,          ///< a command other than move
  bad_argument = 11,            ///< not CHILD PARENT [META], each is_name
};
std::string_view name(tree_errc code);

struct options {
  /// Everybody who may ever move. Empty: anybody, and then no move can be known to be the last below some
  /// timestamp, so the log is never cut.
  std::set<peer_id> sources;
};

/// Commands: `move CHILD PARENT [META]`.
class replica final : public data_type {
public:
  explicit replica(options how = {}) : options_(std::move(how)) {}

  std::unique_ptr<outlook> look_ahead(const peer_id& source) const override;
  void apply(const peer_id& source, byte_view operation) override;
  std::string read() const override { return forest_.shown(); }
  digest state() const override;
  bytes save() const override;
  bool load(byte_view saved) override;

  /// A move with what it replaced.
  struct entry {
    timestamp when;
    forest::node child;
    forest::place to;
    bool made = false;                ///< it was not ignored
    std::optional<forest::place> was; ///< of the child before, if made
  };
  std::span<const entry> log() const { return log_; } ///< oldest first

  const forest& nodes() const { return forest_; }
  /// The highest counter that was applied.
  std::uint64_t clock() const { return clock_; }
  /// The counter of the source's last move, 0 if there is none.
  std::uint64_t last_of(const peer_id& source) const;
  /// The parent of a node by name; nothing if it has none.
  std::optional<std::string> parent_of(std::string_view child) const;
  bool may_move(const peer_id& source) const {
    return options_.sources.empty() || options_.sources.contains(source);
  }

private:
  friend class saved_tree;

  void insert(entry one);
  void make(entry& one);
  void take_back(const entry& one);
  void cut();

  options options_;
  forest forest_;
  std::vector<entry> log_; ///< timestamps ascending
  std::map<peer_id, std::uint64_t> last_;
  std::uint64_t clock_ = 0;
};

} // namespace troupe::tree
