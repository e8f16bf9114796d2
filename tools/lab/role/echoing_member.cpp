// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/role/echoing_member.hpp"

namespace troupe::lab {

echoing_member::echoing_member(role_options options)
  : options_(std::move(options)), group_(make_group_id(options_.network, options_.voters)) {}

void echoing_member::handle(const peer_id& from, const received& what) {
  if (const auto* vote = std::get_if<membership::signed_vote_ptr>(&what))
    return voted(from, *vote);
  const auto& packet = std::get<brb::packet>(what);
  if (const auto* request = std::get_if<brb::send_ptr>(&packet))
    asked(from, *request);
  else if (const auto* fragment = std::get_if<brb::fragment_ptr>(&packet))
    given(from, *fragment);
  else if (const auto* echo = std::get_if<brb::echo_message>(&packet))
    echoed(from, *echo);
  else if (const auto* proof = std::get_if<brb::certificate_out>(&packet))
    proven(from, proof->what);
  else if (const auto* page = std::get_if<brb::anti_entropy_page>(&packet))
    paged(from, *page);
}

void echoing_member::asked(const peer_id& from, const brb::send_ptr& what) {
  tell(from, echo_of(what->gen, what->header));
}

// The source asks with it as with a whole payload.
void echoing_member::given(const peer_id& from, const brb::fragment_ptr& what) {
  if (from == what->header.source)
    asked(from, std::make_shared<const brb::send_message>(
                  brb::send_message{what->header.gen, what->header, what->seal, {}}));
}

void echoing_member::proven(const peer_id&, const brb::certificate_ptr& what) {
  const auto& source = what->header.source;
  note(what->header);
  if (const auto known = certified_.find(source); known != certified_.end() && source != options_.self)
    tell(source, brb::delivered_message{group_, {{source, known->second}}});
}

void echoing_member::note(const brb::operation_header& header) {
  if (header.group != group_ || !options_.voters.contains(header.source))
    return;
  auto& up_to = certified_[header.source];
  up_to = std::max(up_to, header.sequence);
}

brb::echo_message echoing_member::echo_of(generation gen, const brb::operation_header& header) const {
  return {gen, header, options_.keys.sign(brb::echo_digest(options_.network, gen, header))};
}

} // namespace troupe::lab
