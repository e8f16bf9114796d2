// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/lane_sink_interface.hpp"
#include "wire/session_generated.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace troupe;

namespace {

batch<wire::SessionClose> closes(std::vector<std::uint8_t> reasons) {
  auto owner = chunk::make(1024);
  std::vector<batch<wire::SessionClose>::item> items;
  for (const auto reason : reasons) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(wire::CreateSessionClose(builder, reason));
    items.push_back({owner->size(), builder.GetSize()});
    owner->append({builder.GetBufferPointer(), builder.GetSize()});
    owner->append(bytes((8 - owner->size() % 8) % 8));
  }
  return {owner, items};
}

} // namespace

TEST_CASE("lane sink: the handler of one message hears each of a batch in order", "[unit][peer]") {
  std::vector<int> heard;
  const auto handler = peer::each_of<wire::SessionClose>(
    [&](const peer::received&, const flat<wire::SessionClose>& one) { heard.push_back(one->reason()); });
  handler({}, closes({3, 1, 2}));
  REQUIRE(heard == std::vector{3, 1, 2});
  handler({}, {});
  REQUIRE(heard.size() == 3);
}
