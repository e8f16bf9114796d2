// SPDX-License-Identifier: BSD-3-Clause
// What most liars do beside their lie: echo what they are asked to, and say how far they have delivered. It
// locks nothing, so it vouches for anything; it keeps a number a source and no operations.
#pragma once

#include "tools/lab/role/role.hpp"

#include <map>

namespace troupe::lab {

class echoing_member : public role {
public:
  explicit echoing_member(role_options options);

  void handle(const peer_id& from, const received& what) override;

protected:
  /// Sorted by kind; what a role does not override is done as an honest member would, or not at all.
  virtual void asked(const peer_id& from, const brb::send_ptr& what); ///< without payload if by a fragment
  virtual void given(const peer_id& from, const brb::fragment_ptr& what);
  virtual void echoed(const peer_id&, const brb::echo_message&) {}
  virtual void proven(const peer_id& from, const brb::certificate_ptr& what);
  virtual void paged(const peer_id&, const brb::anti_entropy_page&) {}
  virtual void voted(const peer_id&, const membership::signed_vote_ptr&) {}

  const role_options& with() const { return options_; }
  const group_id& group() const { return group_; }
  random_stream& rng() { return options_.rng; }
  /// Highest sequence seen certified, by source; the voters' only.
  const std::map<peer_id, std::uint64_t>& certified() const { return certified_; }

  template <class What>
  void tell(const peer_id& to, What what) {
    if constexpr (std::is_constructible_v<brb::packet, What> && !std::is_same_v<What, brb::packet>)
      sends_.push({to, brb::packet{std::move(what)}});
    else
      sends_.push({to, std::move(what)});
  }
  template <class What>
  void tell_others(const What& what) {
    for (const auto& other : options_.others)
      tell(other, what);
  }
  template <class What>
  void tell_voters(const What& what) {
    for (const auto& voter : options_.voters)
      if (voter != options_.self)
        tell(voter, what);
  }
  /// Remembers that this slot is certified.
  void note(const brb::operation_header& header);
  brb::echo_message echo_of(generation gen, const brb::operation_header& header) const;

private:
  role_options options_;
  group_id group_;
  std::map<peer_id, std::uint64_t> certified_;
};

} // namespace troupe::lab
