// SPDX-License-Identifier: BSD-3-Clause
// The liar that lets locks be forgotten: node 0 of four voters, whom three nodes join one after another.
#include "tests/unit/tools/lab/role/role_table.hpp"

#include "actors/brb/quorum.hpp"
#include "messages/codec/orswot_codec.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

namespace {

constexpr std::size_t nodes = 7;
constexpr std::size_t voters_at_start = 4;
constexpr std::size_t a_second = 20; ///< ticks

class lied_group {
public:
  explicit lied_group(std::size_t all = nodes) : at{role_kind::outlive_locks, all, voters_at_start} {}

  void execute() { at.it->execute(orswot::encode({orswot::action::add, role_table::id(0), 1, {3}, {}})); }
  /// An honest source asks under this generation; what the liar answers it is of no interest.
  std::vector<role::send> asks_under(std::uint64_t gen) {
    auto asked = *at.request(1, ++sequence_, "honest");
    asked.gen = generation{gen};
    at.tell(1, std::make_shared<const brb::send_message>(asked));
    return at.said();
  }
  void echoes(std::size_t member, const brb::send_message& what) {
    at.tell(member, brb::echo_message{what.gen, what.header,
                                      stub_seal(role_table::id(member),
                                                brb::echo_digest(at.network, what.gen, what.header))});
  }
  /// All whom it asks, and what for.
  std::map<peer_id, brb::send_ptr> asked(const std::vector<role::send>& sent) const {
    const auto all = only<brb::send_ptr>(sent);
    return {all.begin(), all.end()};
  }
  /// Everybody it asks echoes, so that it has a certificate if those are enough.
  void echo_all(const std::map<peer_id, brb::send_ptr>& what) {
    for (std::size_t member = 1; member < nodes; ++member)
      if (const auto found = what.find(role_table::id(member)); found != what.end())
        echoes(member, *found->second);
  }

  role_table at;

private:
  std::uint64_t sequence_ = 0;
};

std::set<peer_id> those(const std::vector<std::size_t>& which) {
  std::set<peer_id> all;
  for (const auto each : which)
    all.insert(role_table::id(each));
  return all;
}

template <class Map>
std::set<peer_id> keys(const Map& of) {
  std::set<peer_id> all;
  for (const auto& [key, value] : of)
    all.insert(key);
  return all;
}

} // namespace

TEST_CASE("outlive-locks: it asks as few voters as it needs and keeps the certificate", "[unit][lab][role]") {
  lied_group group;
  group.execute();
  const auto first = group.asked(group.at.said());
  CHECK(keys(first) == those({1, 2}));
  for (const auto& [to, what] : first) {
    CHECK(what->gen == generation{0});
    CHECK(what->header.gen == generation{0});
    CHECK(what->header.sequence == 1);
  }
  group.echo_all(first);
  CHECK(group.at.said().empty());
  CHECK(group.at.said_after(10 * a_second).empty());
}

TEST_CASE("outlive-locks: the rest is asked for another content once all have joined", "[unit][lab][role]") {
  lied_group group;
  group.execute();
  const auto first = group.asked(group.at.said());
  group.echo_all(first);
  CHECK(group.asked(group.asks_under(1)).empty());
  CHECK(group.asked(group.asks_under(2)).empty());
  const auto second = group.asked(group.asks_under(3));
  CHECK(keys(second) == those({3, 4, 5, 6}));
  const auto& honest = first.begin()->second->header;
  for (const auto& [to, what] : second) {
    CHECK(what->gen == generation{3});
    CHECK(what->header.gen == generation{3}); // else those who joined later refuse it
    CHECK(what->header.sequence == honest.sequence);
    CHECK(what->header.payload_digest != honest.payload_digest);
    CHECK(what->header.payload_digest == sha256(what->payload));
    CHECK(orswot::decode(what->payload));
    CHECK(group.at.options.keys.verify(role_table::id(0), brb::header_digest(group.at.network, what->header),
                                       what->seal));
  }
}

TEST_CASE("outlive-locks: two certificates of one slot go to those who hold the lock and to the others",
          "[unit][lab][role]") {
  lied_group group;
  group.execute();
  group.echo_all(group.asked(group.at.said()));
  group.echo_all(group.asked(group.asks_under(3)));
  std::map<digest, std::set<peer_id>> told;
  std::map<digest, std::size_t> seals;
  for (const auto& [to, proof] : only<brb::certificate_out>(group.at.said())) {
    told[proof.what->header.payload_digest].insert(to);
    seals[proof.what->header.payload_digest] = proof.what->seals.size();
    const auto members = proof.what->gen == generation{0} ? voters_at_start : nodes;
    CHECK(brb::is_quorum(proof.what->seals.size(), members));
    CHECK(proof.what->signers.size() == 1);
  }
  REQUIRE(told.size() == 2);
  std::set<std::set<peer_id>> sides;
  for (const auto& [content, to] : told)
    sides.insert(to);
  CHECK(sides == std::set<std::set<peer_id>>{those({1, 2}), those({3, 4, 5, 6})});
  CHECK(group.at.said_after(10 * a_second).empty());
}

TEST_CASE("outlive-locks: a joiner that knows of the lock spoils it", "[unit][lab][role]") {
  lied_group group;
  group.execute();
  group.echo_all(group.asked(group.at.said()));
  auto second = group.asked(group.asks_under(3));
  second.erase(role_table::id(6));
  group.echo_all(second);
  CHECK(group.at.said().empty());
}

TEST_CASE("outlive-locks: who has not answered is asked again each second", "[unit][lab][role]") {
  lied_group group;
  group.execute();
  const auto first = group.asked(group.at.said());
  CHECK(group.asked(group.asks_under(3)).empty()); // there is no certificate to keep yet
  CHECK(group.asked(group.at.said_after(a_second)) == first);
  group.echo_all(first);
  const auto second = group.asked(group.at.said());
  CHECK(keys(second) == those({3, 4, 5, 6}));
  CHECK(group.asked(group.at.said_after(a_second)) == second);
}

TEST_CASE("outlive-locks: it lies about one slot only", "[unit][lab][role]") {
  lied_group group;
  group.execute();
  CHECK_FALSE(group.at.said().empty());
  group.execute();
  CHECK(group.at.said().empty());
}

TEST_CASE("outlive-locks: without joiners there is no second quorum", "[unit][lab][role]") {
  lied_group group{voters_at_start};
  group.execute();
  group.echo_all(group.asked(group.at.said()));
  const auto second = group.asked(group.at.said_after(a_second));
  CHECK(keys(second) == those({3}));
  group.echo_all(second);
  CHECK(only<brb::certificate_out>(group.at.said_after(a_second)).empty());
}
