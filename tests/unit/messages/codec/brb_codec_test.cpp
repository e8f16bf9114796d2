// SPDX-License-Identifier: BSD-3-Clause
// Votes, broadcast frames and promise records: what goes in comes out, and each limit refuses.
#include "messages/codec/promise_codec.hpp"

#include "actors/brb/damaged_promises.hpp"
#include "messages/codec/promise_seal.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

const auto a = actor_number(0);
constexpr std::string_view net = cluster_network;

membership::signed_vote_ptr proposal(std::size_t voter, std::size_t who = 9) {
  auto vote = membership::make_proposal(net, group_id{1}, generation{1}, actor_number(voter),
                                        {membership::change_kind::join, actor_number(who)});
  vote.seal = stub_sign(vote.voter, vote.id);
  return std::make_shared<membership::signed_vote>(std::move(vote));
}

expected<membership::signed_vote, agreement_codec_errc>
ballot(std::vector<membership::signed_vote_ptr> nested) {
  return membership::make_ballot(net, group_id{1}, generation{1}, a, membership::ballot_kind::merge,
                                 std::move(nested));
}

membership::signed_vote_ptr shared(expected<membership::signed_vote, agreement_codec_errc> vote) {
  return std::make_shared<membership::signed_vote>(std::move(*vote));
}

brb::operation_header header(byte_view payload) {
  return {group_id{2}, a, 7, generation{3}, sha256(payload), 1};
}

} // namespace

TEST_CASE("membership codec: a vote with nested votes comes back the same", "[unit][messages]") {
  const auto sent = shared(ballot({proposal(1), proposal(2)}));
  const auto got = membership::decode(*membership::encode(*sent), net);
  REQUIRE(got.has_value());
  REQUIRE((*got)->id == sent->id);
  REQUIRE((*got)->changes == sent->changes);
  REQUIRE((*got)->proposals == sent->proposals);
  REQUIRE(membership::text(**got) == membership::text(*sent));
  REQUIRE(membership::decode(*membership::encode(*sent), "other").error() ==
          agreement_codec_errc::unknown_nested);
}

TEST_CASE("membership codec: depth four passes and five is refused", "[unit][messages]") {
  auto vote = proposal(1);
  for (int depth = 2; depth <= 4; ++depth)
    vote = shared(ballot({vote}));
  REQUIRE(membership::decode(*membership::encode(*vote), net).has_value());
  REQUIRE(ballot({vote}).error() == agreement_codec_errc::too_deep);
}

TEST_CASE("membership codec: 64 votes pass and 65 are refused", "[unit][messages]") {
  std::vector<membership::signed_vote_ptr> votes;
  for (std::size_t i = 0; i < membership::vote_count_max - 1; ++i)
    votes.push_back(proposal(i + 1));
  const auto full = shared(ballot(votes));
  REQUIRE(membership::decode(*membership::encode(*full), net).has_value());
  votes.push_back(proposal(100));
  REQUIRE(ballot(votes).error() == agreement_codec_errc::too_many);
  // and from the wire, where nobody kept the limit
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<wire::SignedVote>> many;
  const auto one = proposal(1);
  const auto seal = to_wire(one->seal);
  for (std::size_t i = 0; i <= membership::vote_count_max; ++i)
    many.push_back(wire::CreateSignedVote(builder, builder.CreateVector(one->body), &seal));
  builder.Finish(wire::CreateMembershipVote(builder, builder.CreateVector(many)));
  REQUIRE(membership::decode(*flat<wire::MembershipVote>::of(builder), net).error() ==
          agreement_codec_errc::too_many);
}

TEST_CASE("membership codec: bundles with strangers or without what they nest are refused",
          "[unit][messages]") {
  const auto bundle = [](const std::vector<membership::signed_vote_ptr>& votes) {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<wire::SignedVote>> all;
    for (const auto& vote : votes) {
      const auto seal = to_wire(vote->seal);
      all.push_back(wire::CreateSignedVote(builder, builder.CreateVector(vote->body), &seal));
    }
    builder.Finish(wire::CreateMembershipVote(builder, builder.CreateVector(all)));
    return membership::decode(*flat<wire::MembershipVote>::of(builder), net);
  };
  const auto merged = shared(ballot({proposal(1)}));
  REQUIRE(bundle({merged}).error() == agreement_codec_errc::unknown_nested);
  REQUIRE(bundle({merged, proposal(1)}).error() == agreement_codec_errc::unknown_nested);
  REQUIRE(bundle({proposal(1), proposal(2), merged}).error() == agreement_codec_errc::malformed);
  REQUIRE(bundle({}).error() == agreement_codec_errc::malformed);
  auto long_body = std::make_shared<membership::signed_vote>(*proposal(1));
  long_body->body.resize(membership::vote_body_max + 1);
  REQUIRE(bundle({long_body}).error() == agreement_codec_errc::too_long);
  auto noise = std::make_shared<membership::signed_vote>(*proposal(1));
  noise->body.assign(40, 0xff);
  REQUIRE(bundle({noise}).error() == agreement_codec_errc::malformed);
}

TEST_CASE("brb codec: every frame comes back the same", "[unit][messages]") {
  const bytes payload{1, 2, 3};
  const brb::send_message sent{generation{4}, header(payload), stub_sign(a, payload), payload};
  const auto send = brb::decode(*brb::encode(sent));
  REQUIRE((send->header == sent.header && send->gen == sent.gen && send->seal == sent.seal &&
           send->payload == payload));
  const brb::echo_message echoed{generation{4}, header(payload), stub_sign(a, payload)};
  const auto echo = brb::decode(*brb::encode(echoed));
  REQUIRE((echo->header == echoed.header && echo->gen == echoed.gen && echo->seal == echoed.seal));
  const brb::certificate proven{generation{4}, header(payload),          sent.seal,
                                {0b101},       {sent.seal, echoed.seal}, payload};
  const auto proof = brb::decode(*brb::encode(proven, true));
  REQUIRE(
    (proof->header == proven.header && proof->signers == proven.signers && proof->seals == proven.seals));
  REQUIRE(proof->payload == payload);
  REQUIRE(brb::decode(*brb::encode(proven, false))->payload.empty());
  const brb::delivered_message delivered{group_id{2}, {{a, 7}, {actor_number(1), 9}}};
  REQUIRE(brb::decode(*brb::encode(delivered))->delivered == delivered.delivered);
  const brb::anti_entropy_request request{group_id{2}, generation{5}, delivered.delivered, true};
  REQUIRE(brb::decode(*brb::encode(request))->delivered == request.delivered);
  const brb::anti_entropy_page page{
    group_id{2}, {proposal(1)}, {std::make_shared<brb::certificate>(proven)}, true, {}};
  const auto got = brb::decode(*brb::encode(page), net);
  REQUIRE(
    (got->more && got->votes[0]->id == page.votes[0]->id && got->certificates[0]->seals == proven.seals));
}

TEST_CASE("brb codec: a payload that is empty or too long or not the header's is refused",
          "[unit][messages]") {
  brb::send_message message{generation{0}, header({}), {}, {}};
  REQUIRE(brb::decode(*brb::encode(message)).error() == agreement_codec_errc::malformed);
  message.payload = {1};
  REQUIRE(brb::decode(*brb::encode(message)).error() == agreement_codec_errc::digest_mismatch);
  message.payload.assign(brb::payload_max + 1, 0);
  message.header = header(message.payload);
  REQUIRE(brb::decode(*brb::encode(message)).error() == agreement_codec_errc::too_long);
  message.payload.pop_back();
  message.header = header(message.payload);
  REQUIRE(brb::decode(*brb::encode(message)).has_value());
  message.header.sequence = 0;
  REQUIRE(brb::decode(*brb::encode(message)).error() == agreement_codec_errc::malformed);
}

TEST_CASE("brb codec: a fragment comes back the same and beyond its limits is refused", "[unit][messages]") {
  brb::fragment_message sent{header(bytes{1}), stub_sign(a, bytes{1}), 9,        2,
                             sha256(bytes{2}), {digest{3}, digest{4}}, {5, 6, 7}};
  const auto got = brb::decode(*brb::encode(sent));
  REQUIRE((got->header == sent.header && got->seal == sent.seal && got->size == 9 && got->index == 2));
  REQUIRE((got->root == sent.root && got->proof == sent.proof && got->fragment == sent.fragment));
  const auto error = [](brb::fragment_message changed) { return brb::decode(*brb::encode(changed)).error(); };
  auto wrong = sent;
  wrong.size = 2; // less than the fragment
  REQUIRE(error(wrong) == agreement_codec_errc::too_long);
  wrong.size = brb::payload_max + 1;
  REQUIRE(error(wrong) == agreement_codec_errc::too_long);
  wrong = sent;
  wrong.fragment.clear();
  REQUIRE(error(wrong) == agreement_codec_errc::malformed);
  wrong = sent;
  wrong.index = brb::signers_max;
  REQUIRE(error(wrong) == agreement_codec_errc::malformed);
  wrong = sent;
  wrong.header.operations = 0;
  REQUIRE(error(wrong) == agreement_codec_errc::malformed);
  wrong = sent;
  wrong.proof.resize(9);
  REQUIRE(error(wrong) == agreement_codec_errc::too_many);
  wrong.proof.resize(8);
  wrong.index = brb::signers_max - 1;
  wrong.size = brb::payload_max;
  REQUIRE(brb::decode(*brb::encode(wrong)).has_value());
}

TEST_CASE("brb codec: certificates and vectors beyond their limits are refused", "[unit][messages]") {
  const bytes payload{1};
  brb::certificate proof{generation{0}, header(payload), {}, bytes(8, 0xff), std::vector<signature>(64),
                         payload};
  REQUIRE(brb::decode(*brb::encode(proof, true)).has_value());
  proof.seals.emplace_back();
  REQUIRE(brb::decode(*brb::encode(proof, true)).error() == agreement_codec_errc::too_many);
  proof.seals.resize(63);
  REQUIRE(brb::decode(*brb::encode(proof, true)).error() == agreement_codec_errc::malformed);
  brb::delivered_message vector;
  for (std::size_t i = 0; i < brb::delivered_max; ++i)
    vector.delivered[actor_number(i)] = i;
  REQUIRE(brb::decode(*brb::encode(vector)).has_value());
  vector.delivered[actor_number(brb::delivered_max)] = 1;
  REQUIRE(brb::decode(*brb::encode(vector)).error() == agreement_codec_errc::too_many);
  brb::anti_entropy_page page{
    group_id{}, std::vector<membership::signed_vote_ptr>(65, proposal(1)), {}, false, {}};
  REQUIRE(brb::decode(*brb::encode(page), net).error() == agreement_codec_errc::too_many);
}

TEST_CASE("brb codec: evidence comes back the same and is of two headers of one slot", "[unit][messages]") {
  const auto first = header(bytes{1});
  brb::equivocation proof{first, stub_sign(a, bytes{1}), header(bytes{2}), stub_sign(a, bytes{2})};
  const auto got = brb::decode(*brb::encode(proof));
  REQUIRE((got->first == proof.first && got->second == proof.second && got->first_seal == proof.first_seal &&
           got->second_seal == proof.second_seal));
  const auto refused = [&](auto change) {
    auto other = proof;
    change(other.second);
    return brb::decode(*brb::encode(other)).error() == agreement_codec_errc::malformed;
  };
  REQUIRE(refused([&](auto& second) { second = first; }));
  REQUIRE(refused([](auto& second) { ++second.sequence; }));
  REQUIRE(refused([](auto& second) { second.sequence = 0; }));
  REQUIRE(refused([](auto& second) { second.source = actor_number(7); }));
  REQUIRE(refused([](auto& second) { second.group = group_id{9}; }));
}

namespace {

std::vector<promise> one_of_each() {
  const bytes payload{1, 2};
  const brb::send_message lock{generation{1}, header(payload), stub_sign(a, payload), payload};
  const auto proof = std::make_shared<brb::certificate>(
    brb::certificate{generation{1}, header(payload), lock.seal, {1}, {lock.seal}, payload});
  return {forced_promise{generation{2}, {membership::change_kind::leave, a}},
          own_vote_promise{proposal(1)},
          decided_promise{proposal(2)},
          lock_promise{lock},
          delivered_promise{proof},
          equivocation_promise{{header(payload), lock.seal, header(bytes{3}), lock.seal}},
          imported_promise{{header(payload).group,
                            header(payload).source,
                            generation{2},
                            0,
                            {{header(payload), lock.seal}},
                            {},
                            {}}},
          answered_promise{{group_id{}, a, generation{2}}},
          covered_promise{{{a, 7}, {actor_number(2), 1u << 20}}}};
}

} // namespace

TEST_CASE("promise codec: records come back and strange ones make the log unreadable", "[unit][messages]") {
  const auto all = one_of_each();
  for (const auto& one : all) {
    const auto record = encode(one);
    const auto got = decode_promise(record, net);
    REQUIRE(got.has_value());
    REQUIRE(got->index() == one.index());
    REQUIRE(encode(*got) == record);
    auto newer = record;
    newer[0] = 3;
    REQUIRE(decode_promise(newer, net).error() == agreement_codec_errc::bad_record);
    REQUIRE_FALSE(decode_promise(byte_view{record}.first(12), net).has_value());
  }
  REQUIRE(decode_promise(bytes{1, 9, 0, 0, 0, 0, 0, 0}, net).error() == agreement_codec_errc::bad_record);
  REQUIRE(decode_promise({}, net).error() == agreement_codec_errc::bad_record);
  const auto read = brb::replay(std::vector<bytes>{encode(all[5])}, net);
  REQUIRE((read.readable && read.equivocations.size() == 1));
  const std::vector<bytes> damaged{encode(all[0]), bytes{7}};
  REQUIRE_FALSE(brb::replay(damaged, net).readable);
}

TEST_CASE("promise codec: a flipped bit or a lost end is found and only a delivery is told by its kind",
          "[unit][messages]") {
  for (const auto& one : one_of_each()) {
    const auto record = encode(one);
    REQUIRE(look_at_seal(record) == promise_seal::whole);
    const bool delivery = std::holds_alternative<delivered_promise>(one);
    const auto is_found = [&](byte_view harmed, bool head) {
      return !decode_promise(harmed, net) &&
             (harmed[0] != record[0] ||
              look_at_seal(harmed) ==
                (delivery && !head ? promise_seal::lost_delivery : promise_seal::damaged));
    };
    for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
      auto harmed = record;
      harmed[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
      INFO("kind " << one.index() + 1 << " bit " << bit);
      REQUIRE(is_found(harmed, bit < promise_head_size * 8));
    }
    for (std::size_t size = promise_head_size; size < record.size(); ++size)
      REQUIRE(is_found(byte_view{record}.first(size), false));
    REQUIRE(look_at_seal(byte_view{record}.first(promise_head_size - 1)) == promise_seal::damaged);
  }
}

TEST_CASE("promise codec: a record without checksums is still read", "[unit][messages]") {
  const auto sealed = encode(promise{own_vote_promise{proposal(1)}});
  bytes plain{1, 2, 0, 0, 0, 0, 0, 0};
  plain.insert(plain.end(), sealed.begin() + promise_head_size, sealed.end());
  REQUIRE(encode(*decode_promise(plain, net)) == sealed);
  plain[5] = 1; // a checksum means that it is none of these
  REQUIRE(decode_promise(plain, net).error() == agreement_codec_errc::bad_record);
}

TEST_CASE("promise replay: a lost delivery with a window of deliveries behind it is not passed over",
          "[unit][messages]") {
  const bytes payload{1, 2};
  std::vector<bytes> records;
  for (std::uint64_t sequence = 1; sequence <= 1 + brb::window_size; ++sequence) {
    auto what = header(payload);
    what.sequence = sequence;
    records.push_back(encode(promise{delivered_promise{std::make_shared<brb::certificate>(
      brb::certificate{generation{1}, what, {}, {1}, {signature{}}, payload})}}));
  }
  records.front().back() ^= 1;
  REQUIRE_FALSE(brb::replay(records, net).readable);
  REQUIRE_THAT(brb::unreadable_promise(records, net), Catch::Contains("too many were delivered behind it"));
  records.pop_back();
  REQUIRE(brb::replay(records, net).readable);
}

TEST_CASE("promise replay: a lost delivery is passed over and the locks behind it hold", "[unit][messages]") {
  const bytes payload{1, 2};
  std::vector<bytes> records;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    brb::send_message lock{generation{1}, header(payload), stub_sign(a, payload), payload};
    lock.header.sequence = sequence;
    records.push_back(encode(promise{lock_promise{lock}}));
    records.push_back(encode(promise{delivered_promise{std::make_shared<brb::certificate>(
      brb::certificate{generation{1}, lock.header, lock.seal, {1}, {lock.seal}, payload})}}));
  }
  const auto whole = records;
  records[3].back() ^= 1;
  REQUIRE(brb::lost_deliveries(whole).empty());
  REQUIRE(brb::lost_deliveries(records).size() == 1);
  const brb::agreement_memory memory{brb::replay(records, net)};
  REQUIRE(memory.readable);
  const auto promises = memory.sources.begin()->second->promises();
  REQUIRE(promises.size() == 3);
  REQUIRE(std::get<delivered_promise>(promises[0]).what->header.sequence == 1);
  REQUIRE(std::get<lock_promise>(promises[1]).what.header.sequence == 2);
  REQUIRE(std::get<lock_promise>(promises[2]).what.header.sequence == 3);
  records = whole;
  records[2].back() ^= 1; // the lock is what only this node knows
  REQUIRE_FALSE(brb::replay(records, net).readable);
  REQUIRE_THAT(brb::unreadable_promise(records, net),
               Catch::Contains("promise 2 of the promise log is damaged"));
}

TEST_CASE("promise codec: what a checkpoint covers is read back or refused whole", "[unit][messages]") {
  brb::delivered_vector most;
  for (std::size_t i = 0; i < brb::delivered_max; ++i)
    most[actor_number(i)] = ~std::uint64_t{0} - i;
  for (const auto& up_to : {brb::delivered_vector{}, brb::delivered_vector{{a, 1}}, most})
    REQUIRE(covered_by(encode(promise{covered_promise{up_to}})) == up_to);
  REQUIRE_FALSE(covered_by(encode(one_of_each()[0])));
  const auto refused = [](bytes body) {
    const auto record = seal_promise(7, body);
    return !decode_promise(record, net) && !covered_by(record);
  };
  const auto whole = encode(promise{covered_promise{{{a, 1}}}});
  const bytes entry{whole.begin() + promise_head_size, whole.end()};
  REQUIRE(entry.size() == 40);
  REQUIRE(refused({entry.begin(), entry.end() - 1}));
  auto twice = entry;
  twice.insert(twice.end(), entry.begin(), entry.end());
  REQUIRE(refused(twice));
  most[actor_number(brb::delivered_max)] = 1;
  const auto many = encode(promise{covered_promise{most}});
  REQUIRE(refused({many.begin() + promise_head_size, many.end()}));
}
