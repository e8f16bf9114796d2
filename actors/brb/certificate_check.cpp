// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/certificate_check.hpp"

#include "actors/brb/quorum.hpp"

#include <algorithm>

namespace troupe::brb {
namespace {

bool is_header_seal(const certificate& proof, const seal_check& one) {
  return proof.gen == proof.header.gen && one.signer == proof.header.source && one.seal == proof.header_seal;
}

} // namespace

expected<std::vector<seal_check>, brb_errc>
seals_to_verify(std::string_view network, const certificate& proof, const std::set<peer_id>& members) {
  auto result =
    seals_to_verify(echo_digest(network, proof.gen, proof.header), proof.signers, proof.seals, members);
  if (result)
    for (auto& one : *result)
      if (is_header_seal(proof, one))
        one.message = header_digest(network, proof.header);
  return result;
}

bool sealed_by_header(const certificate& proof, const std::vector<seal_check>& seals) {
  return std::ranges::any_of(seals, [&](const auto& one) { return is_header_seal(proof, one); });
}

expected<std::vector<seal_check>, brb_errc> seals_to_verify(const digest& statement, byte_view signers,
                                                            std::span<const signature> seals,
                                                            const std::set<peer_id>& members) {
  if (!is_quorum(seals.size(), members.size()))
    return unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  std::vector<seal_check> result;
  auto member = members.begin();
  std::size_t next = 0;
  for (std::size_t bit = 0; bit < signers.size() * 8; ++bit) {
    const bool named = (signers[bit / 8] >> (bit % 8)) & 1u;
    if (named && member == members.end())
      return unexpected(brb_errc::proof_contains_signatures_from_non_members);
    if (named && next < seals.size())
      result.push_back({*member, statement, seals[next++]});
    if (member != members.end())
      ++member;
  }
  if (!is_quorum(result.size(), members.size()))
    return unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  result.resize(quorum(members.size()));
  return result;
}

} // namespace troupe::brb
