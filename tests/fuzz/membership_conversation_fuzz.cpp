// SPDX-License-Identifier: BSD-3-Clause
// A voting group of four talks to this input: each byte picks what happens next, a forged or honest vote, a
// ticket's outcome in any order, a timer. Whatever comes, own votes stay one line of descent and leave only
// stored.
#include "actors/membership/voting_group.hpp"

#include <cstdlib>

using namespace troupe;

namespace {

constexpr std::string_view network = "fuzz";

peer_id member(std::size_t i) {
  wire::Key32 raw;
  reinterpret_cast<std::uint8_t*>(&raw)[0] = static_cast<std::uint8_t>(i + 1);
  return actor_of(raw);
}

struct conversation {
  membership::voting_group group{membership::voting_group_options{member(0), std::string{network}}};
  std::vector<verify> checks;
  std::vector<sign> wishes;
  std::vector<persist> orders;
  std::vector<membership::signed_vote_ptr> votes;
  std::set<digest> stored;

  void drain() {
    while (auto effect = group.poll()) {
      if (auto* one = std::get_if<verify>(&*effect))
        checks.push_back(std::move(*one));
      else if (auto* wish = std::get_if<sign>(&*effect))
        wishes.push_back(std::move(*wish));
      else if (auto* order = std::get_if<persist>(&*effect))
        orders.push_back(std::move(*order));
      else if (const auto* sent = std::get_if<membership::send_vote>(&*effect)) {
        if (sent->vote->voter == member(0) && !stored.contains(sent->vote->id))
          std::abort(); // it left before it was stored
        votes.push_back(sent->vote);
      }
    }
  }

  void answer_order(std::uint8_t choice) {
    if (orders.empty())
      return;
    const auto at = choice % orders.size();
    const auto order = orders[at];
    orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(at));
    const bool kept = choice < 200;
    const auto record = decode_promise(order.record, network);
    if (const auto* own = record ? std::get_if<own_vote_promise>(&*record) : nullptr; own && kept)
      stored.insert(own->vote->id);
    if (const auto* decided = record ? std::get_if<decided_promise>(&*record) : nullptr; decided && kept)
      stored.insert(decided->vote->id);
    group.handle(persisted{order.id, kept}, time_point{});
  }

  /// Two votes that may contradict each other.
  std::vector<membership::fault> accused(std::uint8_t first, std::uint8_t second) const {
    auto a = votes[first % votes.size()];
    auto b = votes[(second / 3) % votes.size()];
    if ((second & 64) == 0 || a->id == b->id)
      return {};
    if (b->id < a->id)
      std::swap(a, b);
    return {{a, b}};
  }

  /// A joiner answers or a sponsor asks.
  void consent(std::uint8_t who, std::uint8_t what) {
    const auto view = group.snapshot();
    const auto gen = view.gen.next();
    if (what & 1)
      group.handle(
        membership::consent_asked{member(who % 7), {*view.group, gen, generation{gen.value() + what}}},
        time_point{});
    else
      group.handle(
        membership::consent_received{
          member(who % 7),
          {*view.group, what & 2 ? std::optional{membership::join_consent{
                                     gen, generation{gen.value() + membership::consent_window - 1}, {}}}
                                 : std::nullopt}},
        time_point{});
  }

  void vote(std::uint8_t voter, std::uint8_t what) {
    const auto view = group.snapshot();
    const auto gen = generation{view.gen.value() + what % 3};
    auto made =
      what % 4 == 0 || votes.size() < 2
        ? membership::make_proposal(
            network, *view.group, gen, member(voter % 6),
            {what & 8 ? membership::change_kind::join : membership::change_kind::leave, member(what % 7)},
            what & 8 && what & 16
              ? std::optional{membership::join_consent{gen, generation{gen.value() + what % 70}, {}}}
              : std::nullopt)
        : membership::make_ballot(
            network, *view.group, gen, member(voter % 6),
            what & 1 ? membership::ballot_kind::merge : membership::ballot_kind::super_majority,
            {votes[voter % votes.size()], votes[what % votes.size()]}, accused(voter, what));
    if (!made)
      return;
    votes.push_back(std::make_shared<membership::signed_vote>(std::move(*made)));
    if (votes.size() > 32)
      votes.erase(votes.begin());
    group.handle(membership::vote_received{member(voter % 6), votes.back()}, time_point{});
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  conversation with;
  for (std::size_t i = 0; i < 4; ++i)
    (void)with.group.handle(membership::force_change{{membership::change_kind::join, member(i)}},
                            time_point{});
  for (std::size_t i = 0; i + 2 < size && i < 600; i += 3) {
    const auto first = data[i + 1];
    const auto second = data[i + 2];
    switch (data[i] % 7) {
    case 0:
      with.vote(first, second);
      break;
    case 1:
      with.answer_order(first);
      break;
    case 2:
      if (!with.checks.empty()) {
        const auto at = first % with.checks.size();
        with.group.handle(verified{with.checks[at].id, second < 220}, time_point{});
        with.checks.erase(with.checks.begin() + static_cast<std::ptrdiff_t>(at));
      }
      break;
    case 3:
      if (!with.wishes.empty())
        with.group.handle(
          signed_off{with.wishes[first % with.wishes.size()].id, bytes(second < 230 ? 64 : 3, second)},
          time_point{});
      break;
    case 4:
      (void)with.group.handle(
        membership::propose_change{
          {first & 1 ? membership::change_kind::join : membership::change_kind::leave, member(second % 7)}},
        time_point{});
      break;
    case 5:
      with.consent(first, second);
      break;
    default:
      with.group.expire(timer_id{first % 2 + std::uint64_t{1}}, time_point{});
    }
    with.drain();
  }
  return 0;
}
