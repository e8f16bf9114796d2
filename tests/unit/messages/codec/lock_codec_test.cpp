// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/promise_codec.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;

namespace {

const group_id group{7};

sealed_header lock(std::uint64_t sequence, std::uint32_t operations = 1) {
  return {{group, actor_number(1), sequence, generation{2}, digest{9}, operations}, signature{3}};
}

lock_answer full() {
  lock_answer made{group, actor_number(1), generation{4}, 5, {lock(6), lock(7), lock(7, 2)}, {}, {}};
  certificate last{generation{3}, lock(5).header, {}, {3}, {signature{1}, signature{2}}, bytes{1, 2}};
  last.payload.clear();
  made.proof = std::make_shared<const certificate>(std::move(last));
  checkpoint base{{group, generation{1}, {{actor_number(1), 5}}, digest{4}, 10}, {1}, {signature{1}}};
  made.base = std::make_shared<const checkpoint>(std::move(base));
  return made;
}

expected<lock_answer, agreement_codec_errc> again(const lock_answer& what) {
  return decode(*encode(what));
}

} // namespace

TEST_CASE("lock codec: question and answer come back as they were", "[unit][codec]") {
  const lock_query asked{group, actor_number(1), generation{4}};
  const auto query = decode(*encode(asked));
  REQUIRE(query);
  CHECK((query->group == group && query->source == actor_number(1) && query->gen == generation{4}));
  const auto answer = again(full());
  REQUIRE(answer);
  CHECK(answer->delivered == 5);
  CHECK(answer->locks == full().locks);
  CHECK(answer->proof->header == full().proof->header);
  CHECK(answer->proof->seals.size() == 2);
  CHECK(answer->base->what == full().base->what);
}

TEST_CASE("lock codec: locks of other slots than the answer is about are malformed", "[unit][codec]") {
  const auto refused = [](const lock_answer& what) {
    const auto read = again(what);
    return !read && read.error() == agreement_codec_errc::malformed;
  };
  auto delivered = full();
  delivered.locks[0].header.sequence = 5;
  CHECK(refused(delivered));
  auto backwards = full();
  std::swap(backwards.locks[0], backwards.locks[1]);
  CHECK(refused(backwards));
  auto thrice = full();
  thrice.locks.push_back(lock(7, 3));
  CHECK(refused(thrice));
  auto twice = full();
  twice.locks[2] = twice.locks[1];
  CHECK(refused(twice));
  auto foreign = full();
  foreign.locks[0].header.source = actor_number(2);
  CHECK(refused(foreign));
  auto elsewhere = full();
  elsewhere.locks[0].header.group[0] ^= 1u;
  CHECK(refused(elsewhere));
  auto unproven = full();
  unproven.delivered = 4;
  unproven.locks.clear();
  CHECK(refused(unproven)); // the proof is of slot 5
}

TEST_CASE("lock codec: an answer has so many locks and no more", "[unit][codec]") {
  auto many = full();
  many.locks.clear();
  for (std::uint64_t slot = 6; many.locks.size() < locks_max; ++slot)
    many.locks.push_back(lock(slot));
  CHECK(again(many));
  many.locks.push_back(lock(100));
  CHECK(again(many).error() == agreement_codec_errc::too_many);
}

TEST_CASE("lock codec: what was imported and answered is promised", "[unit][codec]") {
  const auto imported = decode_promise(encode(promise{imported_promise{full()}}), cluster_network);
  REQUIRE(imported);
  CHECK(std::get<imported_promise>(*imported).what.locks == full().locks);
  const lock_query asked{group, actor_number(1), generation{4}};
  const auto answered = decode_promise(encode(promise{answered_promise{asked}}), cluster_network);
  REQUIRE(answered);
  CHECK(std::get<answered_promise>(*answered).what.gen == generation{4});
  CHECK_FALSE(slot_of(encode(promise{answered_promise{asked}}))); // a checkpoint does not take it away
}
