// SPDX-License-Identifier: BSD-3-Clause
// Goal: the agreement subtrees of several nodes run the seed's session over frames, and survive crashes of
// their actors. Method: real keys, a desk that answers tickets at once, and a peers actor that hands frames
// to the other node's lanes.
#include "actors/brb/agreement_actor.hpp"

#include "messages/codec/orswot_codec.hpp"
#include "messages/crypto/keys.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <caf/scoped_actor.hpp>

#include <cstring>
#include <set>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct wires {
  std::map<std::pair<peer_id, std::string>, peer::lane_spec> lanes; ///< of each node
  std::size_t frames = 0;
  bool cut = false;
  std::set<caf::strong_actor_ptr> seen; ///< every actor that sent a frame or asked for a ticket
};

using desk_handle = handle<takes<persist_order>, takes<verify_order>, takes<sign_order>>;

/// The promise log and the crypto worker of one node.
desk_handle::behavior_type desk_actor(self_ptr<desk_handle, int> self, node_context, key_pair key,
                                      std::shared_ptr<std::vector<bytes>> log, std::shared_ptr<wires> net) {
  return {[self, log, net](const persist_order& order) {
            net->seen.insert(caf::actor_cast<caf::strong_actor_ptr>(order.who));
            log->push_back(order.what.record);
            send(self, order.who, persisted{order.what.id, true});
          },
          [self](const verify_order& order) {
            const bool valid = verify_ed25519(order.what.signer, order.what.message, order.what.signed_by);
            send(self, order.who, verified{order.what.id, valid});
          },
          [self, key](const sign_order& order) {
            send(self, order.who, signed_off{order.what.id, to_bytes(key.sign(order.what.message))});
          }};
}

peer::peers_handle::behavior_type peers_actor(self_ptr<peer::peers_handle, int> self, node_context,
                                              peer_id own, std::shared_ptr<wires> net,
                                              std::vector<std::string>* complaints) {
  return {[self, own, net](const peer::send_frames& order) {
            net->seen.insert(self->current_sender());
            const auto lane = net->lanes.find({order.to, order.protocol});
            if (net->cut || lane == net->lanes.end())
              return;
            ++net->frames;
            frame_header header;
            std::memcpy(&header, order.frames->data(), sizeof(header));
            frame_run run;
            run.owner = order.frames;
            run.items.push_back(
              {header.type, static_cast<std::uint32_t>(frame_prefix(header.flags)), header.length});
            REQUIRE(lane->second.sink(peer::received{own, nullptr}, run));
          },
          [](const peer::lane_spec&) {},
          [](const peer::mount_protocol&) {},
          [](const peer::unmount&) {},
          [](const peer::subscribe&) {},
          [](const peer::watch_trouble&) {},
          [](const peer::connect&) {},
          [](const peer::disconnect&) {},
          [complaints](const peer::misbehaved& event) { complaints->push_back(event.what); },
          [](const peer::open_stream&) {},
          [](const peer::set_group&) {},
          [](const peer::list_peers&) { return peer::peer_list{}; }};
}

struct node_under_test {
  node_under_test(stage& on, std::shared_ptr<wires> net, std::uint8_t seed, bool manual)
    : on_(on), key(key_pair::from_seed({seed})), name("n" + std::to_string(seed)) {
    start(net, manual, memory);
  }

  void start(std::shared_ptr<wires> net, bool manual, std::shared_ptr<brb::agreement_memory> from) {
    const auto context = on_.context(name);
    desk = spawn(on_.system(), context.named("desk"), desk_actor, key, log, net);
    peers = spawn(on_.system(), context.named("peers"), peers_actor, key.id(), net, &complaints);
    at = brb::make_agreement_addresses(on_.system(), context);
    brb::agreement_options options;
    options.self = key.id();
    options.network = "test";
    options.manual_anti_entropy = manual;
    options.checkpoint_every = 0; // there is no store for them
    memory = std::move(from);
    options.memory = memory;
    root = brb::spawn_agreement(
      on_.system(), context.named("agreement"), options,
      {peers, {desk, {{{desk, std::make_shared<check_load>(1u << 20)}}, verify_ed25519}}, {}}, at);
    for (auto& lane : brb::agreement_lanes(at))
      net->lanes[{key.id(), lane.protocol}] = lane;
    on_.run();
  }
  void stop() { on_.stop(root, peers, desk); }

  template <class Answer, class Handle, class Question>
  Answer ask(const Handle& whom, Question question) {
    caf::scoped_actor self{on_.system()};
    auto waiting = self->request(whom, 10s, std::move(question));
    on_.run();
    Answer result{};
    waiting.receive([&](const Answer& answer) { result = answer; },
                    [&](const caf::error& err) { FAIL(caf::to_string(err)); });
    return result;
  }
  std::string change(membership::change_kind kind, const node_under_test& other, bool forced) {
    return ask<outcome>(at.membership, membership::change_members{{kind, other.key.id()}, forced}).error;
  }
  std::string trust(const node_under_test& other) {
    return change(membership::change_kind::join, other, true);
  }
  std::string join(const node_under_test& other) {
    return change(membership::change_kind::join, other, false);
  }
  std::string execute(std::string action, std::uint64_t value) {
    return ask<brb::executed>(at.front, brb::execute{{{std::move(action), {std::to_string(value)}}}})
      .errors.front();
  }
  std::string read() { return ask<datatype::value_read>(at.data, datatype::read_value{}).text.value(); }
  std::size_t voters() {
    const auto view = ask<membership::view_message>(at.membership, membership::get_view{}).now;
    return view->members_of(view->gen)->size();
  }
  void joined(const node_under_test& other) {
    post(at.front, peer::joined{other.key.id(), {}});
    on_.run();
  }

  stage& on_;
  key_pair key;
  std::string name;
  std::shared_ptr<std::vector<bytes>> log = std::make_shared<std::vector<bytes>>();
  std::shared_ptr<brb::agreement_memory> memory = std::make_shared<brb::agreement_memory>();
  std::vector<std::string> complaints;
  desk_handle desk;
  peer::peers_handle peers;
  brb::agreement_handles at;
  supervisor_handle root;
};

struct pair_of_nodes {
  explicit pair_of_nodes(bool manual = true) : a(on, net, 1, manual), b(on, net, 2, manual) {}
  ~pair_of_nodes() {
    a.stop();
    b.stop();
    net->lanes.clear(); // whoever holds an address keeps its actor alive
    net->seen.clear();
  }
  void form_group() {
    REQUIRE(a.trust(a).empty());
    REQUIRE(b.trust(a).empty());
    REQUIRE(a.join(b).empty());
    REQUIRE(b.ask<outcome>(b.at.front, brb::catch_up_from{a.key.id()}).error.empty());
    REQUIRE(a.voters() == 2);
    REQUIRE(b.voters() == 2);
  }

  std::shared_ptr<wires> net = std::make_shared<wires>();
  stage on;
  node_under_test a;
  node_under_test b;
};

} // namespace

TEST_CASE("agreement: two nodes run the seed's session over frames", "[actor][brb]") {
  pair_of_nodes at;
  at.form_group();
  REQUIRE(at.b.read() == "{}");
  REQUIRE(at.b.execute("add", 3).empty());
  REQUIRE(at.a.read() == "{3}");
  REQUIRE(at.b.read() == "{3}");
  for (const auto* line :
       {"[P2P] Trusting actor: ", "[P2P] Starting join for actor: ",
        "[P2P] Starting anti-entropy with actor: ", "[MBR] Adding vote to history",
        "[BRB] we have quorum over msg, sending proof to network", "[P2P] delivering packet to ",
        "[P2P] router cmd Deliver(Packet {", "[P2P] router cmd Apply(Packet {",
        "[P2P] delivering Ack(packet) to ", "[P2P] router cmd Acked(Packet {"})
    REQUIRE(at.on.log().has(line));
  REQUIRE_FALSE(at.on.log().has("dropping packet"));
  REQUIRE_FALSE(at.on.log().has("crashed"));
  const auto text = at.b.ask<brb::dump_text>(at.b.at.front, brb::get_dump{}).text;
  REQUIRE(text.find("generation: 1") != std::string::npos);
  REQUIRE(text.find("instances: 0") != std::string::npos);
}

TEST_CASE("agreement: commands answer with the error's name", "[actor][brb]") {
  pair_of_nodes at;
  REQUIRE(at.a.execute("add", 1) == "NoGroup");
  REQUIRE(at.a.join(at.b) == "NoMembers");
  REQUIRE(at.a.trust(at.a).empty());
  REQUIRE(at.a.join(at.a) == "JoinRequestForExistingMember");
  REQUIRE(at.b.execute("add", 1) == "NoGroup");
}

TEST_CASE("agreement: a session that comes up starts anti-entropy unless it is manual", "[actor][brb]") {
  for (const bool manual : {true, false}) {
    pair_of_nodes at(manual);
    REQUIRE(at.a.trust(at.a).empty());
    REQUIRE(at.b.trust(at.a).empty());
    REQUIRE(at.a.join(at.b).empty());
    at.b.joined(at.a);
    REQUIRE(at.b.voters() == (manual ? 1 : 2));
  }
}

TEST_CASE("agreement: what was lost is sent again by time alone", "[actor][brb]") {
  pair_of_nodes at;
  at.form_group();
  at.net->cut = true;
  REQUIRE(at.b.execute("add", 3).empty());
  at.on.pass(2s);
  REQUIRE(at.b.read() == "{}");
  at.net->cut = false;
  at.on.pass(10s);
  REQUIRE(at.a.read() == "{3}");
  REQUIRE(at.b.read() == "{3}");
}

TEST_CASE("agreement: a node started anew on its promise log reads the same and goes on", "[actor][brb]") {
  pair_of_nodes at;
  at.form_group();
  REQUIRE(at.b.execute("add", 3).empty());
  at.b.stop();
  at.b.start(at.net, true, std::make_shared<brb::agreement_memory>(brb::replay(*at.b.log, "test")));
  REQUIRE(at.b.voters() == 2);
  REQUIRE(at.b.read() == "{3}");
  REQUIRE(at.b.execute("add", 4).empty());
  REQUIRE(at.a.read() == "{3, 4}");
}

TEST_CASE("agreement: crashes of any of its actors lose nothing", "[actor][brb]") {
  pair_of_nodes at(false);
  at.form_group();
  REQUIRE(at.b.execute("add", 1).empty());
  at.b.joined(at.a);
  at.a.joined(at.b);
  const auto victims = std::exchange(at.net->seen, {});
  REQUIRE(victims.size() >= 6); // of both nodes: membership, front, receivers
  std::string expected = "1";
  std::uint64_t value = 1;
  for (const auto& victim : victims) {
    if (!victim)
      continue;
    caf::anon_send(caf::actor_cast<caf::actor>(victim),
                   caf::exit_msg{victim->address(), crash_error("injected", {})});
    at.on.run();
    at.on.pass(6s);
    REQUIRE(at.b.voters() == 2);
    REQUIRE(at.b.execute("add", ++value).empty());
    expected += ", " + std::to_string(value);
    at.on.pass(2s);
    REQUIRE(at.a.read() == "{" + expected + "}");
    REQUIRE(at.b.read() == "{" + expected + "}");
  }
}

TEST_CASE("agreement: what a receiver of a crashed front still delivers is not lost", "[actor][brb]") {
  pair_of_nodes at;
  at.form_group();
  REQUIRE(at.b.execute("add", 1).empty());
  const auto view = at.b.ask<membership::view_message>(at.b.at.membership, membership::get_view{}).now;
  auto& own = at.b.memory->sources.at(at.b.key.id());
  // A receiver that ends on another thread: it is in the middle of a delivery when the front comes back.
  auto ending = std::make_optional<brb::receiver_lease>(at.b.memory);
  at.net->cut = true;
  at.net->seen.clear();
  REQUIRE(at.b.ask<outcome>(at.b.at.front, brb::catch_up_from{at.a.key.id()}).error.empty());
  REQUIRE(at.net->seen.size() == 1); // the front
  const auto front = *std::exchange(at.net->seen, {}).begin();
  caf::anon_send(caf::actor_cast<caf::actor>(front),
                 caf::exit_msg{front->address(), crash_error("injected", {})});
  at.on.pass(2s);
  REQUIRE(at.b.execute("add", 2) == "Restarting");
  const auto late = orswot::encode({orswot::action::add, at.b.key.id(), 2, {7}, {}});
  own->remember(delivered_promise{std::make_shared<brb::certificate>(brb::certificate{
    generation{1}, {*view->group, at.b.key.id(), 2, generation{1}, sha256(late), 1}, {}, {}, {}, late})});
  ending.reset();
  at.on.pass(2s);
  REQUIRE(at.b.read() == "{1, 7}");
  REQUIRE(at.b.ask<brb::dump_text>(at.b.at.front, brb::get_dump{}).text.find(".2\n") != std::string::npos);
}

TEST_CASE("agreement: a dispute about a number of ours begins the broadcast anew and accuses nobody",
          "[actor][brb]") {
  pair_of_nodes at;
  at.form_group();
  REQUIRE(at.b.execute("add", 1).empty());
  at.on.pass(2s);
  const auto view = at.b.ask<membership::view_message>(at.b.at.membership, membership::get_view{}).now;
  at.net->seen.clear();
  at.net->cut = true;
  REQUIRE(at.b.ask<outcome>(at.b.at.front, brb::catch_up_from{at.a.key.id()}).error.empty());
  REQUIRE(at.net->seen.size() == 1); // the front
  const auto front = caf::actor_cast<brb::front_handle>(*at.net->seen.begin());
  at.net->cut = false;
  const bytes other{1};
  const brb::send_message disputed{
    generation{1}, {*view->group, at.b.key.id(), 1, generation{1}, sha256(other), 1}, {}, other};
  post(front, brb::loop_packet{std::make_shared<const brb::send_message>(disputed)});
  at.on.pass(2s);
  REQUIRE(at.on.log().has("disagree on slot 1 of ours: the broadcast begins anew"));
  REQUIRE(at.b.execute("add", 2).empty());
  at.on.pass(2s);
  REQUIRE(at.a.read() == "{1, 2}");
  REQUIRE(at.b.read() == "{1, 2}");
  REQUIRE(at.b.voters() == 2);
  REQUIRE(at.a.complaints.empty());
  REQUIRE(at.b.complaints.empty());
}

TEST_CASE("agreement: a null frame is dropped", "[actor][brb]") {
  pair_of_nodes at;
  at.form_group();
  post(at.a.at.front, peer::received{at.b.key.id(), nullptr}, flat<wire::BrbSend>{});
  post(at.a.at.membership, peer::received{at.b.key.id(), nullptr}, flat<wire::MembershipVote>{});
  at.on.run();
  REQUIRE_FALSE(at.on.log().has("crashed"));
}

TEST_CASE("agreement: a peer that forges a signature is complained about", "[actor][brb]") {
  pair_of_nodes at;
  at.form_group();
  const bytes payload{1};
  const auto view = at.a.ask<membership::view_message>(at.a.at.membership, membership::get_view{}).now;
  brb::send_message forged{
    generation{1}, {*view->group, at.b.key.id(), 1, generation{1}, sha256(payload), 1}, {}, payload};
  post(at.a.at.front, peer::received{at.b.key.id(), nullptr}, brb::encode(forged));
  at.on.run();
  REQUIRE(at.a.complaints == std::vector<std::string>{"Signature"});
}
