// SPDX-License-Identifier: BSD-3-Clause
// One voting group and the votes it is given, one after another: which it refuses, what it casts, what it
// decides. The machine is the node's; keys are numbers and signatures a hash, so that cases can be written by
// hand.
#include "actors/membership/voting_group.hpp"
#include "tools/conform/suites.hpp"
#include "tools/lab/cluster/stub_signatures.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

namespace troupe::conform {
namespace {

namespace json = boost::json;
using namespace membership;

constexpr std::string_view network = "conform";
constexpr std::uint64_t number_max = 255; ///< of a member
constexpr std::size_t members_max = 64;   ///< of a case
constexpr std::size_t case_votes_max = 256;
constexpr time_point now{};

template <class Value>
using or_why = expected<Value, explained>;

peer_id actor(std::uint64_t number) {
  wire::Key32 raw;
  auto* bytes = reinterpret_cast<std::uint8_t*>(&raw);
  bytes[0] = static_cast<std::uint8_t>(number);
  bytes[31] = 7;
  return actor_of(raw);
}

std::uint64_t number_of(const peer_id& who) {
  return key_of(who).bytes()->Get(0);
}

or_why<std::uint64_t> number_in(const json::value* from, std::string_view name, std::uint64_t max) {
  if (!from)
    return bad_case(fmt::format("the field \"{}\" is missing", name));
  const auto* number = from->if_int64();
  if (!number || *number < 0 || static_cast<std::uint64_t>(*number) > max)
    return bad_case(fmt::format("the field \"{}\" is no integer from 0 to {}", name, max));
  return static_cast<std::uint64_t>(*number);
}

or_why<std::vector<std::uint64_t>> numbers_in(const json::value* from, std::string_view name,
                                              std::uint64_t max, std::size_t count_max) {
  const auto* all = from ? from->if_array() : nullptr;
  if (!all || all->size() > count_max)
    return bad_case(fmt::format("the field \"{}\" is no array of up to {} numbers", name, count_max));
  std::vector<std::uint64_t> result;
  for (const auto& one : *all) {
    auto number = number_in(&one, name, max);
    if (!number)
      return unexpected{number.error()};
    result.push_back(*number);
  }
  return result;
}

std::string text_of(const signed_vote& vote) {
  std::string inside;
  if (vote.ballot == ballot_kind::propose)
    inside =
      fmt::format("P({}{})", vote.change.kind == change_kind::join ? "J" : "L", number_of(vote.change.who));
  std::vector<std::string> below;
  for (const auto& one : vote.nested)
    below.push_back(text_of(*one));
  std::sort(below.begin(), below.end()); // by what they say, not by their digests
  if (vote.ballot != ballot_kind::propose)
    inside = fmt::format("{}{{{}}}", vote.ballot == ballot_kind::merge ? "M" : "SM", fmt::join(below, ","));
  return fmt::format("{}@{}", inside, number_of(vote.voter));
}

/// One case as it goes on.
class run {
public:
  expected<void, explained> set_up(const json::object& from) {
    const auto genesis = numbers_in(from.if_contains("members"), "members", number_max, members_max);
    if (!genesis)
      return unexpected{genesis.error()};
    const auto self = number_in(from.if_contains("self"), "self", number_max);
    if (!self)
      return unexpected{self.error()};
    voting_group_options how{actor(*self), std::string{network}};
    if (const auto* cap = from.if_contains("soft_max")) {
      const auto most = number_in(cap, "soft_max", members_max);
      if (!most)
        return unexpected{most.error()};
      how.members_soft_max = *most;
    }
    std::set<peer_id> first;
    for (const auto number : *genesis)
      first.insert(actor(number));
    group_id_ = make_group_id(network, first);
    group_ = std::make_unique<voting_group>(how);
    self_ = how.self;
    for (const auto& who : first)
      group_->restore(promise{forced_promise{generation{0}, {change_kind::join, who}}});
    group_->start(now);
    serve();
    return {};
  }

  expected<void, explained> add_vote(const json::value& from) {
    const auto* fields = from.if_object();
    if (!fields)
      return bad_case("a vote is no object");
    auto made = vote_in(*fields);
    if (!made)
      return unexpected{made.error()};
    const auto* forged = fields->if_contains("forged");
    made->seal = lab::stub_sign(made->voter, made->id);
    if (forged && forged->is_bool() && forged->get_bool())
      made->seal[0] ^= 1;
    votes_.push_back(std::make_shared<const signed_vote>(std::move(*made)));
    return {};
  }

  expected<void, explained> receive(const std::vector<std::uint64_t>& order) {
    for (const auto at : order) {
      if (at >= votes_.size())
        return bad_case(fmt::format("there is no vote {}", at));
      received_ = at;
      // As it would arrive: what a bundle does not carry is not known.
      const auto bundle = encode(*votes_[at]);
      const auto read = decode(*bundle, network);
      if (!read)
        refused_.push_back(json::object{{"vote", at}, {"error", std::string{name(read.error())}}});
      else
        group_->handle(vote_received{(*read)->voter, *read}, now);
      serve();
    }
    return {};
  }

  json::object result() const {
    const auto view = group_->snapshot();
    json::array members;
    for (const auto& who : *view.members_of(view.gen))
      members.push_back(number_of(who));
    json::array faulty;
    for (const auto& who : view.faulty)
      faulty.push_back(number_of(who));
    return {{"generation", view.gen.value()},
            {"members", members},
            {"cast", cast_},
            {"refused", refused_},
            {"faulty", faulty}};
  }

private:
  or_why<reconfig> change_in(const json::object& from) const {
    const bool joins = from.contains("join");
    const std::string_view field = joins ? "join" : "leave";
    const auto who = number_in(from.if_contains(field), field, number_max);
    if (!who)
      return unexpected{who.error()};
    return reconfig{joins ? change_kind::join : change_kind::leave, actor(*who)};
  }

  or_why<std::optional<join_consent>> consent_in(const json::object& from, const reconfig& change,
                                                 generation gen) const {
    if (change.kind != change_kind::join)
      return std::nullopt;
    join_consent given{gen, gen, {}};
    if (const auto* window = from.if_contains("consent")) {
      if (window->is_null())
        return std::nullopt;
      const auto ends = numbers_in(window, "consent", 1'000'000, 2);
      if (!ends || ends->size() != 2)
        return bad_case("the field \"consent\" is neither null nor two generations");
      given = {generation{(*ends)[0]}, generation{(*ends)[1]}, {}};
    }
    given.seal =
      lab::stub_sign(change.who, consent_digest(network, group_id_, change.who, given.first, given.last));
    return given;
  }

  or_why<signed_vote> vote_in(const json::object& from) const {
    const auto voter = number_in(from.if_contains("voter"), "voter", number_max);
    if (!voter)
      return unexpected{voter.error()};
    const auto gen = number_in(from.if_contains("gen"), "gen", 1'000'000);
    if (!gen)
      return unexpected{gen.error()};
    const bool merges = from.contains("merge");
    if (!merges && !from.contains("super_majority")) {
      const auto change = change_in(from);
      if (!change)
        return unexpected{change.error()};
      const auto consent = consent_in(from, *change, generation{*gen});
      if (!consent)
        return unexpected{consent.error()};
      return make_proposal(network, group_id_, generation{*gen}, actor(*voter), *change, *consent);
    }
    const std::string_view field = merges ? "merge" : "super_majority";
    const auto nested = picked(from.if_contains(field), field);
    if (!nested)
      return unexpected{nested.error()};
    const auto faults = faults_in(from);
    if (!faults)
      return unexpected{faults.error()};
    auto made = make_ballot(network, group_id_, generation{*gen}, actor(*voter),
                            merges ? ballot_kind::merge : ballot_kind::super_majority, *nested, *faults);
    if (!made)
      return bad_case(std::string{name(made.error())});
    return *std::move(made);
  }

  or_why<std::vector<signed_vote_ptr>> picked(const json::value* from, std::string_view field) const {
    const auto which = numbers_in(from, field, case_votes_max, vote_count_max);
    if (!which)
      return unexpected{which.error()};
    std::vector<signed_vote_ptr> result;
    for (const auto at : *which) {
      if (at >= votes_.size())
        return bad_case(fmt::format("the field \"{}\" names no earlier vote", field));
      result.push_back(votes_[at]);
    }
    if (result.empty())
      return bad_case(fmt::format("the field \"{}\" is empty", field));
    return result;
  }

  or_why<std::vector<fault>> faults_in(const json::object& from) const {
    const auto* pairs = from.if_contains("faults");
    if (!pairs)
      return std::vector<fault>{};
    const auto* all = pairs->if_array();
    if (!all)
      return bad_case("the field \"faults\" is no array of pairs");
    std::map<peer_id, fault> result;
    for (const auto& one : *all) {
      auto both = picked(&one, "faults");
      if (!both)
        return unexpected{both.error()};
      if (both->size() != 2 || (*both)[0]->voter != (*both)[1]->voter || (*both)[0]->id == (*both)[1]->id)
        return bad_case("a fault is no two votes of one voter");
      if ((*both)[1]->id < (*both)[0]->id)
        std::swap((*both)[0], (*both)[1]);
      result[(*both)[0]->voter] = {(*both)[0], (*both)[1]};
    }
    std::vector<fault> ordered;
    for (auto& [who, proof] : result)
      ordered.push_back(std::move(proof));
    return ordered;
  }

  void serve() {
    while (const auto effect = group_->poll()) {
      if (const auto* check = std::get_if<verify>(&*effect))
        group_->handle(verified{check->id, lab::stub_verify(check->signer, check->message, check->signed_by)},
                       now);
      else if (const auto* wish = std::get_if<sign>(&*effect))
        group_->handle(signed_off{wish->id, to_bytes(lab::stub_sign(self_, wish->message))}, now);
      else if (const auto* order = std::get_if<persist>(&*effect))
        stored(*order);
      else if (const auto* complaint = std::get_if<report>(&*effect))
        refused_.push_back(json::object{
          {"vote", received_}, {"error", std::string{name(static_cast<membership_errc>(complaint->code))}}});
    }
  }

  /// Own votes are seen as they are stored, which is before anybody else sees them.
  void stored(const persist& order) {
    const auto record = decode_promise(order.record, network);
    const auto* own = record ? std::get_if<own_vote_promise>(&*record) : nullptr;
    const auto* decided = record ? std::get_if<decided_promise>(&*record) : nullptr;
    if (own)
      cast_.emplace_back(text_of(*own->vote));
    else if (decided && decided->vote->voter == self_)
      cast_.emplace_back(text_of(*decided->vote));
    group_->handle(persisted{order.id, true}, now);
  }

  group_id group_id_{};
  peer_id self_;
  std::unique_ptr<voting_group> group_;
  std::vector<signed_vote_ptr> votes_;
  std::uint64_t received_ = 0;
  json::array cast_;
  json::array refused_;
};

} // namespace

outcome evaluate_membership(const json::object& from) {
  run it;
  if (const auto ready = it.set_up(from); !ready)
    return unexpected{ready.error()};
  const auto* votes = from.if_contains("votes");
  if (!votes || !votes->is_array() || votes->get_array().size() > case_votes_max)
    return bad_case(fmt::format("the field \"votes\" is no array of up to {} votes", case_votes_max));
  for (const auto& vote : votes->get_array())
    if (const auto added = it.add_vote(vote); !added)
      return unexpected{added.error()};
  const auto order = numbers_in(from.if_contains("deliver"), "deliver", case_votes_max, 4 * case_votes_max);
  if (!order)
    return unexpected{order.error()};
  if (const auto done = it.receive(*order); !done)
    return unexpected{done.error()};
  return it.result();
}

} // namespace troupe::conform
