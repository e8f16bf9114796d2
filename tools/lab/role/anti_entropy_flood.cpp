// SPDX-License-Identifier: BSD-3-Clause
// Asks everybody for everything there ever was, and asks again as soon as a page is there.
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"

namespace troupe::lab {
namespace {

constexpr std::uint32_t open_max = 4;          ///< requests on their way to one peer
constexpr std::uint32_t ticks_until_lost = 20; ///< what is not answered by then is asked for again

class anti_entropy_flood final : public echoing_member {
public:
  using echoing_member::echoing_member;

  void joined(const peer_id& who) override {
    open_[who] = 0;
    fill(who);
  }

  void tick() override {
    if (++ticks_ % ticks_until_lost != 0)
      return;
    for (auto& [who, open] : open_) {
      open = 0;
      fill(who);
    }
  }

private:
  void paged(const peer_id& from, const brb::anti_entropy_page&) override {
    const auto found = open_.find(from);
    if (found == open_.end() || found->second == 0)
      return;
    --found->second;
    fill(from);
  }

  void fill(const peer_id& who) {
    for (auto& open = open_[who]; open < open_max; ++open)
      tell(who, brb::anti_entropy_request{group(), {}, {}});
  }

  std::map<peer_id, std::uint32_t> open_; ///< who ever had a session with us: the nodes of the run
  std::uint32_t ticks_ = 0;
};

} // namespace

std::unique_ptr<role> make_anti_entropy_flood(role_options options) {
  return std::make_unique<anti_entropy_flood>(std::move(options));
}

} // namespace troupe::lab
