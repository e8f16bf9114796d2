// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/certificate_check.hpp"

#include "actors/brb/quorum.hpp"

namespace troupe::brb {

expected<std::vector<named_echo>, brb_errc> echoes_to_verify(const certificate& proof,
                                                             const std::set<peer_id>& members) {
  return echoes_to_verify(proof.signers, proof.seals, members);
}

expected<std::vector<named_echo>, brb_errc>
echoes_to_verify(byte_view signers, std::span<const signature> seals, const std::set<peer_id>& members) {
  if (!is_quorum(seals.size(), members.size()))
    return unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  std::vector<named_echo> result;
  auto member = members.begin();
  std::size_t next = 0;
  for (std::size_t bit = 0; bit < signers.size() * 8; ++bit) {
    const bool named = (signers[bit / 8] >> (bit % 8)) & 1u;
    if (named && member == members.end())
      return unexpected(brb_errc::proof_contains_signatures_from_non_members);
    if (named && next < seals.size())
      result.push_back({*member, seals[next++]});
    if (member != members.end())
      ++member;
  }
  if (!is_quorum(result.size(), members.size()))
    return unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  result.resize(quorum(members.size()));
  return result;
}

} // namespace troupe::brb
