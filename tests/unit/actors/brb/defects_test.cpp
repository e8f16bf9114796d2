// SPDX-License-Identifier: BSD-3-Clause
// The defects of seed 000 that must not exist here, by name (spec: brb 6).
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

template <class Packet>
bool is(const cluster_message& what) {
  const auto* packet = std::get_if<brb::packet>(&what);
  return packet && std::holds_alternative<Packet>(*packet);
}

brb::echo_message echo_for(const agreement_cluster& cluster, std::size_t signer,
                           const brb::operation_header& header) {
  const auto id = cluster.nodes[signer]->id;
  return {generation{0}, header, stub_sign(id, brb::echo_digest(cluster_network, generation{0}, header))};
}

/// The header that node `i` asked the others to echo last.
brb::operation_header asked_header(const agreement_cluster& cluster) {
  brb::operation_header found;
  for (const auto& [ends, queue] : cluster.links)
    for (const auto& message : queue)
      if (is<brb::send_ptr>(message.what))
        found = std::get<brb::send_ptr>(std::get<brb::packet>(message.what))->header;
  return found;
}

} // namespace

TEST_CASE("brb: B1 a source whose echoes were all lost is answered again and delivers", "[unit][brb]") {
  agreement_cluster cluster(4, 4);
  cluster.lose = [](const auto&, const auto&, const auto& what) { return is<brb::echo_message>(what); };
  cluster[0].execute("add", 5);
  cluster.run();
  REQUIRE(cluster.all_read("{}"));
  cluster.lose = nullptr;
  cluster[0].retry();
  cluster.run();
  REQUIRE(cluster.all_read("{5}"));
  REQUIRE(cluster[0].quiet());
  cluster[0].execute("add", 6);
  cluster.run();
  REQUIRE(cluster.all_read("{5, 6}"));
}

TEST_CASE("brb: B2 an echo after the certificate changes nothing and nothing waits for ever", "[unit][brb]") {
  agreement_cluster cluster(4, 4);
  cluster[0].execute("add", 5);
  for (std::size_t i = 1; i < 4; ++i)
    REQUIRE(cluster.deliver_one(actor_number(0), actor_number(i))); // all echo
  const auto header = brb::operation_header(
    std::get<brb::echo_message>(
      std::get<brb::packet>(cluster.links[{actor_number(3), actor_number(0)}].front().what))
      .header);
  cluster.run();
  REQUIRE(cluster.all_read("{5}"));
  REQUIRE(cluster[0].live_instances() == 0);
  const auto notes = cluster[0].notes.size();
  cluster[0].receive(actor_number(3), brb::packet{echo_for(cluster, 3, header)});
  REQUIRE(cluster[0].notes.size() == notes);
  REQUIRE(cluster[0].live_instances() == 0);
  cluster[0].retry();
  REQUIRE(cluster.queued() == 0);
}

TEST_CASE("brb: B4 echoes of outsiders and for instances never issued count for nothing", "[unit][brb]") {
  agreement_cluster cluster(6, 4);
  cluster[0].execute("add", 5);
  const auto header = asked_header(cluster);
  cluster.links.clear();
  for (std::size_t outsider : {4u, 5u})
    cluster[0].receive(actor_number(outsider), brb::packet{echo_for(cluster, outsider, header)});
  cluster[0].receive(actor_number(1), brb::packet{echo_for(cluster, 1, header)});
  REQUIRE(cluster[0].count_notes("we have quorum") == 0);
  REQUIRE(cluster[0].reports ==
          std::vector<std::string>{"SourceIsNotVotingMember", "SourceIsNotVotingMember"});
  cluster[0].reports.clear();
  auto forged = header;
  forged.sequence = 9;
  cluster[0].receive(actor_number(4), brb::packet{echo_for(cluster, 4, forged)});
  forged.source = actor_number(2);
  cluster[0].receive(actor_number(4), brb::packet{echo_for(cluster, 4, forged)});
  auto other_payload = header;
  other_payload.payload_digest[0] ^= 1;
  cluster[0].receive(actor_number(1), brb::packet{echo_for(cluster, 1, other_payload)});
  REQUIRE(cluster[0].reports == std::vector<std::string>(3, "SignedValidatedForPacketWeDidNotRequest"));
  cluster[0].reports.clear();
  cluster[0].receive(actor_number(1),
                     brb::packet{brb::delivered_message{header.group, {{actor_number(2), 1}}}});
  cluster[0].receive(actor_number(1),
                     brb::packet{brb::delivered_message{header.group, {{actor_number(0), 7}}}});
  REQUIRE(cluster[0].reports == std::vector<std::string>{"DeliveredForPacketWeDidNotInitiate",
                                                         "DeliveredForPacketWeAreNotWaitingOn"});
  REQUIRE(cluster[0].live_instances() == 1);
  cluster[0].retry();
  cluster.run();
  REQUIRE(cluster[0].read() == "{5}");
}

TEST_CASE("brb: B7 what was signed for one network or purpose or group is worthless in another",
          "[unit][brb]") {
  const brb::operation_header header{
    make_group_id("a", {actor_number(0)}), actor_number(0), 1, generation{0}, {}, 1};
  const auto echo = brb::echo_digest("a", generation{0}, header);
  REQUIRE(echo != brb::echo_digest("b", generation{0}, header));
  REQUIRE(echo != brb::echo_digest("a", generation{1}, header));
  REQUIRE(echo != brb::header_digest("a", header));
  REQUIRE(brb::header_digest("a", header) != brb::header_digest("b", header));
  auto other_group = header;
  other_group.group = make_group_id("a", {actor_number(0), actor_number(1)});
  REQUIRE(echo != brb::echo_digest("a", generation{0}, other_group));
  REQUIRE(make_group_id("a", {actor_number(0)}) != make_group_id("b", {actor_number(0)}));

  // Two groups with the same source: what the source asks of one is refused in the other.
  agreement_cluster one(2, 2);
  agreement_cluster three(3, 3);
  one[0].execute("add", 5);
  const auto stolen = one.links[{actor_number(0), actor_number(1)}].front().what;
  three[1].receive(actor_number(0), stolen);
  REQUIRE(three[1].count_notes("dropping packet: ForeignGroup") == 1);
  REQUIRE(three[1].records.size() == 3); // the three trusts, no lock
}

TEST_CASE(
  "brb: B13 an operation costs at most five packets per other member and no acknowledgement of packets",
  "[unit][brb]") {
  agreement_cluster cluster(4, 4);
  std::size_t sent = 0;
  cluster.lose = [&](const auto&, const auto&, const auto&) {
    ++sent;
    return false;
  };
  cluster[0].execute("add", 5);
  cluster.run();
  REQUIRE(cluster.all_read("{5}"));
  REQUIRE(sent == 4 * 3); // request, echo, certificate, delivered
}
