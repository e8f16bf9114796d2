// SPDX-License-Identifier: BSD-3-Clause
// Whole operations on the cluster of bare machines: windows, resending, membership in between, restarts at
// every record.
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

TEST_CASE("quorum: is the least strict two-thirds majority", "[unit][brb]") {
  const std::size_t expected[] = {1, 2, 3, 3, 4, 5, 5, 6, 7, 7};
  for (std::size_t n = 1; n <= 10; ++n)
    REQUIRE(brb::quorum(n) == expected[n - 1]);
  REQUIRE(brb::quorum(16) == 11);
  REQUIRE_FALSE(brb::is_quorum(0, 0));
}

TEST_CASE("broadcast: test_resend_msgs each echo and each delivery shrinks what is sent again",
          "[unit][brb]") {
  agreement_cluster cluster(3, 3);
  auto& source = cluster[0];
  source.execute("add", 32);
  const auto resent = [&] {
    cluster.links.clear();
    source.retry();
    return cluster.queued();
  };
  REQUIRE(resent() == 2);
  REQUIRE(cluster.deliver_one(actor_number(0), actor_number(1)));
  REQUIRE(cluster.deliver_one(actor_number(1), actor_number(0)));
  REQUIRE(resent() == 1);
  REQUIRE(cluster.deliver_one(actor_number(0), actor_number(2)));
  REQUIRE(cluster.deliver_one(actor_number(2), actor_number(0)));
  REQUIRE(source.read() == "{32}");
  REQUIRE(resent() == 2);
  REQUIRE(cluster.deliver_one(actor_number(0), actor_number(1)));
  REQUIRE(cluster.deliver_one(actor_number(1), actor_number(0)));
  REQUIRE(resent() == 1);
  cluster.run();
  REQUIRE(resent() == 0);
  REQUIRE(source.quiet());
  REQUIRE(cluster.all_read("{32}"));
}

TEST_CASE("broadcast: sequential adds run concurrently and both land", "[unit][brb]") {
  agreement_cluster cluster(3, 3);
  cluster[0].execute("add", 1);
  cluster[0].execute("add", 2);
  cluster.run();
  REQUIRE(cluster[0].answers == std::vector<std::string>{"", ""});
  REQUIRE(cluster.all_read("{1, 2}"));
}

TEST_CASE("broadcast: a command is answered when it is promised or when it is delivered", "[unit][brb]") {
  agreement_cluster cluster(3, 3);
  cluster[0].execute("add", 1, brb::answer_when::delivered);
  cluster[0].execute("add", 2);
  REQUIRE(cluster[0].answers.size() == 1); // the second: both are promised
  cluster.run();
  REQUIRE(cluster[0].answers == std::vector<std::string>{"", ""});
  agreement_cluster alone(1, 1);
  alone[0].execute("add", 1, brb::answer_when::delivered);
  REQUIRE(alone[0].answers == std::vector<std::string>{""});
  REQUIRE(alone[0].read() == "{1}");
}

TEST_CASE("broadcast: the window is full after eight undelivered operations", "[unit][brb]") {
  agreement_cluster cluster(3, 3);
  for (std::uint64_t value = 1; value <= brb::pipeline_max + 1; ++value)
    cluster[0].execute("add", value);
  REQUIRE(cluster[0].answers.size() == brb::pipeline_max);
  cluster.now += std::chrono::seconds{1};
  cluster.expire_all();
  REQUIRE(cluster[0].answers.size() == brb::pipeline_max + 1);
  REQUIRE(cluster[0].answers.back() == "SourceAlreadyHasPendingMsg");
  cluster.run();
  REQUIRE(cluster.all_read("{1, 2, 3, 4, 5, 6, 7, 8}"));
}

TEST_CASE("broadcast: commands are refused outside a group and to non members", "[unit][brb]") {
  agreement_cluster cluster(2);
  cluster[0].execute("add", 1);
  REQUIRE(cluster[0].answers.back() == "NoGroup");
  cluster[0].trust(1);
  cluster[0].execute("add", 1);
  REQUIRE(cluster[0].answers.back() == "SourceIsNotVotingMember");
  cluster[0].trust(0);
  cluster[0].execute("invent", 1);
  REQUIRE(cluster[0].answers.back() == "UnknownAction");
  agreement_cluster alone(1, 1);
  alone[0].records.push_back(bytes{9, 9, 9});
  alone.restart(0);
  alone[0].execute("add", 1);
  REQUIRE(alone[0].answers.back() == "PromisesUnreadable");
  REQUIRE(alone[0].trust(0) == "PromisesUnreadable");
  REQUIRE(alone[0].join(0) == "PromisesUnreadable");
  REQUIRE(alone[0].count_notes("the promise log cannot be read") > 0);
}

TEST_CASE("broadcast: a remove of a value whose add is still on its way is refused and lands when sent again",
          "[unit][brb]") {
  agreement_cluster cluster(3, 3);
  cluster.lose = [](const auto&, const auto& to, const auto& what) {
    const auto* packet = std::get_if<brb::packet>(&what);
    return to == actor_number(2) && packet && std::holds_alternative<brb::certificate_out>(*packet);
  };
  cluster[0].execute("add", 1);
  cluster.run();
  cluster[1].execute("remove", 1);
  cluster.run();
  REQUIRE(cluster[2].count_notes("DataTypeFailedValidation(RemovingDataWeHaventSeenYet)") == 1);
  cluster.lose = nullptr;
  cluster[0].retry();
  cluster.run();
  cluster[1].retry();
  cluster.run();
  REQUIRE(cluster.all_read("{}"));
  REQUIRE(cluster[1].quiet());
}

TEST_CASE("broadcast: concurrent op and member change the certificate of the old generation is still applied",
          "[unit][brb]") {
  agreement_cluster cluster(3, 3);
  cluster[0].execute("add", 1);
  for (std::size_t i : {1u, 2u}) {
    cluster.deliver_one(actor_number(0), actor_number(i));
    cluster.deliver_one(actor_number(i), actor_number(0));
  }
  REQUIRE(cluster[0].read() == "{1}");
  auto certificates = std::exchange(cluster.links, {});
  cluster[0].leave(2);
  cluster.run();
  REQUIRE(cluster[1].members() == std::set<peer_id>{actor_number(0), actor_number(1)});
  cluster.links = std::move(certificates);
  cluster.run();
  REQUIRE(cluster.all_read("{1}"));
}

TEST_CASE("broadcast: B3 an operation begun before a change of membership is asked again and lands",
          "[unit][brb]") {
  agreement_cluster cluster(3, 3);
  cluster.lose = [](const auto&, const auto&, const auto& what) {
    const auto* packet = std::get_if<brb::packet>(&what);
    return packet && std::holds_alternative<brb::send_ptr>(*packet);
  };
  cluster[0].execute("add", 1);
  cluster.run();
  cluster[0].leave(2);
  cluster.run();
  REQUIRE(cluster[0].members().size() == 2);
  cluster.lose = nullptr;
  cluster[0].retry();
  cluster.run();
  REQUIRE(cluster[0].read() == "{1}");
  REQUIRE(cluster[1].read() == "{1}");
}

TEST_CASE("broadcast: an operation without a quorum lands when the dead are trusted no longer", "[unit][brb]") {
  agreement_cluster cluster(4, 4);
  cluster[1].execute("add", 1);
  cluster.run();
  cluster[2].alive = cluster[3].alive = false;
  cluster[0].execute("add", 2);
  cluster.run();
  REQUIRE(cluster[0].read() == "{1}");
  for (const std::size_t i : {1u, 0u})
    for (const std::size_t dead : {2u, 3u})
      cluster[i].untrust(dead);
  cluster.run();
  REQUIRE(cluster[0].read() == "{1, 2}");
  REQUIRE(cluster[1].read() == "{1, 2}");
}

TEST_CASE("broadcast: an anti-entropy request of another group gets nothing", "[unit][brb]") {
  agreement_cluster cluster(2);
  cluster[0].trust(0);
  cluster[1].trust(1);
  cluster[1].ask(0);
  cluster.run();
  REQUIRE(cluster[0].count_notes("dropping packet: ForeignGroup") == 1);
  REQUIRE(cluster[1].members() == std::set<peer_id>{actor_number(1)});
}

TEST_CASE("broadcast: a node killed at any record contradicts nothing and reads the same afterwards",
          "[unit][brb]") {
  // Two adds of node 0 and one of node 1 among three; `victim` dies at its n-th record, before or after it
  // was stored.
  for (const std::size_t victim : {0u, 1u})
    for (const int moment : {1, 2})
      for (std::size_t at = 3; at < 9; ++at) {
        agreement_cluster cluster(3, 3);
        std::map<std::tuple<peer_id, peer_id, std::uint64_t>, digest> echoed;
        cluster.lose = [&](const peer_id& from, const peer_id&, const cluster_message& what) {
          const auto* packet = std::get_if<brb::packet>(&what);
          if (const auto* echo = packet ? std::get_if<brb::echo_message>(packet) : nullptr) {
            const auto key = std::tuple{from, echo->header.source, echo->header.sequence};
            REQUIRE(echoed.emplace(key, echo->header.payload_digest).first->second ==
                    echo->header.payload_digest);
          }
          return false;
        };
        bool killed = false;
        cluster.kill_at_record = [&](agreement_node& node, std::size_t n) {
          if (killed || node.id != actor_number(victim) || n != at)
            return 0;
          killed = true;
          return moment;
        };
        cluster[0].execute("add", 1);
        cluster.run();
        cluster[1].execute("add", 2);
        cluster.run();
        cluster[0].execute("add", 3);
        cluster.run();
        const auto records = cluster[victim].records;
        cluster.restart(victim);
        const auto known = cluster[victim].read();
        cluster.restart(victim);
        REQUIRE(cluster[victim].read() == known);
        for (std::size_t i = 0; i < 3; ++i)
          cluster[i].peer_joined((i + 1) % 3);
        cluster.anti_entropy_round();
        for (int round = 0; round < 3; ++round) {
          cluster.expire_all();
          cluster.run();
        }
        REQUIRE(cluster[0].read() == cluster[1].read());
        REQUIRE(cluster[0].read() == cluster[2].read());
        REQUIRE(cluster[0].quiet());
        REQUIRE(cluster[1].quiet());
        REQUIRE(cluster[victim].records.size() >= records.size());
      }
}
