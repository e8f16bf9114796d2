// SPDX-License-Identifier: BSD-3-Clause
// The first byte chooses the frame of checkpoints, the rest is its body.
#include "messages/codec/checkpoint_codec.hpp"

#include <cstdlib>

using namespace troupe;

namespace {

/// Hands the body on if it verifies as a table, as from a peer.
template <class Table, class Use>
void with(byte_view body, Use use) {
  const auto owner = chunk::copy_of(body);
  if (const auto table = flat<Table>::adopt(owner, owner->data(), body.size()))
    use(**table);
}

void require(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const byte_view body{data + 1, size - 1};
  switch (data[0] % 4) {
  case 0:
    with<wire::BrbCheckpointVote>(body, [](const auto& table) {
      if (const auto what = brb::decode(table))
        require(brb::decode(*brb::encode(*what))->what == what->what);
    });
    break;
  case 1:
    with<wire::BrbCheckpoint>(body, [](const auto& table) {
      if (const auto what = brb::decode(table))
        require(brb::decode(*brb::encode(*what))->seals == what->seals);
    });
    break;
  case 2:
    with<wire::CheckpointStateRequest>(body, [](const auto& table) { (void)brb::decode(table); });
    break;
  default:
    with<wire::CheckpointStatePage>(body, [](const auto& table) {
      if (const auto what = brb::decode(table))
        require(brb::decode(*brb::encode(*what))->part == what->part);
    });
  }
  return 0;
}
