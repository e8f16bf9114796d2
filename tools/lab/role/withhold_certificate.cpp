// SPDX-License-Identifier: BSD-3-Clause
// Asks everybody as an honest source does, gives the certificate to one member, drawn anew for each slot, and
// says no more of it.
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"
#include "tools/lab/role/own_content.hpp"

namespace troupe::lab {
namespace {

class withhold_certificate final : public echoing_member {
public:
  using echoing_member::echoing_member;

  void execute(byte_view payload) override {
    if (open_.size() >= brb::pipeline_max)
      return;
    const auto sequence = ++last_;
    const auto& slot =
      open_.emplace(sequence, own_content{with(), sequence, to_bytes(payload)}).first->second;
    tell_voters(slot.request());
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
    if (const auto to = favoured())
      tell(*to, brb::certificate_out{proof, true});
  }

  std::optional<peer_id> favoured() {
    std::vector<peer_id> members;
    for (const auto& member : with().voters)
      if (member != with().self)
        members.push_back(member);
    if (members.empty())
      return std::nullopt;
    return members[rng().below(members.size())];
  }

  std::uint64_t last_ = 0;
  std::map<std::uint64_t, own_content> open_;
};

} // namespace

std::unique_ptr<role> make_withhold_certificate(role_options options) {
  return std::make_unique<withhold_certificate>(std::move(options));
}

} // namespace troupe::lab
