// SPDX-License-Identifier: BSD-3-Clause
// Who is below whom: names to numbers, each node's place, and the moves that change it and can be taken back.
// No clock and no log. Owned by tree::replica. Source: spec: brb 4; Kleppmann et al. 2021.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tree {

/// Steps from a node to its root that a move looks at: what is deeper can be moved away, but nothing below
/// it.
constexpr std::size_t depth_max = 256;

class forest {
public:
  using node = std::uint32_t;

  struct place {
    node parent;
    std::string meta;

    friend bool operator==(const place&, const place&) = default;
  };

  forest() = default;
  forest(forest&&) = default;
  forest& operator=(forest&&) = default;

  /// The number of a name, a new one if need be.
  node number_of(std::string_view name);
  std::optional<node> find(std::string_view name) const;
  const std::string& name_of(node which) const { return *names_[which]; }
  std::size_t size() const { return names_.size(); }

  /// Nothing for a node that was never placed: it is a root.
  const std::optional<place>& place_of(node which) const { return places_[which]; }
  void put(node child, std::optional<place> where) { places_[child] = std::move(where); }

  /// Whether the child may go there: not below itself, and not deeper than depth_max.
  bool takes(node child, node parent) const;
  /// All of it as one line: `{root: {docs: {a [draft]}, pics}}`, names ascending.
  std::string shown() const;
  /// Every node that was placed, names ascending.
  std::vector<node> placed() const;

private:
  std::map<std::string, node, std::less<>> numbers_;
  std::vector<const std::string*> names_; ///< into numbers_
  std::vector<std::optional<place>> places_;
};

} // namespace troupe::tree
