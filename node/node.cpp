// SPDX-License-Identifier: BSD-3-Clause
#include "node/node.hpp"

#include "messages/codec/peer_id_text.hpp"
#include "node/assembly.hpp"
#include "node/node_metrics.hpp"
#include "node/peer_metrics.hpp"
#include "node/ping_once.hpp"

#include <fmt/format.h>

namespace troupe {
namespace {

constexpr std::chrono::seconds request_limit{5};
/// How long a command waits for what it started, as seed 000 does.
constexpr std::chrono::seconds command_limit{1};

std::string text_of(const caf::error& failure) {
  return cause_of(failure).text;
}

node::outcome outcome_of(const troupe::outcome& answered) {
  if (answered.error.empty())
    return {};
  return unexpected(explained{answered.error});
}

/// Answers `done` with what the request brings, or with why it brought nothing.
template <class Self, class Handle, class Message>
void ask_for(Self* self, const Handle& to, Message message, node::answer<node::outcome> done) {
  request(self, to, request_limit, std::move(message))
    .then([done](const troupe::outcome& answered) { done(outcome_of(answered)); },
          [done](const caf::error& failure) { done(unexpected(explained{text_of(failure)})); });
}

} // namespace

struct node::impl {
  std::unique_ptr<assembly> parts;

  void run(std::function<void(front_handle::pointer)> job) {
    post(parts->handles().front, front_job{std::move(job)});
  }
  void trace(std::string line) { parts->context().line(log_level::trace, line); }
  void say(std::string line) { parts->context().line(log_level::info, line); }

  void change(const peer_id& who, membership::change_kind kind, bool forced, answer<outcome> done) {
    run([=, to = parts->handles().agreement.membership](auto* self) {
      ask_for(self, to, membership::change_members{{kind, who}, forced}, done);
    });
  }
  void execute(command what, brb::answer_when when, answer<outcome> done);
};

node::node() = default;

expected<std::unique_ptr<node>, explained> node::start(runtime& on, options with) {
  return assembly::make(on, with.config, std::move(with.log), with.listening)
    .map([](std::unique_ptr<assembly> made) {
      std::unique_ptr<node> started{new node};
      started->impl_ = std::make_unique<impl>(impl{std::move(made)});
      return started;
    });
}

node::~node() {
  stop();
}

void node::stop() {
  impl_->parts->stop();
}

const peer_id& node::self() const {
  return impl_->parts->network().self();
}

std::vector<multiaddr> node::listen_addresses() const {
  return impl_->parts->listen_addresses();
}

bool node::ready() const {
  return impl_->parts->running();
}

peer::peers_handle node::peers_actor() const {
  return impl_->parts->handles().peers;
}

const node_context& node::context() const {
  return impl_->parts->context();
}

// ---- connecting

void node::connect(const multiaddr& to, answer<outcome> done) {
  impl_->trace(fmt::format("[P2P] router cmd SayHello({})", to.text()));
  impl_->trace("[P2P] Sent network msg successfully.");
  post(impl_->parts->handles().front, front_connect{to, command_limit, std::move(done)});
}

void node::disconnect(const peer_id& peer) {
  post(peers_actor(), peer::disconnect{peer});
}

void node::ping(const peer_id& peer, answer<expected<duration, explained>> done) {
  open_stream({peer, {}, ping_protocol}, ping_once(context(), std::move(done)));
}

// ---- what is known

void node::peers(answer<std::vector<peer_status>> done) {
  impl_->run([this, done](auto* self) {
    const auto handles = impl_->parts->handles();
    request(self, handles.peers, request_limit, peer::list_peers{})
      .then(
        [=, this](const peer::peer_list& known) {
          request(self, handles.agreement.membership, request_limit, membership::get_view{})
            .then(
              [=, this](const membership::view_message& view) { done(peer_lines(known, *view.now, *this)); },
              [=, this](const caf::error&) { done(peer_lines(known, {}, *this)); });
        },
        [=, this](const caf::error&) { done(peer_lines({}, {}, *this)); });
  });
}

void node::execute_all(std::vector<command> what, answer<std::vector<std::string>> done,
                       brb::answer_when when) {
  impl_->run([=, what = std::move(what), to = impl_->parts->handles().agreement.front](auto* self) {
    request(self, to, request_limit, brb::execute{what, when})
      .then([done](const brb::executed& answered) { done(answered.errors); },
            [done, count = what.size()](const caf::error& failure) {
              done(std::vector<std::string>(count, text_of(failure)));
            });
  });
}

void node::read(answer<std::set<std::uint64_t>> done) {
  impl_->run([done, to = impl_->parts->handles().agreement.data](auto* self) {
    request(self, to, request_limit, datatype::read_value{})
      .then([done](const datatype::value_read& value) { done(value.values); },
            [done](const caf::error&) { done({}); });
  });
}

void node::dump(answer<std::string> done) {
  impl_->run([done, to = impl_->parts->handles().agreement.front](auto* self) {
    request(self, to, request_limit, brb::get_dump{})
      .then([done](const brb::dump_text& dump) { done(dump.text); },
            [done](const caf::error& failure) { done(text_of(failure)); });
  });
}

void node::metrics(answer<std::vector<metric>> done) {
  peers([this, done](const std::vector<peer_status>& known) {
    const auto& parts = *impl_->parts;
    auto all = metrics_of(impl_->parts->network().counters(), known, parts.agreement());
    add_peer_metrics(all, parts.counters(), parts.retained(), parts.restarts(), parts.signatures());
    done(std::move(all));
  });
}

bool node::wait_until(const std::function<bool()>& holds, duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  auto& changes = impl_->parts->changes();
  for (;;) {
    const auto seen = changes.count();
    if (holds())
      return true;
    if (!changes.wait_past(seen, deadline))
      return false;
  }
}

// ---- operations of seed 000

void node::trust(const peer_id& actor, answer<outcome> done) {
  impl_->trace(fmt::format("[P2P] router cmd Trust(\"{}\")", short_name(actor)));
  impl_->change(actor, membership::change_kind::join, true, std::move(done));
}

void node::untrust(const peer_id& actor, answer<outcome> done) {
  impl_->trace(fmt::format("[P2P] router cmd Untrust(\"{}\")", short_name(actor)));
  impl_->change(actor, membership::change_kind::leave, true, std::move(done));
}

void node::join(const peer_id& actor, answer<outcome> done) {
  impl_->trace(fmt::format("[P2P] router cmd RequestJoin(\"{}\")", short_name(actor)));
  impl_->change(actor, membership::change_kind::join, false, std::move(done));
}

void node::leave(const peer_id& actor, answer<outcome> done) {
  impl_->trace(fmt::format("[P2P] router cmd RequestLeave(\"{}\")", short_name(actor)));
  impl_->change(actor, membership::change_kind::leave, false, std::move(done));
}

void node::anti_entropy(const peer_id& with, answer<outcome> done) {
  impl_->trace(fmt::format("[P2P] router cmd AntiEntropy(\"{}\")", short_name(with)));
  impl_->run([=, to = impl_->parts->handles().agreement.front](auto* self) {
    ask_for(self, to, brb::catch_up_from{with}, done);
  });
}

void node::retry(answer<outcome> done) {
  impl_->trace("[P2P] router cmd Retry");
  impl_->run([=, to = impl_->parts->handles().agreement.front](auto* self) {
    ask_for(self, to, brb::retry_all{}, done);
  });
}

void node::impl::execute(command what, brb::answer_when when, answer<outcome> done) {
  run([=, to = parts->handles().agreement.front](auto* self) {
    request(self, to, request_limit, brb::execute{{what}, when})
      .then([done](const brb::executed& answered) { done(outcome_of({answered.errors.front()})); },
            [done](const caf::error& failure) { done(unexpected(explained{text_of(failure)})); });
  });
}

void node::add(std::uint64_t element, answer<outcome> done, brb::answer_when when) {
  impl_->execute({"add", {std::to_string(element)}}, when, std::move(done));
}

void node::remove(std::uint64_t element, answer<outcome> done, brb::answer_when when) {
  impl_->execute({"remove", {std::to_string(element)}}, when, std::move(done));
}

const std::string& node::type() const {
  return impl_->parts->type();
}

void node::execute(command what, answer<outcome> done, brb::answer_when when) {
  impl_->execute(std::move(what), when, std::move(done));
}

void node::ask_type(command question, answer<expected<std::string, explained>> done) {
  impl_->run([=, to = impl_->parts->handles().agreement.data](auto* self) {
    request(self, to, request_limit, datatype::read_value{question})
      .then(
        [done](const datatype::value_read& value) {
          done(value.text.map_error([](const std::string& error) { return explained{error}; }));
        },
        [done](const caf::error& failure) { done(unexpected(explained{text_of(failure)})); });
  });
}

// ---- protocols of the embedder

void node::mount(transport::protocol what) {
  impl_->parts->network().mount(std::move(what));
}

void node::unmount(const std::string& id) {
  impl_->parts->network().unmount(id);
}

void node::open_stream(open_stream_request what, transport::lane_handler_ptr handler) {
  post(peers_actor(), peer::open_stream{what.peer,
                                        std::move(what.addresses),
                                        {std::move(what.protocol)},
                                        std::make_shared<transport::lane_handler_ptr>(std::move(handler))});
}

} // namespace troupe
