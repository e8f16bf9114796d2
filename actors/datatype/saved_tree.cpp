// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/saved_tree.hpp"

#include <algorithm>
#include <ranges>

namespace troupe::tree {
namespace {

constexpr std::uint8_t save_version = 1;

void put(packer& to, const forest& nodes, const forest::place& where) {
  to.text(as_bytes(nodes.name_of(where.parent))).text(as_bytes(where.meta));
}

std::optional<forest::node> read_node(unpacker& from, forest& nodes) {
  const auto name = as_text(from.text());
  if (!from.good() || name.empty() || !is_name(name, name_size_max))
    return std::nullopt;
  return nodes.number_of(name);
}

std::optional<forest::place> read_place(unpacker& from, forest& nodes) {
  const auto parent = read_node(from, nodes);
  const auto meta = as_text(from.text());
  if (!parent || !is_name(meta, meta_size_max))
    return std::nullopt;
  return forest::place{*parent, std::string{meta}};
}

/// Whether every way up ends at a root.
bool grounded(const forest& nodes) {
  std::vector<std::uint8_t> known(nodes.size());
  std::vector<forest::node> way;
  for (forest::node start = 0; start < nodes.size(); ++start) {
    way.clear();
    auto at = start;
    while (known[at] == 0) {
      known[at] = 1;
      way.push_back(at);
      if (!nodes.place_of(at))
        break;
      at = nodes.place_of(at)->parent;
      if (known[at] == 1)
        return false;
    }
    for (const auto passed : way)
      known[passed] = 2;
  }
  return true;
}

} // namespace

bytes saved_tree::of(const replica& tree) {
  packer to;
  to.u8(save_version).u32(static_cast<std::uint32_t>(tree.last_.size()));
  for (const auto& [source, counter] : tree.last_)
    to.id(source).u64(counter);
  const auto placed = tree.forest_.placed();
  to.u32(static_cast<std::uint32_t>(placed.size()));
  for (const auto node : placed) {
    to.text(as_bytes(tree.forest_.name_of(node)));
    put(to, tree.forest_, *tree.forest_.place_of(node));
  }
  to.u32(static_cast<std::uint32_t>(tree.log_.size()));
  for (const auto& one : tree.log_) {
    to.u64(one.when.counter).id(one.when.actor).text(as_bytes(tree.forest_.name_of(one.child)));
    put(to, tree.forest_, one.to);
    to.u8(one.made ? 1 : 0);
    if (!one.made)
      continue;
    to.u8(one.was ? 1 : 0);
    if (one.was)
      put(to, tree.forest_, *one.was);
  }
  return to.take();
}

bool saved_tree::read_counters(unpacker& from, replica& into) {
  for (auto left = from.u32(); left > 0 && from.good(); --left) {
    const auto source = from.id();
    const auto counter = from.u64();
    if (source.empty() || counter == 0 || !into.may_move(source))
      return false;
    into.last_[source] = counter;
    into.clock_ = std::max(into.clock_, counter);
  }
  return from.good();
}

bool saved_tree::read_places(unpacker& from, replica& into) {
  for (auto left = from.u32(); left > 0 && from.good(); --left) {
    const auto child = read_node(from, into.forest_);
    const auto where = child ? read_place(from, into.forest_) : std::nullopt;
    if (!where)
      return false;
    into.forest_.put(*child, *where);
  }
  return from.good();
}

bool saved_tree::read_log(unpacker& from, replica& into) {
  for (auto left = from.u32(); left > 0 && from.good(); --left) {
    const auto counter = from.u64();
    const auto actor = from.id();
    const auto child = read_node(from, into.forest_);
    const auto to = child ? read_place(from, into.forest_) : std::nullopt;
    if (!to || counter == 0 || counter > into.last_of(actor))
      return false;
    replica::entry one{{counter, actor}, *child, *to, from.u8() == 1, {}};
    if (!into.log_.empty() && !(into.log_.back().when < one.when))
      return false;
    if (one.made && from.u8() == 1) {
      one.was = read_place(from, into.forest_);
      if (!one.was)
        return false;
    }
    into.log_.push_back(std::move(one));
  }
  return from.done();
}

std::optional<replica> saved_tree::read(byte_view saved, const options& how) {
  replica read(how);
  unpacker from{saved};
  if (from.u8() != save_version || !read_counters(from, read) || !read_places(from, read) ||
      !read_log(from, read))
    return std::nullopt;
  // The places must be what the log makes of those before it; a log that was never cut begins with none.
  for (const auto& one : std::views::reverse(read.log_))
    read.take_back(one);
  if (!grounded(read.forest_) || (how.sources.empty() && !read.forest_.placed().empty()))
    return std::nullopt;
  for (auto& one : read.log_)
    read.make(one);
  read.cut();
  return of(read) == to_bytes(saved) ? std::optional{std::move(read)} : std::nullopt;
}

bytes replica::save() const {
  return saved_tree::of(*this);
}

bool replica::load(byte_view saved) {
  auto read = saved_tree::read(saved, options_);
  if (!read)
    return false;
  *this = std::move(*read);
  return true;
}

digest replica::state() const {
  return sha256(save());
}

} // namespace troupe::tree
