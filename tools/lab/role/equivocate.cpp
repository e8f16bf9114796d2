// SPDX-License-Identifier: BSD-3-Clause
// Two contents for one slot, each to half of the members. It vouches for both, collects echoes for both, and
// hands out whatever certificate comes of it: at once to the half that was told this content, and to the rest
// only after a while, in case the other content gets one too. Now and then it tells each half the other
// content as well, which is what leaves evidence.
#include "tools/lab/algorithm/two_faces.hpp"
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"
#include "tools/lab/role/own_content.hpp"

namespace troupe::lab {
namespace {

constexpr std::uint32_t ticks_until_told = 20;
constexpr std::uint32_t crossed_over = 250'000; ///< millionths of slots

class equivocate final : public echoing_member {
public:
  using echoing_member::echoing_member;

  void execute(byte_view payload) override {
    if (slots_.size() >= brb::pipeline_max)
      return; // no honest member would look at a later one
    const auto sequence = ++last_;
    const auto& slot =
      slots_
        .emplace(sequence, two_contents{{own_content{with(), sequence, to_bytes(payload)},
                                         own_content{with(), sequence, other_operation(payload)}}})
        .first->second;
    for (const auto& member : with().voters)
      if (member != with().self)
        tell(member, slot.contents[side_of(member)].request());
  }

  void tick() override {
    for (auto entry = slots_.begin(); entry != slots_.end();) {
      auto& slot = entry->second;
      if (++slot.age == ticks_until_told && rng().chance(crossed_over))
        cross_over(slot);
      entry = slot.age >= ticks_until_told && tell_the_rest(slot) ? slots_.erase(entry) : std::next(entry);
    }
  }

private:
  struct two_contents {
    std::array<own_content, 2> contents;
    std::uint32_t age = 0; ///< ticks
  };

  void echoed(const peer_id& from, const brb::echo_message& what) override {
    const auto found = slots_.find(what.header.sequence);
    if (found == slots_.end())
      return;
    for (std::size_t side = 0; side < 2; ++side)
      if (const auto proof = found->second.contents[side].count(with(), from, what))
        hand_out(proof, side);
  }

  std::size_t side_of(const peer_id& member) const {
    return told_other_content(with().voters, with().self, member) ? 1 : 0;
  }

  void hand_out(const brb::certificate_ptr& proof, std::size_t side) {
    for (const auto& member : with().voters)
      if (member != with().self && side_of(member) == side)
        tell(member, brb::certificate_out{proof, true});
  }

  void cross_over(const two_contents& slot) {
    for (const auto& member : with().voters)
      if (member != with().self)
        tell(member, slot.contents[1 - side_of(member)].request());
  }

  /// False while no content has a certificate.
  bool tell_the_rest(const two_contents& slot) {
    for (std::size_t side = 0; side < 2; ++side)
      if (const auto& proof = slot.contents[side].certificate()) {
        if (!slot.contents[1 - side].certificate())
          hand_out(proof, 1 - side);
        return true;
      }
    return false;
  }

  std::uint64_t last_ = 0;
  std::map<std::uint64_t, two_contents> slots_;
};

} // namespace

std::unique_ptr<role> make_equivocate(role_options options) {
  return std::make_unique<equivocate>(std::move(options));
}

} // namespace troupe::lab
