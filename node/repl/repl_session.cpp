// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/repl_session.hpp"

#include "actors/datatype/data_types.hpp"
#include "messages/codec/peer_id_text.hpp"
#include "node/repl/actor_names.hpp"
#include "node/repl/quorum_warning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::repl {
namespace {

constexpr std::chrono::seconds command_limit{1};

std::vector<peer_status> peers_of(node& of) {
  return ask<std::vector<peer_status>>([&](auto done) { of.peers(done); });
}

/// The name of a command that only the set has, else nothing.
std::string_view of_the_set(verb what) {
  switch (what) {
  case verb::add:
    return "add";
  case verb::remove:
    return "remove";
  case verb::read:
    return "read";
  case verb::wait_read:
    return "wait read";
  default:
    return {};
  }
}

constexpr duration stop_looked_for_every = std::chrono::milliseconds{100};

} // namespace

std::string peer_line(const peer_status& peer) {
  return fmt::format("{}@{}{}{}", peer.actor, peer.address.empty() ? "<unknown>" : peer.address,
                     peer.voting ? " (voting)" : "", peer.self ? " (self)" : "");
}

session::after session::run(std::string_view line) {
  const auto parsed = parse(line);
  if (!parsed) {
    fail(parsed.error().text);
    return after::go_on;
  }
  if (!*parsed)
    return after::go_on;
  const auto before = std::exchange(line_, std::string{line});
  if (line_ != before)
    warned_.clear();
  return execute(**parsed);
}

session::after session::execute(const command& what) {
  if (const auto seeds = of_the_set(what.what); !seeds.empty() && node_.type() != default_data_type) {
    fail(of_another_type(seeds, default_data_type, node_.type()));
    return after::go_on;
  }
  switch (what.what) {
  case verb::quit:
    return after::quit;
  case verb::help:
    out_.say(help_text());
    break;
  case verb::peer:
    out_.say(fmt::format("[REPL] parsed addr {}", what.address.text()));
    report("[P2P] Failed to connect to destination",
           ask<node::outcome>([&](auto done) { node_.connect(what.address, done); }));
    break;
  case verb::peers:
    print_peers();
    break;
  case verb::retry:
    report("[CLI] Failed to retry", ask<node::outcome>([&](auto done) { node_.retry(done); }));
    break;
  case verb::add:
  case verb::remove:
    operate(what);
    break;
  case verb::read:
    on_type({default_data_type, true, {"read", {}}, std::nullopt});
    break;
  case verb::dbg:
    out_.say(ask<std::string>([&](auto done) { node_.dump(done); }));
    break;
  case verb::of_type:
    on_type(what.own);
    break;
  case verb::wait_peers:
  case verb::wait_voting:
  case verb::wait_read:
    wait_for(what);
    break;
  default:
    on_actor(what);
  }
  return after::go_on;
}

void session::print_peers() {
  node_.context().line(log_level::trace, "[P2P] router cmd ListPeers");
  std::string text;
  for (const auto& peer : peers_of(node_))
    text += (text.empty() ? "" : "\n") + peer_line(peer);
  out_.say(text);
}

void session::on_actor(const command& what) {
  const auto who = actor(what.argument);
  if (!who) {
    fail(who.error().text);
    return;
  }
  if (warned_of(what, *who))
    return;
  const auto call = [&](auto operation) {
    return ask<node::outcome>([&](auto done) { (node_.*operation)(*who, done); });
  };
  const auto name = short_name(*who);
  if (what.what == verb::trust)
    report("[CLI] Failed to trust", call(&node::trust));
  else if (what.what == verb::untrust)
    report("[CLI] Failed to untrust", call(&node::untrust));
  else if (what.what == verb::join)
    report(fmt::format("[CLI] Failed to request join for {}", name).c_str(), call(&node::join));
  else if (what.what == verb::leave)
    report(fmt::format("[CLI] Failed to request leave for {}", name).c_str(), call(&node::leave));
  else
    report("[CLI] Failed initiating anti-entropy", call(&node::anti_entropy));
}

bool session::warned_of(const command& what, const peer_id& who) {
  const bool comes = what.what == verb::trust || what.what == verb::join;
  if (what.what == verb::anti_entropy || std::exchange(warned_, {}) == line_)
    return false;
  const auto warning = quorum_warning(peers_of(node_), to_base58(who), comes, line_);
  if (!warning)
    return false;
  warned_ = line_;
  out_.say(*warning);
  return true;
}

void session::operate(const command& what) {
  await_operation([&](auto done) {
    if (what.what == verb::add)
      node_.add(what.value, done, brb::answer_when::delivered);
    else
      node_.remove(what.value, done, brb::answer_when::delivered);
  });
}

void session::on_type(type_command own) {
  if (own.type != node_.type())
    return fail(of_another_type(own.what.action, own.type, node_.type()));
  if (own.id_at) {
    auto& typed = own.what.arguments[*own.id_at];
    const auto who = actor(typed);
    if (!who)
      return fail(who.error().text);
    typed = to_base58(*who);
  }
  if (!own.asks)
    return await_operation([&](auto done) { node_.execute(own.what, done, brb::answer_when::delivered); });
  const auto answer =
    ask<expected<std::string, explained>>([&](auto done) { node_.ask_type(own.what, done); });
  if (answer)
    out_.say(*answer);
  else
    fail(fmt::format("[CLI] {}", answer.error().text));
}

void session::await_operation(const std::function<void(node::answer<node::outcome>)>& start) {
  auto answer = std::make_shared<std::promise<node::outcome>>();
  auto waiting = answer->get_future();
  start([answer](const node::outcome& outcome) { answer->set_value(outcome); });
  // Without a quorum it happens later: seed 000 comes back to its prompt after a second, too.
  if (waiting.wait_for(command_limit) == std::future_status::ready)
    report("[CLI] Error executing datatype op", waiting.get());
}

void session::report(const char* doing, const node::outcome& outcome) {
  if (!outcome)
    fail(fmt::format("{}: {}", doing, outcome.error().text));
}

expected<peer_id, explained> session::actor(const std::string& typed) {
  std::vector<peer_id> known{node_.self()};
  for (const auto& peer : peers_of(node_))
    if (const auto id = parse_peer_id(peer.peer); id && !peer.self)
      known.push_back(*id);
  return resolve(typed, node_.self(), known);
}

bool session::holds(const command& what) {
  if (what.what == verb::wait_read)
    return ask<std::set<std::uint64_t>>([&](auto done) { node_.read(done); }) == what.elements;
  const bool sessions = what.what == verb::wait_peers;
  const auto counts = [&](const peer_status& peer) {
    return sessions ? peer.self || peer.session : peer.voting;
  };
  const auto peers = peers_of(node_);
  return static_cast<std::uint64_t>(std::count_if(peers.begin(), peers.end(), counts)) == what.value;
}

void session::wait_for(const command& what) {
  const auto until = std::chrono::steady_clock::now() + what.limit;
  duration left = what.limit;
  do {
    if (stopped_() || node_.wait_until([&] { return holds(what); }, std::min(left, stop_looked_for_every)))
      return;
    left = until - std::chrono::steady_clock::now();
  } while (left > duration{});
  const auto wanted =
    what.what == verb::wait_read
      ? "read " + rendered(what.elements)
      : fmt::format("{} {}", what.what == verb::wait_peers ? "peers" : "voting", what.value);
  fail(fmt::format("wait {}: not so within {} s", wanted, what.limit.count()));
}

void session::fail(std::string_view line) {
  ++failed_;
  out_.say(line);
}

} // namespace troupe::repl
