// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/packet_trace.hpp"

#include "actors/brb/packets.hpp"
#include "messages/codec/orswot_codec.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using test::actor_number;

namespace {

using lines = std::vector<std::string>;

struct kept_lines final : log_sink {
  explicit kept_lines(log_level from) : least(from) {}
  bool wants(log_level level) const override { return level >= least; }
  void write(log_level, std::string_view, time_point, std::string_view line) override {
    all.emplace_back(line);
  }

  log_level least;
  lines all;
};

struct still_clock final : node_clock {
  time_point now() const override { return {}; }
  std::uint64_t wall_ms() const override { return 0; }
};

struct traced {
  std::shared_ptr<kept_lines> log;
  peer_id a = actor_number(0);
  peer_id b = actor_number(1);
  packet_trace trace;

  explicit traced(log_level least = log_level::trace)
    : log(std::make_shared<kept_lines>(least)),
      trace({std::make_shared<still_clock>(), log, random_stream{1}, "n"}, options()) {}
  agreement_options options() const {
    agreement_options made;
    made.self = actor_number(0);
    made.address_of = [](const peer_id& who) { return who == actor_number(0) ? "here" : "there"; };
    return made;
  }
};

} // namespace

TEST_CASE("packet trace: a packet that leaves is announced and labels its frame once", "[unit][brb]") {
  traced on;
  on.trace.leaving({on.b, "P", {}, true});
  const auto packet = "Packet { source: " + short_name(on.a) + ", dest: " + short_name(on.b) +
                      ", payload: P, sig: sig:000000 }";
  REQUIRE(on.log->all == lines{"[P2P] router cmd Deliver(" + packet + ")",
                               "[P2P] delivering packet to " + short_name(on.b) + " at addr there: " + packet,
                               "[P2P] Sent network msg successfully."});
  REQUIRE(on.trace.labels() == lines{packet});
  REQUIRE(on.trace.labels().empty());
}

TEST_CASE("packet trace: a packet to oneself labels no frame", "[unit][brb]") {
  traced on;
  on.trace.leaving({on.a, "P"});
  REQUIRE(on.log->all.size() == 2);
  REQUIRE(on.trace.labels().empty());
}

TEST_CASE("packet trace: a packet that arrives is applied and acknowledged under our name", "[unit][brb]") {
  traced on;
  on.trace.arrived({on.b, "P"});
  const auto a = short_name(on.a);
  const auto b = short_name(on.b);
  const auto packet = "Packet { source: " + b + ", dest: " + a + ", payload: P, sig: sig:000000 }";
  REQUIRE(on.log->all == lines{"[P2P] router cmd Apply(" + packet + ")",
                               "[BRB] handling packet from " + b + "->" + a,
                               "[P2P] delivering Ack(packet) to " + a + " at addr there: " + packet,
                               "[P2P] Sent network msg successfully."});
}

TEST_CASE("packet trace: our own packet is acknowledged when it has been handled", "[unit][brb]") {
  traced on;
  on.trace.arrived({on.a, "P"});
  REQUIRE(on.log->all.size() == 6);
  REQUIRE(on.log->all[4].starts_with("[P2P] router cmd Acked(Packet {"));
  REQUIRE(on.log->all[5].starts_with("[P2P] Got ack for packet Packet {"));
}

TEST_CASE("packet trace: above trace only the handling is told and nothing is kept", "[unit][brb]") {
  traced on{log_level::info};
  on.trace.leaving({on.b, "P", {}, true});
  on.trace.arrived({on.b, "P"});
  REQUIRE(on.log->all == lines{handling_text(on.b, on.a)});
  REQUIRE(on.trace.labels().empty());
}

TEST_CASE("packet trace: what was refused unread has a handling line only", "[unit][brb]") {
  traced on;
  on.trace.arrived({on.b, {}});
  REQUIRE(on.log->all == lines{handling_text(on.b, on.a)});
}

TEST_CASE("packet texts: a proof names who signed and survives what does not fit", "[unit][brb]") {
  certificate proof;
  proof.header.source = actor_number(0);
  proof.header.sequence = 1;
  const std::set<peer_id> members{actor_number(0), actor_number(1), actor_number(2)};
  const auto names = [&](const std::set<peer_id>* of) {
    const auto text = proof_text(proof, of, orswot::describe);
    return text.substr(text.find("proof: "));
  };
  const auto second = short_name(*std::next(members.begin()));
  const auto third = short_name(*std::next(members.begin(), 2));
  proof.signers = {0b110};
  proof.seals.resize(2);
  REQUIRE(names(&members) == "proof: {" + second + ": sig:000000, " + third + ": sig:000000} })");
  proof.seals.resize(1);
  REQUIRE(names(&members) == "proof: {" + second + ": sig:000000} })");
  proof.signers.clear();
  REQUIRE(names(&members) == "proof: {} })");
  REQUIRE(names(nullptr) == "proof: {} })");
}
