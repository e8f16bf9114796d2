// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/instance.hpp"

#include "messages/types/assert.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr timer_id resend_timer{1};

} // namespace

instance::instance(instance_options options, view_ptr now)
  : options_(std::move(options)), view_(std::move(now)) {
  TROUPE_ASSERT(options_.header.source == options_.self);
  TROUPE_ASSERT(view_ != nullptr && options_.describe != nullptr);
}

void instance::start(time_point) {
  effects_.push(
    note{note::level::info,
         fmt::format("[BRB] {} initiating bft for msg {}", short_name(options_.self),
                     message_text(view_->gen, options_.header, options_.payload, options_.describe))});
  effects_.push(sign{ticket{++last_ticket_}, to_bytes(header_digest(options_.network, options_.header))});
}

void instance::handle(const signed_off& input, time_point) {
  if (phase_ != phase::signing || input.signed_by.size() != header_seal_.size())
    return;
  std::copy(input.signed_by.begin(), input.signed_by.end(), header_seal_.begin());
  phase_ = phase::requesting;
  if (const auto* members = view_->members_of(view_->gen))
    announce(*members);
  // Who has joined since cannot echo the slot, so after changes the members of its own generation may be the
  // only quorum there is.
  if (view_->members_of(options_.header.gen))
    ask(options_.header.gen);
  if (!echoes_.contains(view_->gen))
    ask(view_->gen);
  effects_.push(arm{resend_timer, resend_after_ = options_.resend_first});
}

void instance::ask(generation gen) {
  echoes_.try_emplace(gen);
  while (echoes_.size() > generations_asked_max) {
    const auto oldest = echoes_.begin();
    echoes_.erase(oldest->first == options_.header.gen ? std::next(oldest) : oldest);
  }
  ask_member(gen, options_.self);
  if (locked_here_)
    ask_others(gen);
}

// Who does not answer in time is sent the whole payload: fragments are the first try only.
void instance::ask_others(generation gen) {
  const auto& members = *view_->members_of(gen);
  if (gen == options_.header.gen && !fragments_out_ && members.contains(options_.self) &&
      sent_coded(options_.coding, options_.payload.size(), members.size()))
    return send_fragments(members);
  for (const auto& member : members)
    if (member != options_.self)
      ask_member(gen, member);
}

void instance::send_fragments(const std::set<peer_id>& members) {
  fragments_out_ = true;
  const auto fragments = cut(options_.header, header_seal_, options_.payload, members.size());
  auto next = fragments.begin();
  for (const auto& member : members) {
    const auto& fragment = *next++;
    if (member == options_.self)
      continue;
    if (options_.traced)
      effects_.push(delivering{member, fragment_text(*fragment), header_seal_, true});
    effects_.push(send_packet{member, fragment});
  }
}

void instance::ask_member(generation gen, const peer_id& member) {
  auto what =
    std::make_shared<send_message>(send_message{gen, options_.header, header_seal_, options_.payload});
  if (options_.traced)
    effects_.push(delivering{member, request_text(*what, options_.describe), header_seal_, true});
  effects_.push(send_packet{member, send_ptr{std::move(what)}});
}

void instance::handle(const view_update& input, time_point) {
  view_ = input.now;
  if (phase_ == phase::requesting && locked_here_ && !echoes_.contains(view_->gen))
    ask(view_->gen);
  if (phase_ == phase::requesting && locked_here_)
    count_again();
  if (phase_ == phase::certified)
    finish_if_complete();
}

// Trust changes who is a member of a generation that was asked already: the echoes there may be enough now.
void instance::count_again() {
  for (auto& [gen, echoes] : echoes_) {
    const auto& members = *view_->members_of(gen);
    std::erase_if(echoes, [&](const auto& echo) { return !members.contains(echo.first); });
    if (is_quorum(echoes.size(), members.size()))
      return certify(gen);
  }
}

void instance::handle(const echo_received& input, time_point) {
  const auto asked = echoes_.find(input.what.gen);
  if (input.what.header != options_.header)
    return refuse(input, brb_errc::signed_validated_for_packet_we_did_not_request);
  if (phase_ != phase::requesting)
    return; // late: the certificate is out
  if (asked == echoes_.end())
    return refuse(input, brb_errc::signed_validated_for_packet_we_did_not_request);
  if (!view_->is_member(input.from, input.what.gen))
    return refuse(input, brb_errc::source_is_not_voting_member);
  if (asked->second.contains(input.from))
    return;
  const pending_echo echo{input.what.gen, input.from, input.what.seal};
  if (input.from == options_.self)
    return accept(echo); // our own signature
  const auto same = [&](const auto& waiting) {
    return waiting.second.gen == echo.gen && waiting.second.from == echo.from;
  };
  if (std::any_of(verifying_.begin(), verifying_.end(), same) || spare_.contains({echo.gen, echo.from}))
    return;
  spare_.emplace(std::pair{echo.gen, echo.from}, echo.seal);
  verify_enough(echo.gen);
}

// As many as make a quorum; another one only for one that proves false.
void instance::verify_enough(generation gen) {
  const auto asked = echoes_.find(gen);
  if (asked == echoes_.end())
    return;
  auto promising = asked->second.size();
  for (const auto& [id, echo] : verifying_)
    promising += echo.gen == gen ? 1u : 0u;
  const auto enough = quorum(view_->members_of(gen)->size());
  for (auto next = spare_.lower_bound({gen, peer_id{}});
       promising < enough && next != spare_.end() && next->first.first == gen; ++promising) {
    const pending_echo echo{gen, next->first.second, next->second};
    next = spare_.erase(next);
    const ticket id{++last_ticket_};
    verifying_[id] = echo;
    effects_.push(verify{id, echo.from, to_bytes(echo_digest(options_.network, echo.gen, options_.header)),
                         to_bytes(echo.seal)});
  }
}

void instance::handle(const verified& input, time_point) {
  const auto found = verifying_.find(input.id);
  if (found == verifying_.end())
    return;
  const auto echo = found->second;
  verifying_.erase(found);
  if (phase_ != phase::requesting)
    return;
  if (input.valid)
    return accept(echo);
  refuse({echo.from, {echo.gen, options_.header, echo.seal}}, brb_errc::signature);
  verify_enough(echo.gen);
}

void instance::accept(const pending_echo& echo) {
  effects_.push(handled(echo.from, {echo.gen, options_.header, echo.seal}));
  effects_.push(note{note::level::info, "[BRB] signed validated"});
  const auto asked = echoes_.find(echo.gen);
  if (asked == echoes_.end())
    return;
  asked->second[echo.from] = echo.seal;
  if (is_quorum(asked->second.size(), view_->members_of(echo.gen)->size()))
    certify(echo.gen);
  if (echo.from == options_.self && !locked_here_) {
    locked_here_ = true;
    effects_.push(settled{});
    if (phase_ == phase::requesting)
      for (const auto& [gen, echoes] : echoes_)
        ask_others(gen);
    if (phase_ == phase::requesting && !echoes_.contains(view_->gen))
      ask(view_->gen);
  }
}

void instance::certify(generation gen) {
  effects_.push(note{note::level::info, "[BRB] we have quorum over msg, sending proof to network"});
  certificate made{gen, options_.header, header_seal_, {}, {}, options_.payload};
  const auto& members = *view_->members_of(gen);
  made.signers.assign((members.size() + 7) / 8, 0);
  std::size_t position = 0;
  for (const auto& member : members) {
    if (const auto echo = echoes_[gen].find(member); echo != echoes_[gen].end()) {
      made.signers[position / 8] =
        static_cast<std::uint8_t>(made.signers[position / 8] | (1u << (position % 8)));
      made.seals.push_back(echo->second);
    }
    ++position;
  }
  certificate_ = std::make_shared<const certificate>(std::move(made));
  phase_ = phase::certified;
  announce(members);
  hand_out(options_.self, false);
  for (const auto& member : members)
    if (member != options_.self)
      hand_out(member, !has_echoed(member) && !(fragments_out_ && gen == options_.header.gen));
  verifying_.clear();
  spare_.clear();
  effects_.push(arm{resend_timer, resend_after_ = options_.resend_first});
}

void instance::hand_out(const peer_id& member, bool with_payload) {
  if (options_.traced)
    effects_.push(delivering{member, proof_text(), header_seal_});
  effects_.push(send_packet{member, certificate_out{certificate_, with_payload}});
}

std::string instance::proof_text() const {
  std::string proof;
  const auto& echoes = echoes_.at(certificate_->gen);
  for (const auto& [member, seal] : echoes)
    proof += fmt::format("{}{}: {}", proof.empty() ? "" : ", ", short_name(member), short_name(seal));
  return fmt::format("BRB(ProofOfAgreement {{ msg: {}, proof: {{{}}} }})",
                     message_text(certificate_->gen, options_.header, options_.payload, options_.describe),
                     proof);
}

void instance::announce(const std::set<peer_id>& to) {
  std::string list;
  for (const auto& member : to)
    list += (list.empty() ? "" : ", ") + short_name(member);
  effects_.push(
    note{note::level::info, fmt::format("[BRB] broadcasting {}->{{{}}}", short_name(options_.self), list)});
}

// Whether its echo was looked at or not: who says that it has the payload need not be sent it.
bool instance::has_echoed(const peer_id& member) const {
  return std::any_of(echoes_.begin(), echoes_.end(),
                     [&](const auto& asked) { return asked.second.contains(member); }) ||
         std::any_of(verifying_.begin(), verifying_.end(),
                     [&](const auto& entry) { return entry.second.from == member; }) ||
         std::any_of(spare_.begin(), spare_.end(),
                     [&](const auto& entry) { return entry.first.second == member; });
}

std::set<peer_id> instance::lagging() const {
  std::set<peer_id> result;
  if (!certificate_)
    return result;
  // Who left since needs nothing more; who joined since learns of it by anti-entropy.
  for (const auto& member : *view_->members_of(certificate_->gen))
    if (!acknowledged_.contains(member) && (member == options_.self || view_->is_member(member, view_->gen)))
      result.insert(member);
  return result;
}

void instance::handle(const acknowledged& input, time_point) {
  if (input.up_to < options_.header.sequence || phase_ == phase::done)
    return;
  acknowledged_.insert(input.from);
  if (phase_ == phase::certified)
    return finish_if_complete();
  // A certificate of an earlier life of ours went round: our own receiver has delivered it.
  if (input.from == options_.self) {
    phase_ = phase::done;
    effects_.push(cancel{resend_timer});
    effects_.push(finished{});
  }
}

void instance::finish_if_complete() {
  if (!lagging().empty())
    return;
  phase_ = phase::done;
  effects_.push(cancel{resend_timer});
  effects_.push(finished{});
}

void instance::handle(const own_refusal& input, time_point) {
  if (input.header != options_.header || locked_here_ || phase_ != phase::requesting)
    return;
  phase_ = phase::done;
  effects_.push(cancel{resend_timer});
  effects_.push(failed{input.why, input.detail});
}

void instance::handle(const peer_returned& input, time_point) {
  if (phase_ == phase::requesting && locked_here_) {
    for (const auto& [gen, echoes] : echoes_)
      if (view_->is_member(input.who, gen) && !echoes.contains(input.who))
        ask_member(gen, input.who);
  } else if (phase_ == phase::certified && lagging().contains(input.who)) {
    hand_out(input.who, true);
  }
}

void instance::handle(const retry&, time_point) {
  resend();
}

void instance::expire(timer_id timer, time_point) {
  if (timer != resend_timer || (phase_ != phase::requesting && phase_ != phase::certified))
    return;
  resend();
  resend_after_ = std::min(resend_after_ * 2, options_.resend_max);
  effects_.push(arm{resend_timer, resend_after_});
}

void instance::resend() {
  if (phase_ == phase::certified)
    for (const auto& member : lagging())
      hand_out(member, true);
  if (phase_ != phase::requesting)
    return;
  for (const auto& [id, echo] : std::exchange(verifying_, {})) // its ticket was lost
    spare_.emplace(std::pair{echo.gen, echo.from}, echo.seal);
  for (const auto& [gen, echoes] : echoes_)
    verify_enough(gen);
  for (const auto& [gen, echoes] : echoes_)
    for (const auto& member : *view_->members_of(gen))
      if (!echoes.contains(member) && (locked_here_ || member == options_.self))
        ask_member(gen, member);
}

void instance::refuse(const echo_received& input, brb_errc why) {
  effects_.push(handled(input.from, input.what));
  effects_.push(dropping_line(why));
  if (input.from != options_.self)
    effects_.push(report{input.from, static_cast<std::uint8_t>(why)});
}

handling instance::handled(const peer_id& from, const echo_message& what) const {
  return {from, options_.traced ? echo_text(what, options_.payload, options_.describe) : std::string{},
          what.seal};
}

instance::state instance::snapshot() const {
  state result{phase_, options_.header.sequence, {}, lagging().size()};
  for (const auto& [gen, echoes] : echoes_)
    result.echoes[gen] = echoes.size();
  return result;
}

} // namespace troupe::brb
