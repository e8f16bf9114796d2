// SPDX-License-Identifier: BSD-3-Clause
// No member, or none any more: asks what the group delivers, which only one that was a member is told,
// vouches for it and for slots nobody opened; claims to have delivered what there is not; shows certificates
// with its own signature in them; and asks for echoes of its own. False signatures cost it points, so they
// are rare.
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"
#include "tools/lab/role/own_content.hpp"

namespace troupe::lab {
namespace {

constexpr std::uint32_t ticks_between_questions = 10;
constexpr std::uint64_t far_ahead = 1000;
constexpr std::uint32_t dear = 30'000; ///< millionths of certificates seen

class outsider_echoes final : public echoing_member {
public:
  using echoing_member::echoing_member;

  void tick() override {
    if (++ticks_ % ticks_between_questions != 0)
      return;
    for (const auto& voter : with().voters) {
      if (voter == with().self)
        continue;
      tell(voter, brb::anti_entropy_request{group(), {}, certified()});
      const auto claimed = delivered_of(voter) + (rng().below(2) == 0 ? 1 : far_ahead);
      tell(voter, brb::delivered_message{group(), {{voter, claimed}}});
      tell(voter, echo_of({}, minted(voter)));
    }
    tell_voters(own_content{with(), 1, to_bytes(as_bytes("minted"))}.request());
  }

private:
  void paged(const peer_id& from, const brb::anti_entropy_page& page) override {
    for (const auto& proof : page.certificates)
      overhear(from, *proof);
  }
  void proven(const peer_id& from, const brb::certificate_ptr& what) override { overhear(from, *what); }

  void overhear(const peer_id& from, const brb::certificate& what) {
    const auto& header = what.header;
    if (!with().voters.contains(header.source) || header.source == with().self)
      return;
    tell(header.source, echo_of(what.gen, header));
    auto next = header;
    ++next.sequence;
    tell(header.source, echo_of(what.gen, next));
    tell(from, brb::certificate_out{signed_by_an_outsider(what, next), true});
    if (rng().chance(dear))
      tell(from, brb::certificate_out{signed_for_another(what, next), true});
    note(header);
  }

  /// Names itself as a signer behind the last member.
  brb::certificate_ptr signed_by_an_outsider(brb::certificate what, const brb::operation_header& next) const {
    what.header = next;
    const auto beyond = with().voters.size();
    what.signers.resize(std::max(what.signers.size(), beyond / 8 + 1));
    what.signers[beyond / 8] = static_cast<std::uint8_t>(what.signers[beyond / 8] | (1u << (beyond % 8)));
    what.seals.push_back(echo_of(what.gen, next).seal);
    return std::make_shared<const brb::certificate>(std::move(what));
  }

  /// Its own signature in the place of each member's.
  brb::certificate_ptr signed_for_another(brb::certificate what, const brb::operation_header& next) const {
    what.header = next;
    std::fill(what.seals.begin(), what.seals.end(), echo_of(what.gen, next).seal);
    return std::make_shared<const brb::certificate>(std::move(what));
  }

  brb::operation_header minted(const peer_id& source) const {
    return {group(), source, delivered_of(source) + 1, {}, sha256(as_bytes("minted")), 1};
  }

  std::uint64_t delivered_of(const peer_id& source) const {
    const auto found = certified().find(source);
    return found == certified().end() ? 0 : found->second;
  }

  std::uint32_t ticks_ = 0;
};

} // namespace

std::unique_ptr<role> make_outsider_echoes(role_options options) {
  return std::make_unique<outsider_echoes>(std::move(options));
}

} // namespace troupe::lab
