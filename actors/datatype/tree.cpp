// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/tree.hpp"

#include <algorithm>
#include <limits>

namespace troupe::tree {
namespace {

class mover_outlook final : public data_type::outlook {
public:
  mover_outlook(const replica& of, const peer_id& source) : of_(of), source_(source) {}

  expected<bytes, std::string> prepare(const command& what) const override {
    const auto op = read(what);
    const auto wrong = op ? judge(*op, log_max, nodes_max) : std::optional{op.error()};
    if (wrong)
      return unexpected(std::string{name(*wrong)});
    return encode(*op);
  }

  std::optional<std::string> admit(byte_view operation) override {
    const auto op = decode(operation);
    const auto wrong =
      op ? judge(*op, log_max + slack, nodes_max + slack) : std::optional{tree_errc::malformed};
    if (wrong)
      return std::string{name(*wrong)};
    underway_ = op->when.counter;
    return std::nullopt;
  }

private:
  std::uint64_t known() const { return std::max(underway_, of_.clock()); }

  expected<move, tree_errc> read(const command& what) const {
    if (what.action != "move")
      return unexpected(tree_errc::unknown_action);
    const auto& given = what.arguments;
    if (given.size() < 2 || given.size() > 3 || given[0].empty() || given[1].empty() ||
        !is_name(given[0], name_size_max) || !is_name(given[1], name_size_max) ||
        (given.size() == 3 && !is_name(given[2], meta_size_max)))
      return unexpected(tree_errc::bad_argument);
    if (known() == std::numeric_limits<std::uint64_t>::max())
      return unexpected(tree_errc::counter_exhausted);
    const auto child = of_.nodes().find(given[0]);
    const auto parent = of_.nodes().find(given[1]);
    if (given[0] == given[1] || (child && parent && !of_.nodes().takes(*child, *parent)))
      return unexpected(tree_errc::below_itself);
    return move{{known() + 1, source_}, given[0], given[1], given.size() == 3 ? given[2] : ""};
  }

  std::optional<tree_errc> judge(const move& op, std::size_t most_moves, std::size_t most_nodes) const {
    if (op.when.actor != source_)
      return tree_errc::source_does_not_match_op;
    if (!of_.may_move(source_))
      return tree_errc::unknown_source;
    if (op.when.counter <= std::max(underway_, of_.last_of(source_)))
      return tree_errc::counter_not_new;
    if (op.when.counter > known() && op.when.counter - known() > counter_ahead_max)
      return tree_errc::counter_ahead;
    if (of_.log().size() >= most_moves)
      return tree_errc::log_full;
    const bool more = !of_.nodes().find(op.child) || !of_.nodes().find(op.parent);
    if (more && of_.nodes().size() + 2 > most_nodes)
      return tree_errc::too_many_nodes;
    return std::nullopt;
  }

  const replica& of_;
  peer_id source_;
  std::uint64_t underway_ = 0; ///< the counter of the source's last move on its way
};

} // namespace

std::string_view name(tree_errc code) {
  switch (code) {
  case tree_errc::source_does_not_match_op:
    return "SourceDoesNotMatchOp";
  case tree_errc::counter_not_new:
    return "CounterNotNew";
  case tree_errc::counter_ahead:
    return "CounterAhead";
  case tree_errc::counter_exhausted:
    return "CounterExhausted";
  case tree_errc::log_full:
    return "LogFull";
  case tree_errc::too_many_nodes:
    return "TooManyNodes";
  case tree_errc::below_itself:
    return "BelowItself";
  case tree_errc::unknown_source:
    return "UnknownSource";
  case tree_errc::malformed:
    return "Malformed";
  case tree_errc::unknown_action:
    return "UnknownAction";
  case tree_errc::bad_argument:
    return "BadArgument";
  }
  return "Unknown";
}

std::unique_ptr<data_type::outlook> replica::look_ahead(const peer_id& source) const {
  return std::make_unique<mover_outlook>(*this, source);
}

std::uint64_t replica::last_of(const peer_id& source) const {
  const auto found = last_.find(source);
  return found == last_.end() ? 0 : found->second;
}

std::optional<std::string> replica::parent_of(std::string_view child) const {
  const auto number = forest_.find(child);
  if (!number || !forest_.place_of(*number))
    return std::nullopt;
  return forest_.name_of(forest_.place_of(*number)->parent);
}

// What decides here must come from the source's own operations alone: those of others arrive in any order.
void replica::apply(const peer_id& source, byte_view operation) {
  const auto op = decode(operation);
  if (!op || op->when.actor != source || !may_move(source) || op->when.counter <= last_of(source))
    return;
  last_[source] = op->when.counter;
  clock_ = std::max(clock_, op->when.counter);
  entry one{op->when, forest_.number_of(op->child), {forest_.number_of(op->parent), op->meta}, false, {}};
  insert(std::move(one));
  cut();
}

void replica::insert(entry one) {
  const auto newer =
    std::upper_bound(log_.begin(), log_.end(), one.when,
                     [](const timestamp& when, const entry& other) { return when < other.when; });
  const auto at = newer - log_.begin();
  for (auto undone = log_.end(); undone != newer;)
    take_back(*--undone);
  log_.insert(newer, std::move(one));
  for (auto redone = log_.begin() + at; redone != log_.end(); ++redone)
    make(*redone);
}

void replica::make(entry& one) {
  one.made = forest_.takes(one.child, one.to.parent);
  if (!one.made)
    return;
  one.was = forest_.place_of(one.child);
  forest_.put(one.child, one.to);
}

void replica::take_back(const entry& one) {
  if (one.made)
    forest_.put(one.child, one.was);
}

// Every source counts upwards, so what is not above the last counter of any of them can have nothing inserted
// before it any more. That follows from what was applied alone, hence replicas agree on it.
void replica::cut() {
  if (options_.sources.empty() || last_.size() < options_.sources.size())
    return;
  auto settled = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [source, counter] : last_)
    settled = std::min(settled, counter);
  const auto kept =
    std::ranges::find_if(log_, [settled](const entry& one) { return one.when.counter > settled; });
  log_.erase(log_.begin(), kept);
}

} // namespace troupe::tree
