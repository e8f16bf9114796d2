// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/role/own_content.hpp"

#include "actors/brb/quorum.hpp"
#include "messages/codec/orswot_codec.hpp"
#include "tools/lab/algorithm/two_faces.hpp"

namespace troupe::lab {

own_content::own_content(const role_options& who, std::uint64_t sequence, bytes payload)
  : own_content(who, sequence, std::move(payload), {{}, who.voters}) {}

own_content::own_content(const role_options& who, std::uint64_t sequence, bytes payload, electorate of)
  : of_(std::move(of)) {
  brb::send_message made;
  made.gen = of_.gen;
  made.header = {make_group_id(who.network, who.voters), who.self, sequence, of_.gen, sha256(payload), 1};
  made.seal = who.keys.sign(brb::header_digest(who.network, made.header));
  made.payload = std::move(payload);
  echoes_[who.self] = who.keys.sign(brb::echo_digest(who.network, made.gen, made.header));
  request_ = std::make_shared<const brb::send_message>(std::move(made));
}

brb::certificate_ptr own_content::count(const role_options& who, const peer_id& from,
                                        const brb::echo_message& echo) {
  if (certificate_ || echo.gen != request_->gen || echo.header != request_->header ||
      !of_.members.contains(from) ||
      !who.keys.verify(from, brb::echo_digest(who.network, echo.gen, echo.header), echo.seal))
    return nullptr;
  echoes_[from] = echo.seal;
  if (!brb::is_quorum(echoes_.size(), of_.members.size()))
    return nullptr;
  return certificate_ = certify();
}

brb::certificate_ptr own_content::certify() const {
  brb::certificate made{request_->gen, request_->header, request_->seal, {}, {}, request_->payload};
  made.signers.assign((of_.members.size() + 7) / 8, 0);
  std::size_t position = 0;
  for (const auto& member : of_.members) {
    if (const auto echo = echoes_.find(member); echo != echoes_.end()) {
      made.signers[position / 8] =
        static_cast<std::uint8_t>(made.signers[position / 8] | (1u << (position % 8)));
      made.seals.push_back(echo->second);
    }
    ++position;
  }
  return std::make_shared<const brb::certificate>(std::move(made));
}

bytes other_operation(byte_view operation) {
  auto twisted = orswot::decode(operation);
  if (!twisted || twisted->members.empty())
    return other_content(operation);
  twisted->members.front() += 1000;
  return orswot::encode(*twisted);
}

} // namespace troupe::lab
