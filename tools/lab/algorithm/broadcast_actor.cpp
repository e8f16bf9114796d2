// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/algorithm/broadcast_actor.hpp"

#include "messages/codec/frame_writer.hpp"

namespace troupe::lab {
namespace {

using inside = with_timers<broadcast_handle>;

struct broadcast_actor_state {
  std::unique_ptr<broadcast> machine;
  std::map<std::uint64_t, std::function<void(const std::string&)>> waiting; ///< users, by operation of ours
  static inline const char* name = "broadcast";
};
using self_pointer = inside::stateful_pointer<broadcast_actor_state>;

chunk_ptr framed(const broadcast::send& what) {
  flatbuffers::FlatBufferBuilder builder;
  const auto name = builder.CreateString(what.name.substr(0, packet_name_max));
  const auto body = builder.CreateVector(what.packet);
  builder.Finish(wire::CreateLabPacket(builder, name, body));
  return single_frame(frame_type_v<wire::LabPacket>, {builder.GetBufferPointer(), builder.GetSize()});
}

struct serve {
  self_pointer self;
  const node_context& context;
  const peer::peers_handle& peers;
  const broadcast_actor_options& options;

  void operator()(const broadcast::send& what) const {
    if (what.to == options.start.self)
      return self->state.machine->handle(what.to, what.packet); // what follows comes out of the same poll
    send(self, peers, peer::send_frames{what.to, broadcast_protocol, framed(what)});
  }
  void operator()(const broadcast::echo&) const {}
  void operator()(const broadcast::deliver& what) const {
    options.ledger->delivered(what.source, what.sequence, sha256(what.payload));
    if (what.source != options.start.self)
      return;
    if (const auto user = self->state.waiting.extract(what.sequence))
      user.mapped()({});
  }
  void operator()(const broadcast::refuse& what) const {
    context.line(log_level::info, "dropping packet: " + what.why);
  }
};

void pump(self_pointer self, const node_context& context, const peer::peers_handle& peers,
          const broadcast_actor_options& options) {
  while (const auto effect = self->state.machine->poll()) {
    if (options.saw)
      options.saw(*effect);
    std::visit(serve{self, context, peers, options}, *effect);
  }
  options.ledger->counted(self->state.machine->snapshot());
}

inside::behavior_type broadcast_actor(self_pointer self, node_context context, peer::peers_handle peers,
                                      broadcast_actor_options options) {
  self->state.machine = options.make(options.start);
  options.ledger->installed(options.start.first);
  const auto wait = [=] {
    send_after(self, handle<takes<timer_fired>>{self}, options.resend_every,
               timer_fired{context.clock->now() + options.resend_every});
  };
  wait();
  return {[=](const peer::received& how, const flat<wire::LabPacket>& packet) {
            const auto* body = packet->body();
            self->state.machine->handle(how.from, body ? byte_view(body->data(), body->size()) : byte_view{});
            pump(self, context, peers, options);
          },
          [=](const broadcast_command& what) {
            const auto sequence = self->state.machine->execute(what.payload);
            if (!sequence)
              what.done(sequence.error());
            else if (!what.when_delivered)
              what.done({});
            else
              self->state.waiting.emplace(*sequence, what.done);
            pump(self, context, peers, options);
          },
          [=](const install_voters& next) {
            self->state.machine->install(next.now);
            options.ledger->installed(next.now);
            pump(self, context, peers, options);
          },
          [=](timer_fired) {
            self->state.machine->resend();
            pump(self, context, peers, options);
            wait();
          }};
}

} // namespace

void broadcast_ledger::delivered(const peer_id& source, std::uint64_t sequence, const digest& what) {
  const std::scoped_lock lock{guard_};
  content_.delivered.insert_or_assign({source, sequence}, what);
}

void broadcast_ledger::counted(const broadcast::state& now) {
  const std::scoped_lock lock{guard_};
  content_.counts = now;
}

void broadcast_ledger::installed(const voters& now) {
  const std::scoped_lock lock{guard_};
  content_.group = now;
}

broadcast_ledger::content broadcast_ledger::read() const {
  const std::scoped_lock lock{guard_};
  return content_;
}

broadcast_handle spawn_broadcast(caf::actor_system& system, node_context context, peer::peers_handle peers,
                                 broadcast_actor_options options) {
  return spawn(system, std::move(context), broadcast_actor, std::move(peers), std::move(options));
}

} // namespace troupe::lab
