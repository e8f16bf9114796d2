// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/brb_codec.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using troupe::test::actor_number;

namespace {

checkpoint_statement statement() {
  return {group_id{2}, generation{3}, {{actor_number(1), 7}, {actor_number(2), 9}}, digest{4}, 100};
}

template <class Message>
auto again(const Message& what) {
  return decode(*encode(what));
}

} // namespace

TEST_CASE("checkpoint codec: what is written is read", "[unit][codec]") {
  const checkpoint_vote vote{statement(), signature{5}, true};
  const auto read = again(vote);
  REQUIRE(read);
  CHECK(read->what == vote.what);
  CHECK(read->seal == vote.seal);
  CHECK(read->proposes);
  const checkpoint proof{statement(), {0b1011}, {signature{1}, signature{2}, signature{3}}};
  const auto proven = again(proof);
  REQUIRE(proven);
  CHECK(proven->what == proof.what);
  CHECK(proven->signers == proof.signers);
  CHECK(proven->seals == proof.seals);
  CHECK(again(state_request{digest{6}, 77})->offset == 77);
  const auto part = again(state_page{digest{6}, 5, {1, 2, 3}});
  REQUIRE(part);
  CHECK(part->offset == 5);
  CHECK(part->part == bytes{1, 2, 3});
}

TEST_CASE("checkpoint codec: a page of anti-entropy carries a checkpoint or none", "[unit][codec]") {
  anti_entropy_page page{group_id{2}, {}, {}, false, {}};
  CHECK_FALSE(decode(*encode(page), "n")->checkpoint);
  page.checkpoint = std::make_shared<const checkpoint>(checkpoint{statement(), {1}, {signature{1}}});
  const auto read = decode(*encode(page), "n");
  REQUIRE(read);
  REQUIRE(read->checkpoint);
  CHECK(read->checkpoint->what == statement());
}

TEST_CASE("checkpoint codec: limits and lies have names", "[unit][codec]") {
  auto what = statement();
  what.state_size = state_size_max + 1;
  CHECK(again(checkpoint_vote{what, {}, false}).error() == agreement_codec_errc::too_long);
  what = statement();
  for (std::size_t i = 0; i <= delivered_max; ++i)
    what.delivered[actor_number(i)] = 1;
  CHECK(again(checkpoint_vote{what, {}, false}).error() == agreement_codec_errc::too_many);
  CHECK(again(checkpoint{statement(), bytes(9, 0xff), std::vector<signature>(72)}).error() ==
        agreement_codec_errc::too_many);
  CHECK(again(checkpoint{statement(), {0b11}, {signature{1}}}).error() == agreement_codec_errc::malformed);
  CHECK(again(state_page{digest{1}, 0, {}}).error() == agreement_codec_errc::malformed);
  CHECK(again(state_page{digest{1}, state_size_max, {1}}).error() == agreement_codec_errc::malformed);
  CHECK(again(state_page{digest{1}, 0, bytes(state_part_max + 1)}).error() == agreement_codec_errc::too_long);
}

TEST_CASE("checkpoint codec: a vector that is not the one signed is refused", "[unit][codec]") {
  auto frame = encode(checkpoint_vote{statement(), {}, false});
  bytes changed = to_bytes(frame.view());
  // The sequence of the first entry: 7 is nowhere else.
  const auto at = std::find(changed.begin(), changed.end(), std::uint8_t{7});
  bool refused = false;
  for (auto seven = at; seven != changed.end();
       seven = std::find(seven + 1, changed.end(), std::uint8_t{7})) {
    auto copy = changed;
    copy[static_cast<std::size_t>(seven - changed.begin())] = 8;
    const auto owner = chunk::copy_of(copy);
    const auto table = flat<wire::BrbCheckpointVote>::adopt(owner, owner->data(), copy.size());
    if (table && !decode(**table))
      refused = decode(**table).error() == agreement_codec_errc::digest_mismatch || refused;
  }
  CHECK(refused);
}

TEST_CASE("checkpoint codec: another field is another digest", "[unit][codec]") {
  const auto one = checkpoint_digest("n", statement());
  CHECK(checkpoint_digest("m", statement()) != one);
  for (int field = 0; field < 5; ++field) {
    auto what = statement();
    if (field == 0)
      what.group[0] ^= 1u;
    else if (field == 1)
      what.gen = what.gen.next();
    else if (field == 2)
      ++what.delivered[actor_number(1)];
    else if (field == 3)
      what.state[0] ^= 1u;
    else
      ++what.state_size;
    CHECK(checkpoint_digest("n", what) != one);
  }
}
