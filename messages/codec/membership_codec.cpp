// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/membership_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace troupe::membership {
namespace {

constexpr std::string_view vote_purpose = "troupe/membership/vote/v1";
constexpr std::string_view consent_purpose = "troupe/membership/consent/v1";
constexpr std::size_t text_size_max = 2048;

using index = std::map<digest, signed_vote_ptr>;

void collect(const signed_vote_ptr& vote, std::set<digest>& seen, std::vector<signed_vote_ptr>& into) {
  for (const auto& below : vote->all_nested)
    if (seen.insert(below->id).second)
      into.push_back(below);
  if (seen.insert(vote->id).second)
    into.push_back(vote);
}

/// Everything that follows from the fields.
expected<void, agreement_codec_errc> derive(signed_vote& vote) {
  std::set<digest> seen;
  for (const auto& below : vote.nested) {
    vote.depth = std::max(vote.depth, below->depth + 1);
    vote.proposals.insert(below->proposals.begin(), below->proposals.end());
    collect(below, seen, vote.all_nested);
  }
  for (const auto& [first, second] : vote.faults) {
    collect(first, seen, vote.all_nested);
    collect(second, seen, vote.all_nested);
  }
  if (vote.ballot == ballot_kind::propose)
    vote.proposals.emplace(vote.voter, vote.change);
  for (const auto& [proposer, change] : vote.proposals)
    vote.changes.insert(change);
  if (vote.depth > vote_depth_max)
    return unexpected(agreement_codec_errc::too_deep);
  if (vote.all_nested.size() + 1 > vote_count_max || vote.faults.size() > vote_faults_max)
    return unexpected(agreement_codec_errc::too_many);
  return {};
}

flatbuffers::Offset<wire::JoinConsent> encode_into(flatbuffers::FlatBufferBuilder& builder,
                                                   const std::optional<join_consent>& what) {
  if (!what)
    return 0;
  const auto seal = to_wire(what->seal);
  return wire::CreateJoinConsent(builder, what->first.value(), what->last.value(), &seal);
}

std::optional<join_consent> read(const wire::JoinConsent* from) {
  if (!from)
    return std::nullopt;
  return join_consent{generation{from->first()}, generation{from->last()}, from_wire(*from->signature())};
}

void lay_out(signed_vote& vote, std::string_view network) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<wire::Digest32> nested;
  for (const auto& below : vote.nested)
    nested.push_back(to_wire(below->id));
  const auto nested_at = nested.empty() ? 0 : builder.CreateVectorOfStructs(nested);
  std::vector<wire::Digest32> faults;
  for (const auto& [first, second] : vote.faults) {
    faults.push_back(to_wire(first->id));
    faults.push_back(to_wire(second->id));
  }
  const auto faults_at = faults.empty() ? 0 : builder.CreateVectorOfStructs(faults);
  const auto consent_at = encode_into(builder, vote.consent);
  const bool proposes = vote.ballot == ballot_kind::propose;
  const auto group = to_wire(vote.group);
  const auto voter = key_of(vote.voter);
  const auto subject = proposes ? key_of(vote.change.who) : wire::Key32{};
  builder.Finish(
    wire::CreateVoteBody(builder, &group, vote.gen.value(), &voter, static_cast<std::uint8_t>(vote.ballot),
                         proposes ? static_cast<std::uint8_t>(vote.change.kind) : std::uint8_t{0},
                         proposes ? &subject : nullptr, nested_at, consent_at, faults_at));
  vote.body.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  vote.id = signing_digest(vote_purpose, network, vote.body);
}

expected<void, agreement_codec_errc> read_proposal(const wire::VoteBody& body, signed_vote& vote) {
  if (body.change() < 1 || body.change() > 2 || !body.subject() ||
      (body.nested() && body.nested()->size() > 0) || body.faults())
    return unexpected(agreement_codec_errc::malformed);
  vote.change = {static_cast<change_kind>(body.change()), actor_of(*body.subject())};
  vote.consent = read(body.consent());
  if (vote.consent && vote.change.kind != change_kind::join)
    return unexpected(agreement_codec_errc::malformed);
  return {};
}

/// Pairs of different votes of one voter for one generation, voters ascending.
expected<void, agreement_codec_errc> read_faults(const wire::VoteBody& body, const index& earlier,
                                                 signed_vote& vote) {
  const auto* ids = body.faults();
  if (!ids)
    return {};
  if (ids->size() > 2 * vote_faults_max)
    return unexpected(agreement_codec_errc::too_many);
  if (ids->size() % 2 != 0)
    return unexpected(agreement_codec_errc::malformed);
  for (flatbuffers::uoffset_t i = 0; i < ids->size(); i += 2) {
    const auto first = earlier.find(from_wire(*ids->Get(i)));
    const auto second = earlier.find(from_wire(*ids->Get(i + 1)));
    if (first == earlier.end() || second == earlier.end())
      return unexpected(agreement_codec_errc::unknown_nested);
    const auto& a = first->second;
    const auto& b = second->second;
    if (first->first >= second->first || a->voter != b->voter || a->gen != b->gen || a->group != b->group ||
        (!vote.faults.empty() && vote.faults.back().first->voter >= a->voter))
      return unexpected(agreement_codec_errc::malformed);
    vote.faults.push_back({a, b});
  }
  return {};
}

expected<void, agreement_codec_errc> read_nested(const wire::VoteBody& body, const index& earlier,
                                                 signed_vote& vote) {
  if (!body.nested() || body.nested()->size() == 0 || body.change() != 0 || body.consent())
    return unexpected(agreement_codec_errc::malformed);
  if (body.nested()->size() > vote_count_max - 1)
    return unexpected(agreement_codec_errc::too_many);
  for (const auto* named : *body.nested()) {
    const auto found = earlier.find(from_wire(*named));
    if (found == earlier.end())
      return unexpected(agreement_codec_errc::unknown_nested);
    if (!vote.nested.empty() && vote.nested.back()->id >= found->first)
      return unexpected(agreement_codec_errc::malformed);
    vote.nested.push_back(found->second);
  }
  return read_faults(body, earlier, vote);
}

expected<signed_vote_ptr, agreement_codec_errc> read_vote(const wire::SignedVote& from, const index& earlier,
                                                          std::string_view network) {
  if (from.body()->size() > vote_body_max)
    return unexpected(agreement_codec_errc::too_long);
  // A copy of its own, as the verifier wants its buffer aligned.
  auto vote = std::make_shared<signed_vote>();
  vote->body.assign(from.body()->begin(), from.body()->end());
  flatbuffers::Verifier verifier{vote->body.data(), vote->body.size()};
  if (!verifier.VerifyBuffer<wire::VoteBody>(nullptr))
    return unexpected(agreement_codec_errc::malformed);
  const auto& body = *flatbuffers::GetRoot<wire::VoteBody>(vote->body.data());
  if (body.ballot() < 1 || body.ballot() > 3)
    return unexpected(agreement_codec_errc::malformed);
  vote->group = from_wire(*body.group());
  vote->gen = generation{body.generation()};
  vote->voter = actor_of(*body.voter());
  vote->ballot = static_cast<ballot_kind>(body.ballot());
  vote->seal = from_wire(*from.signature());
  vote->id = signing_digest(vote_purpose, network, vote->body);
  const auto read =
    vote->ballot == ballot_kind::propose ? read_proposal(body, *vote) : read_nested(body, earlier, *vote);
  if (!read)
    return unexpected(read.error());
  if (const auto derived = derive(*vote); !derived)
    return unexpected(derived.error());
  return vote;
}

void append_text(const signed_vote& vote, std::string& out) {
  if (out.size() > text_size_max)
    return;
  if (vote.ballot == ballot_kind::propose) {
    out += "P(" + text(vote.change) + ")";
  } else {
    out += vote.ballot == ballot_kind::merge ? "M{" : "SM{";
    for (std::size_t i = 0; i < vote.nested.size(); ++i) {
      out += i == 0 ? "" : ", ";
      append_text(*vote.nested[i], out);
    }
    out += "}";
  }
  out += fmt::format("@{}G{}", short_name(vote.voter), vote.gen.value());
}

} // namespace

signed_vote make_proposal(std::string_view network, const group_id& group, generation gen,
                          const peer_id& voter, const reconfig& change,
                          const std::optional<join_consent>& consent) {
  signed_vote vote;
  vote.group = group;
  vote.gen = gen;
  vote.voter = voter;
  vote.change = change;
  vote.consent = consent;
  vote.proposals.emplace(voter, change);
  vote.changes.insert(change);
  lay_out(vote, network);
  return vote;
}

expected<signed_vote, agreement_codec_errc>
make_ballot(std::string_view network, const group_id& group, generation gen, const peer_id& voter,
            ballot_kind ballot, std::vector<signed_vote_ptr> nested, std::vector<fault> faults) {
  signed_vote vote;
  vote.group = group;
  vote.gen = gen;
  vote.voter = voter;
  vote.ballot = ballot;
  vote.nested = std::move(nested);
  vote.faults = std::move(faults);
  const auto by_id = [](const signed_vote_ptr& a, const signed_vote_ptr& b) { return a->id < b->id; };
  std::sort(vote.nested.begin(), vote.nested.end(), by_id);
  const auto same = [](const signed_vote_ptr& a, const signed_vote_ptr& b) { return a->id == b->id; };
  vote.nested.erase(std::unique(vote.nested.begin(), vote.nested.end(), same), vote.nested.end());
  lay_out(vote, network);
  if (const auto derived = derive(vote); !derived)
    return unexpected(derived.error());
  return vote;
}

flatbuffers::Offset<wire::MembershipVote> encode_into(flatbuffers::FlatBufferBuilder& builder,
                                                      const signed_vote& vote) {
  std::vector<flatbuffers::Offset<wire::SignedVote>> votes;
  const auto add = [&](const signed_vote& one) {
    const auto body = builder.CreateVector(one.body);
    const auto seal = to_wire(one.seal);
    votes.push_back(wire::CreateSignedVote(builder, body, &seal));
  };
  for (const auto& below : vote.all_nested)
    add(*below);
  add(vote);
  return wire::CreateMembershipVote(builder, builder.CreateVector(votes));
}

flat<wire::MembershipVote> encode(const signed_vote& vote) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(encode_into(builder, vote));
  return flat<wire::MembershipVote>::of(builder);
}

expected<signed_vote_ptr, agreement_codec_errc> decode(const wire::MembershipVote& bundle,
                                                       std::string_view network) {
  const auto& votes = *bundle.votes();
  if (votes.size() == 0)
    return unexpected(agreement_codec_errc::malformed);
  if (votes.size() > vote_count_max)
    return unexpected(agreement_codec_errc::too_many);
  index earlier;
  signed_vote_ptr last;
  for (const auto* one : votes) {
    auto read = read_vote(*one, earlier, network);
    if (!read)
      return read;
    last = *read;
    earlier.emplace(last->id, last);
  }
  // Votes that the last one does not reach would be verified for nothing.
  if (last->all_nested.size() + 1 != votes.size())
    return unexpected(agreement_codec_errc::malformed);
  return last;
}

digest consent_digest(std::string_view network, const group_id& group, const peer_id& joiner,
                      generation first, generation last) {
  const wire::ConsentStatement statement{to_wire(group), key_of(joiner), first.value(), last.value()};
  return signing_digest(consent_purpose, network,
                        {reinterpret_cast<const std::uint8_t*>(&statement), sizeof(statement)});
}

flat<wire::ConsentRequest> encode(const consent_request& what) {
  flatbuffers::FlatBufferBuilder builder;
  const auto group = to_wire(what.group);
  builder.Finish(wire::CreateConsentRequest(builder, &group, what.first.value(), what.last.value()));
  return flat<wire::ConsentRequest>::of(builder);
}

flat<wire::ConsentAnswer> encode(const consent_answer& what) {
  flatbuffers::FlatBufferBuilder builder;
  const auto consent = encode_into(builder, what.consent);
  const auto group = to_wire(what.group);
  builder.Finish(wire::CreateConsentAnswer(builder, &group, consent));
  return flat<wire::ConsentAnswer>::of(builder);
}

consent_request decode(const wire::ConsentRequest& frame) {
  return {from_wire(*frame.group()), generation{frame.first()}, generation{frame.last()}};
}

consent_answer decode(const wire::ConsentAnswer& frame) {
  return {from_wire(*frame.group()), read(frame.consent())};
}

std::string text(const reconfig& change) {
  return (change.kind == change_kind::join ? "J" : "L") + short_name(change.who);
}

std::string text(const signed_vote& vote) {
  std::string out;
  append_text(vote, out);
  if (out.size() > text_size_max)
    out = out.substr(0, text_size_max) + "..";
  return out;
}

} // namespace troupe::membership
