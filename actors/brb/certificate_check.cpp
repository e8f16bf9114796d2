// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/certificate_check.hpp"

#include "actors/brb/quorum.hpp"

namespace troupe::brb {

expected<std::vector<named_echo>, brb_errc> echoes_to_verify(const certificate& proof,
                                                             const std::set<peer_id>& members) {
  if (!is_quorum(proof.seals.size(), members.size()))
    return unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  std::vector<named_echo> result;
  auto member = members.begin();
  std::size_t next = 0;
  for (std::size_t bit = 0; bit < proof.signers.size() * 8; ++bit) {
    const bool named = (proof.signers[bit / 8] >> (bit % 8)) & 1u;
    if (named && member == members.end())
      return unexpected(brb_errc::proof_contains_signatures_from_non_members);
    if (named && next < proof.seals.size())
      result.push_back({*member, proof.seals[next++]});
    if (member != members.end())
      ++member;
  }
  if (!is_quorum(result.size(), members.size()))
    return unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  result.resize(quorum(members.size()));
  return result;
}

} // namespace troupe::brb
