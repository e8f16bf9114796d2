// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/trailing_state.hpp"

#include "actors/datatype/ledger.hpp"
#include "messages/types/assert.hpp"

#include <stdexcept>

namespace troupe::brb {

const delivered_vector& base_state::delivered() const {
  static const delivered_vector nothing;
  return proof ? proof->what.delivered : nothing;
}

trailing_state::trailing_state(maker make, base_state base)
  : make_(make), base_(std::move(base)), delivered_(base_.delivered()) {
  replay_from_base();
}

void trailing_state::replay_from_base() {
  replica_ = make_();
  if (base_.saved && !replica_->load(*base_.saved))
    throw std::invalid_argument{"the saved state of the checkpoint is not one of this data type"};
  position_ = base_.delivered();
}

void trailing_state::delivered(const certificate_ptr& what) {
  auto& reached = delivered_[what->header.source];
  if (what->header.sequence != reached + 1)
    return;
  ++reached;
  ++since_;
  since_base_[what->header.source].push_back(what);
}

std::optional<state_at> trailing_state::at(const delivered_vector& wanted) {
  if (!covers(delivered_, wanted) || !covers(wanted, base_.delivered()))
    return std::nullopt;
  if (last_ && last_->reached == wanted)
    return last_;
  if (!covers(wanted, position_))
    replay_from_base();
  for (const auto& [source, sequence] : wanted) {
    const auto from = brb::at(base_.delivered(), source);
    for (auto& done = position_[source]; done < sequence; ++done)
      datatype::apply_batch(*replica_, *since_base_.at(source).at(static_cast<std::size_t>(done - from)));
  }
  auto saved = std::make_shared<const bytes>(replica_->save());
  const auto id = sha256(*saved);
  return last_ = state_at{wanted, std::move(saved), id};
}

void trailing_state::rebase(base_state to) {
  TROUPE_ASSERT(to.proof && covers(delivered_, to.delivered()));
  for (auto& [source, certificates] : since_base_) {
    auto dropped = brb::at(to.delivered(), source) - brb::at(base_.delivered(), source);
    since_ -= dropped;
    for (; dropped > 0; --dropped)
      certificates.pop_front();
  }
  base_ = std::move(to);
  // A proposal we looked at may be ahead of the one that made it.
  if (!covers(position_, base_.delivered()))
    replay_from_base();
}

} // namespace troupe::brb
