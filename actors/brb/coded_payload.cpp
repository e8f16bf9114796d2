// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/coded_payload.hpp"

#include "messages/coding/merkle.hpp"
#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe::brb {
namespace {

bool of_one_payload(const fragment_message& a, const fragment_message& b) {
  return a.root == b.root && a.size == b.size && a.header == b.header && a.seal == b.seal;
}

bool holds(const fragment_message& what, std::size_t index, std::size_t members) {
  return members >= coded_members_min && members <= signers_max && what.index == index && what.size > 0 &&
         what.size <= payload_max &&
         what.fragment.size() == coding::fragment_size(what.size, code_for(members).needed) &&
         coding::proves(what.root, what.fragment, index, members, what.proof);
}

} // namespace

bool sent_coded(const coding_rules& rules, std::size_t payload, std::size_t members) {
  return rules.payload_min > 0 && payload >= rules.payload_min &&
         members >= std::max(rules.members_min, coded_members_min) && members <= signers_max;
}

coding::erasure_code code_for(std::size_t members) {
  TROUPE_ASSERT(members >= coded_members_min && members <= signers_max);
  return {members - 2 * ((members - 1) / 3), members};
}

std::vector<fragment_ptr> cut(const operation_header& header, const signature& seal, byte_view payload,
                              std::size_t members) {
  auto fragments = coding::encode(payload, code_for(members));
  const coding::merkle_tree tree{fragments};
  std::vector<fragment_ptr> result;
  for (std::size_t i = 0; i < members; ++i)
    result.push_back(std::make_shared<const fragment_message>(
      fragment_message{header, seal, static_cast<std::uint32_t>(payload.size()),
                       static_cast<std::uint32_t>(i), tree.root(), tree.proof(i), std::move(fragments[i])}));
  return result;
}

coded_payloads::outcome coded_payloads::take(const place& at, const fragment_ptr& what) {
  auto& slot = slots_[what->header.sequence];
  if (slot.given.contains(at.owner))
    return {verdict::late};
  if (!holds(*what, at.index, at.members))
    return {verdict::bad_fragment};
  slot.given.insert(at.owner);
  if (slot.closed)
    return {verdict::late, true};
  if (waiting_of(at.owner) >= given_max)
    return {verdict::full, true};
  slot.waiting[at.owner] = what;
  const auto code = code_for(at.members);
  const auto same = std::count_if(slot.waiting.begin(), slot.waiting.end(),
                                  [&](const auto& entry) { return of_one_payload(*entry.second, *what); });
  if (static_cast<std::size_t>(same) < code.needed)
    return {verdict::kept, true};
  auto result = assemble(slot, *what, code);
  close(what->header.sequence);
  return result;
}

coded_payloads::outcome coded_payloads::assemble(const collection& from, const fragment_message& last,
                                                 coding::erasure_code code) {
  std::vector<coding::indexed_fragment> fragments;
  for (const auto& [owner, one] : from.waiting)
    if (of_one_payload(*one, last))
      fragments.push_back({one->index, one->fragment});
  auto payload = coding::decode(fragments, code, last.size);
  TROUPE_ASSERT(payload.has_value()); // each is of the right size, at a place of its own
  const bool whole = sha256(*payload) == last.header.payload_digest &&
                     decode_batch(*payload, last.header.operations).has_value() &&
                     coding::merkle_tree{coding::encode(*payload, code)}.root() == last.root;
  return whole ? outcome{verdict::whole, true, std::move(*payload)} : outcome{verdict::bad_encoding, true};
}

bool coded_payloads::collects(const operation_header& header) const {
  const auto found = slots_.find(header.sequence);
  return found != slots_.end() &&
         std::any_of(found->second.waiting.begin(), found->second.waiting.end(),
                     [&](const auto& entry) { return entry.second->header == header; });
}

void coded_payloads::close(std::uint64_t sequence) {
  auto& slot = slots_[sequence];
  slot.closed = true;
  slot.waiting.clear();
}

void coded_payloads::forget(std::uint64_t up_to) {
  slots_.erase(slots_.begin(), slots_.upper_bound(up_to));
}

std::size_t coded_payloads::held() const {
  std::size_t sum = 0;
  for (const auto& [sequence, slot] : slots_)
    for (const auto& [owner, one] : slot.waiting)
      sum += one->fragment.size();
  return sum;
}

std::size_t coded_payloads::waiting_of(const peer_id& owner) const {
  return static_cast<std::size_t>(std::count_if(
    slots_.begin(), slots_.end(), [&](const auto& entry) { return entry.second.waiting.contains(owner); }));
}

} // namespace troupe::brb
