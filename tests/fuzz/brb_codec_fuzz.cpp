// SPDX-License-Identifier: BSD-3-Clause
// Every decoder of the agreement protocols on any bytes: the first byte picks the table. What decodes must
// encode again and decode to the same.
#include "actors/brb/coded_payload.hpp"
#include "messages/codec/orswot_codec.hpp"
#include "messages/codec/promise_codec.hpp"

#include <cstdlib>

using namespace troupe;

namespace {

template <class Table, class Then>
void with(byte_view data, Then then) {
  auto owner = chunk::copy_of(data);
  const auto* payload = owner->data();
  if (const auto table = flat<Table>::adopt(std::move(owner), payload, data.size()))
    then(**table);
}

void require(bool holds) {
  if (!holds)
    std::abort();
}

/// In a group of any size; no more is kept than it is.
void take(const brb::fragment_message& what) {
  brb::coded_payloads at;
  const auto shared = std::make_shared<const brb::fragment_message>(what);
  for (std::size_t members = 0; members <= brb::signers_max; ++members)
    at.take({what.header.source, what.index, members}, shared);
  require(at.held() <= what.fragment.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const byte_view body{data + 1, size - 1};
  switch (data[0] % 12) {
  case 0:
    with<wire::MembershipVote>(body, [](const auto& table) {
      if (const auto vote = membership::decode(table, "fuzz"))
        require(membership::decode(*membership::encode(**vote), "fuzz").value()->id == (*vote)->id);
    });
    break;
  case 1:
    with<wire::BrbSend>(body, [](const auto& table) {
      if (const auto what = brb::decode(table))
        require(brb::decode(*brb::encode(*what))->header == what->header);
    });
    break;
  case 2:
    with<wire::BrbEcho>(body, [](const auto& table) { (void)brb::decode(table); });
    break;
  case 3:
    with<wire::BrbCertificate>(body, [](const auto& table) {
      if (const auto what = brb::decode(table))
        require(brb::decode(*brb::encode(*what, true))->seals == what->seals);
    });
    break;
  case 4:
    with<wire::BrbDelivered>(body, [](const auto& table) { (void)brb::decode(table); });
    break;
  case 5:
    with<wire::AntiEntropyRequest>(body, [](const auto& table) { (void)brb::decode(table); });
    break;
  case 6:
    with<wire::AntiEntropyPage>(body, [](const auto& table) { (void)brb::decode(table, "fuzz"); });
    break;
  case 8:
    with<wire::BrbEvidence>(body, [](const auto& table) {
      if (const auto what = brb::decode(table))
        require(brb::decode(*brb::encode(*what))->second == what->second);
    });
    break;
  case 9:
    with<wire::BrbFragment>(body, [](const auto& table) {
      if (const auto what = brb::decode(table)) {
        require(brb::decode(*brb::encode(*what))->proof == what->proof);
        take(*what);
      }
    });
    break;
  case 10:
    with<wire::BrbLockQuery>(body, [](const auto& table) {
      const auto what = brb::decode(table);
      require(what && brb::decode(*brb::encode(*what))->source == what->source);
    });
    break;
  case 11:
    with<wire::BrbLocks>(body, [](const auto& table) {
      if (const auto what = brb::decode(table))
        require(brb::decode(*brb::encode(*what))->locks == what->locks);
    });
    break;
  default:
    (void)slot_of(body);
    (void)decode_promise(body, "fuzz");
    (void)orswot::describe(body);
  }
  return 0;
}
