// SPDX-License-Identifier: BSD-3-Clause
// Votes that nobody cast, in as many ways as there are rules against them; whatever is truly signed is signed
// by itself. Where there is a node outside that the group could take in, it also changes its mind: its own
// leave to one half of the members, that node's join to the other. It casts no plain proposal that honest
// members would just adopt. False signatures and malformed votes cost it points, so they are rare.
#include "tools/lab/algorithm/two_faces.hpp"
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"

namespace troupe::lab {
namespace {

using namespace membership;

constexpr std::size_t heard_max = 32;
constexpr std::uint32_t ticks_between = 4;
constexpr std::uint32_t dear = 100'000;   ///< millionths of turns that cost points
constexpr std::uint64_t far_ahead = 1000; ///< generations
constexpr std::size_t too_deep = vote_depth_max + 2;

class forge_votes final : public echoing_member {
public:
  explicit forge_votes(role_options options) : echoing_member(std::move(options)) {
    for (const auto& other : with().others)
      if (with().voters.contains(other))
        honest_.push_back(other);
      else if (outside_.empty())
        outside_ = other;
  }

  void tick() override {
    if (honest_.empty() || ++ticks_ % ticks_between != 0)
      return;
    if (!changed_mind_ && !outside_.empty())
      change_mind();
    // Drawn one after the other: the order of arguments is the compiler's. The majority comes before anything
    // else it has said could contradict it.
    const auto whom = victim();
    if (ticks_ == ticks_between)
      tell(whom, majority_of_none());
    else if (rng().chance(dear))
      tell(whom, dear_one());
    else
      tell(whom, free_one());
  }

private:
  void voted(const peer_id&, const signed_vote_ptr& vote) override {
    if (vote->group != group())
      return;
    next_ = std::max(next_, vote->gen);
    if (heard_.size() == heard_max)
      heard_.erase(heard_.begin());
    heard_.push_back(vote);
  }

  void change_mind() {
    changed_mind_ = true;
    const auto mine = own({change_kind::leave, with().self});
    const auto other = joining();
    for (const auto& member : honest_)
      tell(member, told_other_content(with().voters, with().self, member) ? other : mine);
  }

  /// Breaks a rule without breaking a signature.
  signed_vote_ptr free_one() {
    switch (rng().below(5)) {
    case 0:
      return ballot(ballot_kind::super_majority, {own(leave_victim())}); // one is no majority
    case 1:
      return twice();
    case 2:
      return ballot(ballot_kind::merge, {own(leave_victim()), own({change_kind::leave, with().self})});
    case 3:
      return sealed(make_proposal(with().network, group(), generation{next_.value() + far_ahead}, with().self,
                                  leave_victim()));
    default:
      return ballot(ballot_kind::super_majority, {ballot(ballot_kind::super_majority, {twice()})});
    }
  }

  signed_vote_ptr dear_one() {
    switch (rng().below(4)) {
    case 0:
      return in_anybodys_name();
    case 1:
      return majority_of_none();
    case 2:
      return heard_.empty() ? in_anybodys_name()
                            : ballot(ballot_kind::merge, {changed(*heard_[rng().below(heard_.size())])});
    default:
      return nested_too_deep();
    }
  }

  /// A majority that the others never were.
  signed_vote_ptr majority_of_none() {
    const auto change = leave_victim();
    std::vector<signed_vote_ptr> all{own(change)};
    for (const auto& member : honest_)
      all.push_back(in_the_name_of(member, change));
    return ballot(ballot_kind::super_majority, std::move(all));
  }

  /// Three votes for one set, all of the same voter.
  signed_vote_ptr twice() {
    const auto first = own(leave_victim());
    const auto second = ballot(ballot_kind::merge, {first});
    return ballot(ballot_kind::super_majority, {first, second, ballot(ballot_kind::merge, {second})});
  }

  /// Another change under the voter's name, with the signature of what it did vote.
  signed_vote_ptr changed(const signed_vote& vote) {
    auto made = make_proposal(with().network, group(), vote.gen, vote.voter, leave_victim());
    made.seal = vote.seal;
    return std::make_shared<const signed_vote>(std::move(made));
  }

  signed_vote_ptr in_the_name_of(const peer_id& member, const reconfig& change) const {
    auto made = make_proposal(with().network, group(), next_, member, change);
    made.seal = with().keys.sign(made.id);
    return std::make_shared<const signed_vote>(std::move(made));
  }

  /// Each level pretends to be the lowest one while the next is made, as the codec would not make it else.
  signed_vote_ptr nested_too_deep() {
    auto last = own({change_kind::leave, with().self});
    while (last->all_nested.size() + 1 < too_deep) {
      auto shallow = *last;
      shallow.depth = 1;
      last = ballot(ballot_kind::merge, {std::make_shared<const signed_vote>(std::move(shallow))});
    }
    return last;
  }

  signed_vote_ptr in_anybodys_name() {
    const auto& voter = victim();
    return in_the_name_of(voter, leave_victim());
  }

  signed_vote_ptr own(const reconfig& change) const {
    return sealed(make_proposal(with().network, group(), next_, with().self, change));
  }
  signed_vote_ptr joining() const {
    join_consent agreed{next_, next_, {}};
    agreed.seal =
      with().consent(outside_, consent_digest(with().network, group(), outside_, agreed.first, agreed.last));
    return sealed(
      make_proposal(with().network, group(), next_, with().self, {change_kind::join, outside_}, agreed));
  }
  signed_vote_ptr ballot(ballot_kind kind, std::vector<signed_vote_ptr> nested) const {
    auto made = make_ballot(with().network, group(), next_, with().self, kind, nested);
    return made ? sealed(std::move(*made)) : nested.front();
  }
  signed_vote_ptr sealed(signed_vote made) const {
    made.seal = with().keys.sign(made.id);
    return std::make_shared<const signed_vote>(std::move(made));
  }

  const peer_id& victim() { return honest_[rng().below(honest_.size())]; }
  reconfig leave_victim() { return {change_kind::leave, victim()}; }

  std::vector<peer_id> honest_;
  peer_id outside_; ///< empty: everybody is a member
  generation next_{1};
  std::vector<signed_vote_ptr> heard_;
  bool changed_mind_ = false;
  std::uint32_t ticks_ = 0;
};

} // namespace

std::unique_ptr<role> make_forge_votes(role_options options) {
  return std::make_unique<forge_votes>(std::move(options));
}

} // namespace troupe::lab
