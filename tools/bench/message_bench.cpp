// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/message_bench.hpp"

#include "actors/peer/lane_sink_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "messages/codec/frame_writer.hpp"
#include "wire/bench_generated.h"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <future>

namespace troupe {

// The benchmark's own frame types lie above all protocols'.
template <>
struct frame_type<wire::BenchSample> {
  static constexpr std::uint16_t value = 0xff01;
};
template <>
struct frame_type<wire::BenchDone> {
  static constexpr std::uint16_t value = 0xff02;
};

namespace bench {
namespace {

constexpr const char* lane_protocol = "/troupe/bench/1";
constexpr std::size_t retained_max = 4u << 20;
constexpr std::size_t body_size = 256 - 56; // a finished BenchSample is then 256 bytes

/// From the peer actor: so much more may be sent.
struct credit {
  std::size_t bytes;
};

} // namespace
} // namespace bench

template <>
inline constexpr std::string_view signal_name<bench::credit> = "bench.credit";

namespace bench {
namespace {

using sample_sink = handle<takes<peer::received, batch<wire::BenchSample>>>;
using sample_source = handle<takes<credit>, takes<peer::received, flat<wire::BenchDone>>>;

struct no_state {};

sample_sink::behavior_type counting_actor(sample_sink::stateful_pointer<no_state>, node_context,
                                          peer::peers_handle peers) {
  auto seen = std::make_shared<std::uint64_t>(0);
  return {
    peer::each_of<wire::BenchSample>([=](const peer::received& how, const flat<wire::BenchSample>& sample) {
      if (sample->sequence() == 0)
        *seen = 0;
      if (++*seen < sample->total())
        return;
      flatbuffers::FlatBufferBuilder builder;
      builder.Finish(wire::CreateBenchDone(builder, *seen));
      post(peers, peer::send_frames{how.from, lane_protocol, single_frame<wire::BenchDone>(builder)});
    })};
}

struct source_state {
  flatbuffers::FlatBufferBuilder builder{512};
  frame_writer writer;
  std::uint64_t sent = 0;
  std::size_t credit = 0;
};

struct source_order {
  peer::peers_handle peers;
  peer_id to;
  std::uint64_t count;
  std::shared_ptr<std::promise<std::uint64_t>> received;
};

void build_sample(flatbuffers::FlatBufferBuilder& builder, std::uint64_t sequence, std::uint64_t total) {
  static const std::vector<std::uint8_t> filling(body_size, 0x5a);
  builder.Clear();
  const auto body = builder.CreateVector(filling);
  builder.Finish(wire::CreateBenchSample(builder, sequence, total, body));
}

/// Sends one chunk of samples.
void send_chunk(source_state& state, const source_order& order) {
  for (; state.sent < order.count; ++state.sent) {
    build_sample(state.builder, state.sent, order.count);
    if (!state.writer.append<wire::BenchSample>(state.builder))
      break;
  }
  auto frames = state.writer.take();
  state.credit -= peer::credit_cost(*frames);
  post(order.peers, peer::send_frames{order.to, lane_protocol, std::move(frames)});
}

sample_source::behavior_type sending_actor(sample_source::stateful_pointer<source_state> self, node_context,
                                           source_order order) {
  return {[=](const credit& given) {
            auto& state = self->state;
            state.credit += given.bytes;
            while (state.sent < order.count && state.credit >= 2 * frame_writer::capacity_default)
              send_chunk(state, order);
          },
          [=](const peer::received&, const flat<wire::BenchDone>& done) {
            order.received->set_value(done->received());
          }};
}

peer::lane_spec lane_of(std::function<bool(const peer::received&, const frame_run&)> sink) {
  peer::lane_spec spec;
  spec.protocol = lane_protocol;
  spec.retained_max = retained_max;
  spec.sink = std::move(sink);
  return spec;
}

node_context bare_context(const node& of, const char* name) {
  return of.context().named(name);
}

} // namespace

struct message_receiver::impl {
  sample_sink counting;
};

message_receiver::message_receiver(runtime& on, node& of) : impl_(std::make_unique<impl>()) {
  const auto peers = of.peers_actor();
  impl_->counting = spawn(on.actors(), bare_context(of, "bench"), counting_actor, peers);
  post(peers, lane_of(peer::deliver_to<batch<wire::BenchSample>>(impl_->counting)));
}

message_receiver::~message_receiver() {
  ask_to_stop(impl_->counting);
}

double messages_per_second(runtime& on, node& from, const peer_id& to, std::uint64_t count) {
  auto received = std::make_shared<std::promise<std::uint64_t>>();
  auto waiting = received->get_future();
  const auto peers = from.peers_actor();
  const auto sending =
    spawn(on.actors(), bare_context(from, "bench"), sending_actor, source_order{peers, to, count, received});
  auto spec = lane_of(peer::deliver_to<flat<wire::BenchDone>>(sending));
  spec.credit = [sending](const peer_id&, std::size_t bytes) { post(sending, credit{bytes}); };
  const auto begun = std::chrono::steady_clock::now();
  post(peers, std::move(spec));
  const bool ended = waiting.wait_for(std::chrono::minutes{1}) == std::future_status::ready;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const bool whole = ended && waiting.get() == count;
  ask_to_stop(sending);
  post(peers, peer::unmount{lane_protocol});
  return whole ? static_cast<double>(count) / seconds : -1;
}

} // namespace bench
} // namespace troupe
