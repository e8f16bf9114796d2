// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/anti_entropy.hpp"

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr timer_id page_timer{1};
constexpr timer_id round_timer{2};

/// About what it takes in a page.
std::size_t size_of(const membership::signed_vote& vote) {
  std::size_t size = vote.body.size() + 128;
  for (const auto& below : vote.all_nested)
    size += below->body.size() + 128;
  return size;
}

} // namespace

void anti_entropy::start(time_point) {
  if (options_.round_every > duration::zero())
    effects_.push(arm{round_timer, options_.round_every});
}

void anti_entropy::handle(const peer_gone& input, time_point) {
  waiting_.erase(input.who);
  asked_.erase(input.who);
  asking_.erase(input.who);
}

expected<void, brb_errc> anti_entropy::handle(const ask_peer& input, time_point now) {
  const auto& peer = input.who;
  // A request may have gone unanswered, as by a node that had no group yet: asking again asks again.
  const auto open = waiting_.find(peer);
  if (open != waiting_.end() && open->second.applying && open->second.more)
    return {};
  const bool full =
    waiting_.size() >= conversations_max || (asked_.size() >= asked_max && !asked_.contains(peer));
  if (open == waiting_.end() && full)
    return unexpected(brb_errc::overloaded);
  waiting_[peer] = {now + options_.page_timeout, false, false, {}, {}, 1};
  asked_.insert(peer);
  effects_.push(arm{page_timer, options_.page_timeout});
  send_request(peer);
  return {};
}

void anti_entropy::send_request(const peer_id& peer) {
  anti_entropy_request request{view_->group.value_or(group_id{}), view_->gen, vector(),
                               options_.wants_checkpoint};
  if (options_.traced)
    effects_.push(delivering{peer, request_text(request)});
  effects_.push(send_packet{peer, std::move(request)});
}

bool anti_entropy::is_member() const {
  return view_->is_member(options_.self, view_->gen);
}

void anti_entropy::handle(const view_update& input, time_point now) {
  // They may have had nothing for us before. Of what votes decide they tell by themselves.
  const bool let_in = input.now->is_member(options_.self, input.now->gen);
  const bool forced = input.now->gen == view_->gen && input.now->members != view_->members;
  const bool again = !is_member() && (let_in || forced);
  view_ = input.now;
  if (again && options_.round_every > duration::zero())
    for (const auto& peer : asked_)
      static_cast<void>(handle(ask_peer{peer}, now));
  go_on(now);
}

void anti_entropy::restore(const base_state& base) {
  base_ = base.proof;
  for (const auto& [source, sequence] : base.delivered())
    log_[source].forgotten = sequence;
}

void anti_entropy::handle(const certificate_delivered& input, time_point now) {
  auto& log = log_[input.what->header.source];
  if (input.what->header.sequence != log.last() + 1)
    return;
  log.certificates.push_back(input.what);
  go_on(now);
}

void anti_entropy::handle(const base_moved& input, time_point) {
  base_ = input.to.proof;
  for (auto& [source, log] : log_) {
    const auto covered = at(base_->what.delivered, source);
    for (; log.forgotten + kept_behind_max < covered && !log.certificates.empty(); ++log.forgotten)
      log.certificates.pop_front();
  }
}

void anti_entropy::handle(const anti_entropy_asked& input, time_point now) {
  effects_.push(handling{input.from, options_.traced ? request_text(input.what) : std::string{}});
  const bool groupless = input.what.group == group_id{};
  if (!view_->group || (!groupless && input.what.group != *view_->group)) {
    effects_.push(dropping_line(view_->group ? brb_errc::foreign_group : brb_errc::no_group));
    if (view_->group)
      effects_.push(report{input.from, static_cast<std::uint8_t>(brb_errc::foreign_group)});
    return;
  }
  if (!may_ask(input.from)) {
    effects_.push(dropping_line(brb_errc::not_invited));
    effects_.push(report{input.from, static_cast<std::uint8_t>(brb_errc::not_invited)});
    return;
  }
  if (asking_.size() >= asked_max && !asking_.contains(input.from)) {
    effects_.push(dropping_line(brb_errc::overloaded));
    return;
  }
  asking_[input.from].open = input.what;
  serve(now);
}

bool anti_entropy::may_ask(const peer_id& who) const {
  const membership::reconfig join{membership::change_kind::join, who};
  return std::any_of(view_->members.begin(), view_->members.end(),
                     [&](const auto& entry) { return entry.second.contains(who); }) ||
         std::any_of(view_->in_progress.begin(), view_->in_progress.end(),
                     [&](const auto& vote) { return vote->changes.contains(join); });
}

void anti_entropy::serve(time_point now) {
  std::optional<time_point> later;
  for (auto& [who, asks] : asking_) {
    if (!asks.open)
      continue;
    if (const auto when = asks.credit.next(*asks.open, now); when > now) {
      later = std::min(later.value_or(when), when);
      continue;
    }
    auto page = page_for(*asks.open);
    asks.open.reset();
    asks.credit.sent(page, now);
    effects_.push(send_packet{who, std::move(page)});
  }
  if (later)
    effects_.push(arm{serve_timer, *later - now});
}

anti_entropy_page anti_entropy::page_for(const anti_entropy_request& asked) const {
  anti_entropy_page page{*view_->group, {}, {}, false, {}};
  std::size_t size = 0;
  add_votes(page, size, asked.gen);
  const auto& known = asked.delivered;
  const bool forgotten = std::any_of(log_.begin(), log_.end(), [&](const auto& entry) {
    return at(known, entry.first) < entry.second.forgotten;
  });
  if (!forgotten && !(asked.wants_checkpoint && base_))
    add_certificates(page, size, known);
  else if (asked.gen >= view_->gen)
    page.checkpoint = base_;
  else
    page.more = true; // first the votes, without which its signers are unknown
  return page;
}

void anti_entropy::add_votes(anti_entropy_page& page, std::size_t& size, generation above) const {
  const auto add = [&](const membership::signed_vote_ptr& vote) {
    if (page.votes.size() >= page_votes_max || size >= page_bytes_max) {
      page.more = true;
      return;
    }
    page.votes.push_back(vote);
    size += size_of(*vote);
  };
  for (const auto& [gen, vote] : view_->history)
    if (gen > above)
      add(vote);
  if (!page.more)
    for (const auto& vote : view_->in_progress)
      add(vote);
}

void anti_entropy::add_certificates(anti_entropy_page& page, std::size_t& size,
                                    const delivered_vector& known) const {
  for (const auto& [source, log] : log_) {
    const auto from = std::min(at(known, source), log.last()) - log.forgotten;
    for (auto i = static_cast<std::size_t>(from); i < log.certificates.size() && !page.more; ++i) {
      if (page.certificates.size() >= page_certificates_max || size >= page_bytes_max) {
        page.more = true;
        break;
      }
      const auto& one = log.certificates[i];
      page.certificates.push_back(one);
      size += 256 + one->payload.size() + one->seals.size() * signature{}.size();
    }
  }
}

void anti_entropy::handle(const page_received& input, time_point now) {
  const auto asked = waiting_.find(input.from);
  if (asked == waiting_.end() || asked->second.applying)
    return; // not asked for, or twice
  auto& page = asked->second;
  page.applying = true;
  page.more = input.what.more && (!input.what.votes.empty() || !input.what.certificates.empty());
  page.given_up_at = now + options_.page_timeout;
  for (const auto& vote : input.what.votes)
    page.until_gen = std::max(page.until_gen, decided_by(*vote));
  if (!input.what.votes.empty())
    effects_.push(apply_votes{input.from, input.what.votes});
  if (input.what.checkpoint)
    effects_.push(offered{input.from, input.what.checkpoint});
  std::map<peer_id, std::vector<certificate_ptr>> by_source;
  for (const auto& one : input.what.certificates)
    by_source[one->header.source].push_back(one);
  for (auto& [source, certificates] : by_source) {
    page.until[source] = certificates.back()->header.sequence;
    effects_.push(apply_certificates{input.from, source, std::move(certificates)});
  }
  go_on(now);
}

bool anti_entropy::applied(const conversation& page) const {
  const auto reached = [&](const auto& entry) { return delivered(entry.first) >= entry.second; };
  return view_->gen >= page.until_gen && std::all_of(page.until.begin(), page.until.end(), reached);
}

void anti_entropy::go_on(time_point now) {
  std::erase_if(waiting_, [&](const auto& entry) {
    return entry.second.applying && !entry.second.more && applied(entry.second);
  });
  for (auto& [peer, page] : waiting_) {
    if (!page.applying || !applied(page))
      continue;
    page = {now + options_.page_timeout, false, false, {}, {}, 1};
    send_request(peer);
  }
}

void anti_entropy::expire(timer_id timer, time_point now) {
  if (timer == round_timer) {
    effects_.push(arm{round_timer, options_.round_every});
    for (const auto& peer : asked_)
      static_cast<void>(handle(ask_peer{peer}, now));
  }
  if (timer == serve_timer)
    return serve(now);
  if (timer != page_timer)
    return;
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    auto& [peer, page] = *entry;
    if (page.given_up_at > now) {
      ++entry;
    } else if (page.tries == (is_member() ? tries_max : 1)) {
      entry = waiting_.erase(entry);
    } else {
      // The request, the page or what was to apply it got lost: one of the actors it went through restarted.
      page = {now + options_.page_timeout, false, false, {}, {}, page.tries + 1};
      send_request(peer);
      ++entry;
    }
  }
  if (!waiting_.empty())
    effects_.push(arm{page_timer, options_.page_timeout});
}

std::uint64_t anti_entropy::delivered(const peer_id& source) const {
  const auto found = log_.find(source);
  return found == log_.end() ? 0 : found->second.last();
}

delivered_vector anti_entropy::vector() const {
  delivered_vector result;
  for (const auto& [source, log] : log_)
    if (result.size() < delivered_max)
      result[source] = log.last();
  return result;
}

anti_entropy::state anti_entropy::snapshot() const {
  const auto open = std::count_if(asking_.begin(), asking_.end(),
                                  [](const auto& entry) { return entry.second.open.has_value(); });
  return {vector(), waiting_.size(), static_cast<std::size_t>(open)};
}

} // namespace troupe::brb
