// SPDX-License-Identifier: BSD-3-Clause
// Keeps what it receives and sends it again: later, to others, and under the name of another group,
// generation, slot or network. Its own operations are honest, and sent again like everything else. What costs
// it points with those who take it is rare, as a peer that is banned says nothing more.
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"
#include "tools/lab/role/own_content.hpp"

namespace troupe::lab {
namespace {

constexpr std::size_t kept_max = 128;
constexpr std::size_t sent_each_tick = 2;
constexpr std::uint32_t dear = 30'000; ///< millionths of ticks with something that costs points

/// The same under another group's name, with the signatures of this one.
struct in_another_group {
  group_id name;

  brb::packet operator()(const brb::send_ptr& what) const {
    auto changed = *what;
    changed.header.group = name;
    return std::make_shared<const brb::send_message>(std::move(changed));
  }
  brb::packet operator()(const brb::fragment_ptr& what) const {
    auto changed = *what;
    changed.header.group = name;
    return std::make_shared<const brb::fragment_message>(std::move(changed));
  }
  brb::packet operator()(brb::echo_message what) const {
    what.header.group = name;
    return what;
  }
  brb::packet operator()(const brb::certificate_out& what) const {
    auto changed = *what.what;
    changed.header.group = name;
    return brb::certificate_out{std::make_shared<const brb::certificate>(std::move(changed)), true};
  }
  brb::packet operator()(brb::checkpoint_vote what) const {
    what.what.group = name;
    return what;
  }
  brb::packet operator()(const brb::checkpoint_ptr& what) const {
    auto changed = *what;
    changed.what.group = name;
    return std::make_shared<const brb::checkpoint>(std::move(changed));
  }
  template <class Message>
  brb::packet operator()(Message what) const {
    if constexpr (requires { what.group; })
      what.group = name;
    return what; // the others are about a checkpoint that this group has not made
  }
};

/// The same asked of, or vouched for by, the generation after.
struct in_another_generation {
  brb::packet operator()(const brb::send_ptr& what) const {
    auto changed = *what;
    changed.gen = changed.gen.next();
    return std::make_shared<const brb::send_message>(std::move(changed));
  }
  brb::packet operator()(brb::echo_message what) const {
    what.gen = what.gen.next();
    return what;
  }
  brb::packet operator()(const brb::certificate_out& what) const {
    auto changed = *what.what;
    changed.gen = changed.gen.next();
    return brb::certificate_out{std::make_shared<const brb::certificate>(std::move(changed)), true};
  }
  template <class Message>
  brb::packet operator()(Message what) const {
    return what;
  }
};

/// Signatures for one slot shown for the next one.
struct in_another_slot {
  brb::packet operator()(const brb::send_ptr& what) const {
    auto changed = *what;
    ++changed.header.sequence;
    return std::make_shared<const brb::send_message>(std::move(changed));
  }
  brb::packet operator()(const brb::fragment_ptr& what) const {
    auto changed = *what;
    ++changed.header.sequence;
    return std::make_shared<const brb::fragment_message>(std::move(changed));
  }
  brb::packet operator()(brb::echo_message what) const {
    ++what.header.sequence;
    return what;
  }
  brb::packet operator()(const brb::certificate_out& what) const {
    auto changed = *what.what;
    ++changed.header.sequence;
    return brb::certificate_out{std::make_shared<const brb::certificate>(std::move(changed)), true};
  }
  template <class Message>
  brb::packet operator()(Message what) const {
    return what;
  }
};

class replay final : public echoing_member {
public:
  explicit replay(role_options options) : echoing_member(std::move(options)) {
    elsewhere_ = make_group_id("elsewhere", with().voters);
  }

  void handle(const peer_id& from, const received& what) override {
    keep(what);
    echoing_member::handle(from, what);
  }

  void execute(byte_view payload) override {
    if (open_.size() >= brb::pipeline_max)
      return;
    const auto sequence = ++last_;
    const auto request =
      open_.emplace(sequence, own_content{with(), sequence, to_bytes(payload)}).first->second.request();
    keep(brb::packet{request});
    tell_voters(request);
    if (rng().chance(dear))
      tell_others(signed_elsewhere(*request));
  }

  void tick() override {
    if (kept_.empty())
      return;
    for (std::size_t i = 0; i < sent_each_tick; ++i)
      send_again(drawn());
    if (rng().chance(dear))
      send_dearly(drawn());
  }

private:
  void echoed(const peer_id& from, const brb::echo_message& what) override {
    const auto found = open_.find(what.header.sequence);
    if (found == open_.end())
      return;
    const auto proof = found->second.count(with(), from, what);
    if (!proof)
      return;
    open_.erase(found);
    keep(brb::packet{brb::certificate_out{proof, true}});
    tell_voters(brb::certificate_out{proof, true});
  }

  void keep(const received& what) {
    if (kept_.size() < kept_max)
      kept_.push_back(what);
    else
      kept_[rng().below(kept_max)] = what;
  }
  const received& drawn() { return kept_[rng().below(kept_.size())]; }
  const peer_id& somebody() { return with().others[rng().below(with().others.size())]; }

  void send_again(const received& what) {
    const auto way = rng().below(3);
    if (const auto* vote = std::get_if<membership::signed_vote_ptr>(&what)) {
      tell(somebody(), way == 0 ? *vote : relabelled(**vote, elsewhere_, (*vote)->gen));
      return;
    }
    const auto& packet = std::get<brb::packet>(what);
    const auto* request = std::get_if<brb::send_ptr>(&packet);
    const bool foreign = (request && (*request)->header.source != with().self) ||
                         std::holds_alternative<brb::fragment_ptr>(packet);
    if (way == 0 || foreign)
      tell(somebody(), std::visit(in_another_group{elsewhere_}, packet));
    else if (way == 1)
      tell(somebody(), std::visit(in_another_generation{}, packet));
    else
      tell(somebody(), packet);
  }

  /// What another source asked of us, as if it came from us.
  const brb::packet* foreign_request() {
    const auto first = rng().below(kept_.size());
    for (std::size_t i = 0; i < kept_.size(); ++i)
      if (const auto* packet = std::get_if<brb::packet>(&kept_[(first + i) % kept_.size()]))
        if (const auto* request = std::get_if<brb::send_ptr>(packet);
            request && (*request)->header.source != with().self)
          return packet;
    return nullptr;
  }

  void send_dearly(const received& what) {
    if (const auto* vote = std::get_if<membership::signed_vote_ptr>(&what))
      tell(somebody(), relabelled(**vote, (*vote)->group, (*vote)->gen.next()));
    else if (const auto* request = foreign_request(); request && rng().below(2) == 0)
      tell(somebody(), *request);
    else
      tell(somebody(), std::visit(in_another_slot{}, std::get<brb::packet>(what)));
  }

  /// With the signature of what it was.
  membership::signed_vote_ptr relabelled(const membership::signed_vote& vote, const group_id& group,
                                         generation gen) const {
    auto changed =
      vote.ballot == membership::ballot_kind::propose
        ? membership::make_proposal(with().network, group, gen, vote.voter, vote.change)
        : membership::make_ballot(with().network, group, gen, vote.voter, vote.ballot, vote.nested)
            .value_or(vote);
    changed.seal = vote.seal;
    return std::make_shared<const membership::signed_vote>(std::move(changed));
  }

  /// Our own operation as another network would want it signed.
  brb::send_ptr signed_elsewhere(const brb::send_message& what) const {
    auto changed = what;
    changed.seal = with().keys.sign(brb::header_digest("elsewhere", what.header));
    return std::make_shared<const brb::send_message>(std::move(changed));
  }

  group_id elsewhere_;
  std::vector<received> kept_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, own_content> open_;
};

} // namespace

std::unique_ptr<role> make_replay(role_options options) {
  return std::make_unique<replay>(std::move(options));
}

} // namespace troupe::lab
