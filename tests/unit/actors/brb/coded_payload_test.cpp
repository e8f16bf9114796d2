// SPDX-License-Identifier: BSD-3-Clause
// Fragments of one source: when they make a payload, whose fault it is when they do not, and how many wait.
#include "actors/brb/coded_payload.hpp"

#include "messages/coding/merkle.hpp"
#include "tests/support/agreement_cluster.hpp"
#include "tests/support/blob_type.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::brb;
using verdict = coded_payloads::verdict;

namespace {

constexpr std::size_t members = 7; // three fragments are needed
constexpr std::size_t size = 1000;

operation_header header_of(std::uint64_t sequence, byte_view payload) {
  return {group_id{2}, actor_number(0), sequence, generation{1}, sha256(payload), 1};
}

std::vector<fragment_ptr> honest(std::uint64_t sequence, std::size_t length = size) {
  const auto payload = blob_of(length, sequence);
  return cut(header_of(sequence, payload), signature{}, payload, members);
}

/// Fragments with a root of their own that hold another payload than the header names.
std::vector<fragment_ptr> deceiving(std::uint64_t sequence) {
  return cut(header_of(sequence, blob_of(size, sequence)), signature{}, blob_of(size, sequence + 1), members);
}

verdict give(coded_payloads& to, const fragment_ptr& what) {
  return to.take({actor_number(what->index), what->index, members}, what).what;
}

fragment_ptr changed(const fragment_ptr& from, void (*change)(fragment_message&)) {
  auto copy = *from;
  change(copy);
  return std::make_shared<const fragment_message>(std::move(copy));
}

} // namespace

TEST_CASE("coded payload: liars cannot make up what is needed and cannot keep it back", "[unit][brb]") {
  for (std::size_t n = coded_members_min; n <= signers_max; ++n) {
    const auto liars = (n - 1) / 3;
    const auto code = code_for(n);
    REQUIRE(code.total == n);
    REQUIRE(code.needed > liars);
    REQUIRE(code.needed <= n - 1 - liars); // the source's own fragment goes nowhere
  }
}

TEST_CASE("coded payload: size and group decide whether fragments are sent", "[unit][brb]") {
  const coding_rules rules{1000, 7};
  REQUIRE(sent_coded(rules, 1000, 7));
  REQUIRE_FALSE(sent_coded(rules, 999, 7));
  REQUIRE_FALSE(sent_coded(rules, 1000, 6));
  REQUIRE(sent_coded(rules, 1000, signers_max));
  REQUIRE_FALSE(sent_coded(rules, 1000, signers_max + 1));
  REQUIRE_FALSE(sent_coded({0, 7}, payload_max, 7));
  REQUIRE_FALSE(sent_coded({1, 0}, 1000, 3));
  REQUIRE(sent_coded({1, 0}, 1000, 4));
  REQUIRE_FALSE(sent_coded(coding_rules{}, 65'535, 7));
  REQUIRE(sent_coded(coding_rules{}, 65'536, 7));
}

TEST_CASE("coded payload: any three of seven make it whole and no fewer", "[unit][brb]") {
  for (const std::size_t length : {8u, 9u, 1000u, 65'537u, 262'144u}) {
    const auto all = honest(1, length);
    for (std::size_t a = 0; a < members; ++a)
      for (std::size_t b = 0; b < members; ++b)
        for (std::size_t c = 0; c < members; ++c) {
          if (a == b || b == c || a == c || (length > 1000 && (a > b || b > c)))
            continue;
          coded_payloads at;
          REQUIRE(give(at, all[a]) == verdict::kept);
          REQUIRE(give(at, all[a]) == verdict::late);
          REQUIRE(give(at, all[b]) == verdict::kept);
          const auto done = at.take({actor_number(c), c, members}, all[c]);
          REQUIRE(done.what == verdict::whole);
          REQUIRE(done.payload == blob_of(length, 1));
          REQUIRE(at.held() == 0);
        }
  }
}

TEST_CASE("coded payload: what comes behind the whole is late", "[unit][brb]") {
  coded_payloads at;
  const auto all = honest(1);
  for (std::size_t i = 0; i < 3; ++i)
    give(at, all[i]);
  const auto behind = at.take({actor_number(3), 3, members}, all[3]);
  REQUIRE(behind.what == verdict::late);
  REQUIRE(behind.first); // ours may still have to be handed on
  REQUIRE_FALSE(at.take({actor_number(3), 3, members}, all[3]).first);
  REQUIRE_FALSE(at.collects(all[0]->header));
}

TEST_CASE("coded payload: a fragment that its root does not stand for is its giver's fault", "[unit][brb]") {
  coded_payloads at;
  const auto all = honest(1);
  const auto bad = [&](const fragment_ptr& what) { return give(at, what) == verdict::bad_fragment; };
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.fragment[0] ^= 1; })));
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.fragment.push_back(0); })));
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.proof.pop_back(); })));
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.proof.emplace_back(); })));
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.root[0] ^= 1; })));
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.size += 3; })));
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.size = 0; })));
  REQUIRE(bad(changed(all[2], [](fragment_message& m) { m.size = ~0u; })));
  REQUIRE(at.take({actor_number(3), 3, members}, all[2]).what == verdict::bad_fragment); // another's place
  REQUIRE(at.take({actor_number(2), 2, members - 1}, all[2]).what == verdict::bad_fragment);
  REQUIRE(at.take({actor_number(2), 2, 3}, all[2]).what == verdict::bad_fragment); // too few for any
  REQUIRE(at.held() == 0);
  // None of it stands in the way of the right ones.
  REQUIRE(give(at, all[2]) == verdict::kept);
  REQUIRE(give(at, all[3]) == verdict::kept);
  REQUIRE(give(at, all[4]) == verdict::whole);
}

TEST_CASE("coded payload: liars with roots of their own neither complete nor stop it", "[unit][brb]") {
  coded_payloads at;
  const auto all = honest(1);
  const auto made_up = deceiving(1);
  auto third = *honest(2)[5];
  third.header = all[0]->header;
  REQUIRE(give(at, made_up[6]) == verdict::kept);
  REQUIRE(give(at, std::make_shared<const fragment_message>(third)) == verdict::kept);
  REQUIRE(give(at, all[1]) == verdict::kept);
  REQUIRE(give(at, all[2]) == verdict::kept);
  REQUIRE(give(at, all[3]) == verdict::whole);
}

TEST_CASE("coded payload: a payload that is not the header's is the source's fault", "[unit][brb]") {
  coded_payloads at;
  const auto all = deceiving(1);
  REQUIRE(give(at, all[1]) == verdict::kept);
  REQUIRE(give(at, all[2]) == verdict::kept);
  REQUIRE(at.collects(all[1]->header));
  REQUIRE(give(at, all[3]) == verdict::bad_encoding);
  REQUIRE(at.held() == 0);
  REQUIRE_FALSE(at.collects(all[1]->header));
  REQUIRE(give(at, all[4]) == verdict::late);
}

TEST_CASE("coded payload: fragments of no code word are found out whichever come first", "[unit][brb]") {
  // The source exchanges one fragment for noise and hashes that: three others still give the payload.
  const auto payload = blob_of(size, 1);
  auto parts = coding::encode(payload, code_for(members));
  parts[5].assign(parts[5].size(), 0xee);
  const coding::merkle_tree tree{parts};
  std::vector<fragment_ptr> all;
  for (std::uint32_t i = 0; i < members; ++i)
    all.push_back(std::make_shared<const fragment_message>(
      fragment_message{header_of(1, payload), signature{}, size, i, tree.root(), tree.proof(i), parts[i]}));
  for (const std::size_t third : {2u, 5u}) {
    coded_payloads at;
    give(at, all[0]);
    give(at, all[1]);
    REQUIRE(give(at, all[third]) == verdict::bad_encoding);
  }
}

TEST_CASE("coded payload: a batch that does not add up is the source's fault", "[unit][brb]") {
  const auto payload = blob_of(size, 1);
  auto header = header_of(1, payload);
  header.operations = 2;
  const auto all = cut(header, signature{}, payload, members);
  coded_payloads at;
  give(at, all[0]);
  give(at, all[1]);
  REQUIRE(give(at, all[2]) == verdict::bad_encoding);
}

TEST_CASE("coded payload: of two whole roots the first to be whole counts", "[unit][brb]") {
  coded_payloads at;
  const auto one = honest(1);
  auto header = one[0]->header;
  header.payload_digest = sha256(blob_of(size, 77));
  const auto other = cut(header, signature{}, blob_of(size, 77), members);
  REQUIRE(give(at, one[1]) == verdict::kept);
  REQUIRE(give(at, other[2]) == verdict::kept);
  REQUIRE(give(at, one[3]) == verdict::kept);
  REQUIRE(give(at, other[4]) == verdict::kept);
  REQUIRE(give(at, other[1]) == verdict::late); // member 1 has chosen
  REQUIRE(give(at, other[5]) == verdict::whole);
  REQUIRE(give(at, one[6]) == verdict::late);
}

TEST_CASE("coded payload: eight fragments of one member wait and no more", "[unit][brb]") {
  coded_payloads at;
  std::vector<std::vector<fragment_ptr>> slots;
  for (std::uint64_t sequence = 1; sequence <= coded_payloads::given_max + 1; ++sequence)
    slots.push_back(honest(sequence));
  for (std::size_t i = 0; i < coded_payloads::given_max; ++i)
    REQUIRE(give(at, slots[i][3]) == verdict::kept);
  const auto held = at.held();
  const auto more = at.take({actor_number(3), 3, members}, slots.back()[3]);
  REQUIRE(more.what == verdict::full);
  REQUIRE(more.first);
  REQUIRE(at.held() == held);
  REQUIRE(give(at, slots.back()[4]) == verdict::kept); // the others are not concerned
  REQUIRE(give(at, slots[0][4]) == verdict::kept);
  REQUIRE(give(at, slots[0][5]) == verdict::whole);
  const auto next = honest(coded_payloads::given_max + 2);
  REQUIRE(give(at, next[3]) == verdict::kept); // there is room again
}

TEST_CASE("coded payload: all members of a full window hold at most thrice eight payloads", "[unit][brb]") {
  for (const std::size_t n : {4u, 7u, 16u}) {
    coded_payloads at;
    for (std::size_t i = 0; i < n; ++i) {
      // Each under a root of its own, so that none is ever used up.
      const bytes payload(payload_max, static_cast<std::uint8_t>(i));
      auto own = *cut(header_of(1, {}), signature{}, payload, n)[i];
      for (; own.header.sequence <= window_size; ++own.header.sequence)
        at.take({actor_number(i), i, n}, std::make_shared<const fragment_message>(own));
    }
    const auto one = coding::fragment_size(payload_max, code_for(n).needed);
    REQUIRE(at.held() == n * coded_payloads::given_max * one);
    REQUIRE(at.held() <= 3 * coded_payloads::given_max * payload_max);
  }
}

TEST_CASE("coded payload: what is closed or over is forgotten", "[unit][brb]") {
  coded_payloads at;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence)
    give(at, honest(sequence)[1]);
  const auto one = at.held() / 3;
  at.close(2);
  REQUIRE(at.held() == 2 * one);
  REQUIRE(give(at, honest(2)[2]) == verdict::late);
  at.forget(2);
  REQUIRE(at.held() == one);
  REQUIRE(at.collects(honest(3)[0]->header));
  at.forget(3);
  REQUIRE(at.held() == 0);
}
