// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/session_codec.hpp"

#include "messages/codec/frame_writer.hpp"
#include "wire/session_generated.h"

#include <algorithm>

namespace troupe {
namespace {

using lane_vector = flatbuffers::Vector<flatbuffers::Offset<wire::LaneProgress>>;

constexpr flatbuffers::uoffset_t depth_max = 4;
constexpr flatbuffers::uoffset_t tables_max = session_lanes_max + 2;

template <class Table>
const Table* verified_root(byte_view payload) {
  if (payload.size() > session_frame_max || reinterpret_cast<std::uintptr_t>(payload.data()) % 8 != 0)
    return nullptr;
  flatbuffers::Verifier verifier{payload.data(), payload.size(), depth_max, tables_max};
  return verifier.VerifyBuffer<Table>(nullptr) ? flatbuffers::GetRoot<Table>(payload.data()) : nullptr;
}

bool good_name(const flatbuffers::String* name) {
  return name->size() >= 1 && name->size() <= session_name_max;
}

expected<std::vector<lane_progress>, session_codec_errc> lanes_of(const lane_vector* wire_lanes) {
  std::vector<lane_progress> lanes;
  if (!wire_lanes)
    return lanes;
  if (wire_lanes->size() > session_lanes_max)
    return unexpected(session_codec_errc::lane_count);
  for (const auto* lane : *wire_lanes) {
    if (!good_name(lane->protocol()))
      return unexpected(session_codec_errc::name_length);
    for (const auto& known : lanes)
      if (known.protocol == lane->protocol()->string_view())
        return unexpected(session_codec_errc::lane_count);
    lanes.push_back({lane->protocol()->str(), lane->received_up_to(), lane->resend()});
  }
  return lanes;
}

flatbuffers::Offset<lane_vector> put(flatbuffers::FlatBufferBuilder& builder,
                                     const std::vector<lane_progress>& lanes) {
  std::vector<flatbuffers::Offset<wire::LaneProgress>> offsets;
  offsets.reserve(lanes.size());
  for (const auto& lane : lanes)
    offsets.push_back(wire::CreateLaneProgress(builder, builder.CreateString(lane.protocol),
                                               lane.received_up_to, lane.resend));
  return builder.CreateVector(offsets);
}

} // namespace

expected<session_hello, session_codec_errc> decode_session_hello(byte_view payload) {
  const auto* root = verified_root<wire::SessionHello>(payload);
  if (!root)
    return unexpected(session_codec_errc::not_verified);
  if (!good_name(root->network_id()))
    return unexpected(session_codec_errc::name_length);
  if (root->version_min() == 0 || root->version_min() > root->version_max())
    return unexpected(session_codec_errc::version_range);
  if (root->boot() == 0)
    return unexpected(session_codec_errc::boot_missing);
  const auto* group = root->group_id();
  if (group && group->size() != 0 && group->size() != session_group_id_size)
    return unexpected(session_codec_errc::group_id_length);
  auto lanes = lanes_of(root->lanes());
  if (!lanes)
    return unexpected(lanes.error());
  session_hello hello;
  hello.network_id = root->network_id()->str();
  hello.version_min = root->version_min();
  hello.version_max = root->version_max();
  hello.features = root->features();
  hello.boot = incarnation{root->boot()};
  hello.remote_boot = incarnation{root->remote_boot()};
  if (group)
    hello.group_id.assign(group->begin(), group->end());
  hello.lanes = std::move(*lanes);
  return hello;
}

expected<session_ack, session_codec_errc> decode_session_ack(byte_view payload) {
  const auto* root = verified_root<wire::SessionAck>(payload);
  if (!root)
    return unexpected(session_codec_errc::not_verified);
  auto lanes = lanes_of(root->lanes());
  if (!lanes)
    return unexpected(lanes.error());
  return session_ack{std::move(*lanes)};
}

expected<session_close, session_codec_errc> decode_session_close(byte_view payload) {
  const auto* root = verified_root<wire::SessionClose>(payload);
  if (!root)
    return unexpected(session_codec_errc::not_verified);
  return session_close{root->reason()};
}

chunk_ptr encode(const session_hello& hello) {
  flatbuffers::FlatBufferBuilder builder{512};
  const auto network = builder.CreateString(hello.network_id);
  const auto group = builder.CreateVector(hello.group_id);
  const auto lanes = put(builder, hello.lanes);
  builder.Finish(wire::CreateSessionHello(builder, network, hello.version_min, hello.version_max,
                                          hello.features, hello.boot.value(), hello.remote_boot.value(),
                                          group, lanes));
  return single_frame<wire::SessionHello>(builder, 0);
}

chunk_ptr encode(const session_ack& ack) {
  flatbuffers::FlatBufferBuilder builder{256};
  const auto lanes = put(builder, ack.lanes);
  builder.Finish(wire::CreateSessionAck(builder, lanes));
  return single_frame<wire::SessionAck>(builder, 0);
}

chunk_ptr encode(const session_close& close) {
  flatbuffers::FlatBufferBuilder builder{64};
  builder.Finish(wire::CreateSessionClose(builder, close.reason));
  return single_frame<wire::SessionClose>(builder, 0);
}

} // namespace troupe
