// SPDX-License-Identifier: BSD-3-Clause
// Hands on other fragments of large payloads than it was given: mostly under a root of its own, of which
// nobody can say whose it is; rarely with a proof that does not hold, as that costs it points. Some of its
// fragments are right, so that it counts for some and not for others.
#include "actors/brb/coded_payload.hpp"
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"

namespace troupe::lab {
namespace {

constexpr std::uint32_t right = 300'000; ///< millionths
constexpr std::uint32_t dear = 20'000;

class spoil_fragments final : public echoing_member {
public:
  using echoing_member::echoing_member;

private:
  void given(const peer_id& from, const brb::fragment_ptr& what) override {
    echoing_member::given(from, what);
    if (from != what->header.source || what->header.gen != generation{} || !members_fit(*what))
      return;
    const auto made_up = invented(*what);
    for (const auto& voter : with().voters)
      if (voter != with().self && voter != from)
        tell(voter, drawn(what, made_up));
  }

  bool members_fit(const brb::fragment_message& what) const {
    return with().voters.size() >= brb::coded_members_min && what.size > 0 &&
           what.index < with().voters.size();
  }

  /// At our place, of a payload that nobody has.
  brb::fragment_ptr invented(const brb::fragment_message& what) {
    bytes payload(what.size);
    for (auto& octet : payload)
      octet = static_cast<std::uint8_t>(rng().below(256));
    return brb::cut(what.header, what.seal, payload, with().voters.size())[what.index];
  }

  brb::fragment_ptr drawn(const brb::fragment_ptr& what, const brb::fragment_ptr& made_up) {
    if (rng().chance(right))
      return what;
    if (!rng().chance(dear))
      return made_up;
    auto broken = *what;
    broken.fragment.back() ^= 1;
    return std::make_shared<const brb::fragment_message>(std::move(broken));
  }
};

} // namespace

std::unique_ptr<role> make_spoil_fragments(role_options options) {
  return std::make_unique<spoil_fragments>(std::move(options));
}

} // namespace troupe::lab
