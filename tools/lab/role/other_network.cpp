// SPDX-License-Identifier: BSD-3-Clause
// The members' keys are members of another network, too, and made certificates there: true ones, for the
// slots that come next here. Shows them as they are, which names another group, and rarely, as it costs
// points, under the name of this one.
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"

#include "actors/brb/quorum.hpp"
#include "messages/codec/orswot_codec.hpp"

namespace troupe::lab {
namespace {

constexpr std::uint32_t ticks_between_shows = 10;
constexpr std::uint32_t shows_between_dear_ones = 4;
constexpr std::uint64_t foreign_value = 424'242;
constexpr std::string_view foreign_network = "elsewhere";

class other_network final : public echoing_member {
public:
  using echoing_member::echoing_member;

  void tick() override {
    if (ticks_++ % ticks_between_shows != 0)
      return;
    const bool dear = shows_++ % shows_between_dear_ones == 0;
    for (const auto& victim : with().voters)
      if (victim != with().self)
        tell_voters(
          brb::certificate_out{made_elsewhere(victim, make_group_id(foreign_network, with().voters)), true});
    if (dear)
      tell_voters(brb::certificate_out{made_elsewhere(drawn_victim(), group()), true});
  }

private:
  peer_id drawn_victim() {
    std::vector<peer_id> all;
    for (const auto& voter : with().voters)
      if (voter != with().self)
        all.push_back(voter);
    return all.empty() ? with().self : all[rng().below(all.size())];
  }

  /// Signed by the first members that make a quorum, all of it in and for the other network.
  brb::certificate_ptr made_elsewhere(const peer_id& source, const group_id& named) const {
    const auto known = certified().find(source);
    const auto next = known == certified().end() ? 1 : known->second + 1;
    brb::certificate made;
    made.payload = orswot::encode({orswot::action::add, source, next, {foreign_value}, {}});
    made.header = {named, source, next, {}, sha256(made.payload), 1};
    made.header_seal = with().elsewhere(source, brb::header_digest(foreign_network, made.header));
    made.signers.assign((with().voters.size() + 7) / 8, 0);
    std::size_t position = 0;
    for (const auto& voter : with().voters) {
      if (position == brb::quorum(with().voters.size()))
        break;
      made.signers[position / 8] =
        static_cast<std::uint8_t>(made.signers[position / 8] | (1u << (position % 8)));
      made.seals.push_back(with().elsewhere(voter, brb::echo_digest(foreign_network, made.gen, made.header)));
      ++position;
    }
    return std::make_shared<const brb::certificate>(std::move(made));
  }

  std::uint32_t ticks_ = 0;
  std::uint32_t shows_ = 0;
};

} // namespace

std::unique_ptr<role> make_other_network(role_options options) {
  return std::make_unique<other_network>(std::move(options));
}

} // namespace troupe::lab
