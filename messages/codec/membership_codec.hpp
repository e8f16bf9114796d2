// SPDX-License-Identifier: BSD-3-Clause
// Votes: the domain form every holder shares, and their frame (docs/protocols/membership.md). A vote is
// opaque bytes and a signature; nested votes are named by digest and travel in front of it in one bundle, so
// that depth and count are known before anything is followed and each distinct vote is held, and later
// verified, once. Source: spec: brb 3.1, 8.6.
#pragma once

#include "messages/codec/signing.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/flat.hpp"
#include "messages/types/strong.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace troupe::membership {

constexpr std::size_t vote_depth_max = 4;   ///< SM{SM{M{P}}} is the deepest a correct voter casts
constexpr std::size_t vote_count_max = 64;  ///< distinct votes in one bundle
constexpr std::size_t vote_body_max = 4096; ///< bytes
constexpr std::size_t vote_faults_max = 8;  ///< voters that one ballot proves to contradict themselves

enum class change_kind : std::uint8_t { join = 1, leave = 2 };

/// Ordered joins before leaves, then by peer.
struct reconfig {
  change_kind kind = change_kind::join;
  peer_id who;
  friend auto operator<=>(const reconfig&, const reconfig&) = default;
  friend bool operator==(const reconfig&, const reconfig&) = default;
};

enum class ballot_kind : std::uint8_t { propose = 1, merge = 2, super_majority = 3 };

/// A joiner's word that it may be proposed for the generations `first` to `last`, both inclusive.
struct join_consent {
  generation first;
  generation last;
  signature seal{}; ///< by the joiner, over consent_digest
  friend bool operator==(const join_consent&, const join_consent&) = default;
};
digest consent_digest(std::string_view network, const group_id& group, const peer_id& joiner,
                      generation first, generation last);

struct signed_vote;
using signed_vote_ptr = std::shared_ptr<const signed_vote>;

/// Two votes of one voter for one generation, ids ascending. That they contradict each other is the voting
/// group's to check.
struct fault {
  signed_vote_ptr first;
  signed_vote_ptr second;
};

/// A vote with what was derived from it once: nothing here changes after it was made.
struct signed_vote {
  group_id group{};
  generation gen;
  peer_id voter;
  ballot_kind ballot = ballot_kind::propose;
  reconfig change;                     ///< of a proposal
  std::optional<join_consent> consent; ///< of a proposed join
  std::vector<signed_vote_ptr> nested; ///< of the others; ascending by id, distinct
  std::vector<fault> faults; ///< of the others; ascending by voter, distinct; not below the vote in depth

  bytes body;       ///< as it travels
  digest id{};      ///< what is signed: the body under purpose and network
  signature seal{}; ///< by the voter; zeros until sealed

  std::size_t depth = 1;
  std::vector<signed_vote_ptr> all_nested; ///< every distinct vote this one needs, needed before needing
  std::set<std::pair<peer_id, reconfig>> proposals; ///< the leaves: who proposed what
  std::set<reconfig> changes;                       ///< the same without the proposers
};

/// An unsealed vote with its body laid out; the caller signs `id` and seals it.
signed_vote make_proposal(std::string_view network, const group_id& group, generation gen,
                          const peer_id& voter, const reconfig& change,
                          const std::optional<join_consent>& consent = std::nullopt);
/// Errors: too_many, too_deep.
expected<signed_vote, agreement_codec_errc>
make_ballot(std::string_view network, const group_id& group, generation gen, const peer_id& voter,
            ballot_kind ballot, std::vector<signed_vote_ptr> nested, std::vector<fault> faults = {});

/// The bundle that carries `vote`: the votes nested in it, then itself.
flat<wire::MembershipVote> encode(const signed_vote& vote);
flatbuffers::Offset<wire::MembershipVote> encode_into(flatbuffers::FlatBufferBuilder& builder,
                                                      const signed_vote& vote);
/// Checks counts, lengths, depth and ranges; signatures and the meaning of the vote are the voting group's to
/// check.
expected<signed_vote_ptr, agreement_codec_errc> decode(const wire::MembershipVote& bundle,
                                                       std::string_view network);

struct consent_request {
  group_id group{};
  generation first;
  generation last;
};
struct consent_answer {
  group_id group{};
  std::optional<join_consent> consent; ///< nothing: refused
};
flat<wire::ConsentRequest> encode(const consent_request& what);
flat<wire::ConsentAnswer> encode(const consent_answer& what);
consent_request decode(const wire::ConsentRequest& frame);
consent_answer decode(const wire::ConsentAnswer& frame);

/// `P(Ji:3497d6)@i:877dcaG1`, `SM{..}@..`, `M{..}@..`; cut at 2 KiB.
std::string text(const signed_vote& vote);
std::string text(const reconfig& change);

} // namespace troupe::membership
