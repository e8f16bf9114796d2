// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/lane_tap.hpp"

#include "actors/brb/brb_interface.hpp"
#include "messages/codec/brb_codec.hpp"
#include "tools/lab/algorithm/broadcast_actor.hpp"

#include <stdexcept>

namespace troupe::lab {
namespace {

class tap {
public:
  explicit tap(const life_options& options)
    : self_(options.self), at_(options.at), nodes_(options.nodes), tell_(options.tell),
      crashable_(options.crashable) {}

  void hear(const peer_id& from, const frame_run& run) const {
    const auto who = nodes_->find(from);
    if (!who)
      return;
    for (const auto& item : run.items) {
      tell_->passed({*who, self_, frame_name(item.type), item.length, at_->now(), at_->now(), false});
      if (item.type == frame_type_v<wire::BrbEcho>)
        hear_echo(*who, run, item);
      if (crashable_ &&
          (item.type == frame_type_v<wire::BrbSend> || item.type == frame_type_v<wire::LabPacket>))
        crash_if_told(run, item);
    }
  }

private:
  void hear_echo(node_index who, const frame_run& run, const frame_run::item& item) const {
    const auto frame = flat<wire::BrbEcho>::adopt(run.owner, run.owner->data() + item.offset, item.length);
    if (!frame)
      return;
    const auto message = brb::decode(**frame);
    const auto source = message ? nodes_->find(message->header.source) : std::nullopt;
    if (!source)
      return;
    tell_->saw({at_->now(), who,
                echoed{{*source, message->header.sequence},
                       brb::header_digest(lab_network_id, message->header),
                       self_}});
  }

  /// The bug that "crashing_input" needs, as troupe has none known: a request with this text throws in its
  /// handler.
  void crash_if_told(const frame_run& run, const frame_run::item& item) const {
    const std::string_view text{reinterpret_cast<const char*>(run.owner->data() + item.offset), item.length};
    if (text.find(crashing_payload) == std::string_view::npos)
      return;
    tell_->saw(
      {at_->now(), self_, injected{"throw in the handler of " + std::string{frame_name(item.type)}}});
    throw std::runtime_error{std::string{injected_text}};
  }

  node_index self_;
  venue* at_;
  std::shared_ptr<const directory> nodes_;
  std::shared_ptr<witness> tell_;
  bool crashable_;
};

} // namespace

std::string_view frame_name(std::uint16_t type) {
  static const std::map<std::uint16_t, std::string_view> names{
    {frame_type_v<wire::BrbSend>, flat_name<wire::BrbSend>},
    {frame_type_v<wire::BrbFragment>, flat_name<wire::BrbFragment>},
    {frame_type_v<wire::BrbEcho>, flat_name<wire::BrbEcho>},
    {frame_type_v<wire::BrbCertificate>, flat_name<wire::BrbCertificate>},
    {frame_type_v<wire::BrbDelivered>, flat_name<wire::BrbDelivered>},
    {frame_type_v<wire::AntiEntropyRequest>, flat_name<wire::AntiEntropyRequest>},
    {frame_type_v<wire::AntiEntropyPage>, flat_name<wire::AntiEntropyPage>},
    {frame_type_v<wire::BrbCheckpointVote>, flat_name<wire::BrbCheckpointVote>},
    {frame_type_v<wire::BrbCheckpoint>, flat_name<wire::BrbCheckpoint>},
    {frame_type_v<wire::CheckpointStateRequest>, flat_name<wire::CheckpointStateRequest>},
    {frame_type_v<wire::CheckpointStatePage>, flat_name<wire::CheckpointStatePage>},
    {frame_type_v<wire::BrbEvidence>, flat_name<wire::BrbEvidence>},
    {frame_type_v<wire::BrbLockQuery>, flat_name<wire::BrbLockQuery>},
    {frame_type_v<wire::BrbLocks>, flat_name<wire::BrbLocks>},
    {frame_type_v<wire::MembershipVote>, flat_name<wire::MembershipVote>},
    {frame_type_v<wire::ConsentRequest>, flat_name<wire::ConsentRequest>},
    {frame_type_v<wire::ConsentAnswer>, flat_name<wire::ConsentAnswer>},
    {frame_type_v<wire::LabPacket>, flat_name<wire::LabPacket>},
  };
  const auto found = names.find(type);
  return found == names.end() ? "?" : found->second;
}

std::function<peer::lane_spec(peer::lane_spec)> tapped(const life_options& options) {
  return [ear = std::make_shared<const tap>(options)](peer::lane_spec spec) {
    spec.sink = [ear, sink = std::move(spec.sink)](const peer::received& how, const frame_run& run) {
      ear->hear(how.from, run);
      return sink(how, run);
    };
    return spec;
  };
}

} // namespace troupe::lab
