// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/algorithm/bracha_machine.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>
#include <array>

namespace troupe::lab::bracha {

std::string_view name(errc code) {
  constexpr std::array<std::string_view, 8> names{"Malformed",
                                                  "NotAMember",
                                                  "UnknownSource",
                                                  "NotItsSlot",
                                                  "OutsideWindow",
                                                  "AnotherContent",
                                                  "DataTypeFailedValidation",
                                                  "WindowFull"};
  const auto place = static_cast<std::size_t>(code) - 1; // 0 becomes the largest number
  return place < names.size() ? names[place] : "Unknown";
}

machine::machine(broadcast_options options) : options_(std::move(options)) {
  install(options_.first);
}

void machine::install(const voters& next) {
  TROUPE_ASSERT(voting_.members.empty() || next.generation > voting_.generation);
  voting_ = next;
  for (const auto& member : voting_.members)
    streams_.try_emplace(member);
  for (auto& [source, of] : streams_) {
    std::erase_if(of.known, [this](const auto& entry) { return !members().contains(entry.first); });
    for (auto sequence = of.delivered + 1; sequence <= of.delivered + window; ++sequence)
      settle(source, of, sequence);
  }
}

std::uint64_t machine::delivered(const peer_id& source) const {
  const auto found = streams_.find(source);
  return found == streams_.end() ? 0 : found->second.delivered;
}

expected<std::uint64_t, std::string> machine::execute(byte_view operation) {
  const auto fail = [](errc why) { return unexpected(std::string{name(why)}); };
  if (operation.size() > operation_size_max)
    return fail(errc::malformed);
  if (!votes_here())
    return fail(errc::not_a_member);
  auto& mine = streams_.at(self());
  if (issued_ >= mine.delivered + window)
    return fail(errc::window_full);
  if (options_.accept && !options_.accept(self(), operation))
    return fail(errc::refused_by_data_type);
  // A restarted node learns from the others how far it was.
  issued_ = std::max(issued_, mine.delivered) + 1;
  const auto sequence = issued_;
  const packet content{kind::send, self(), sequence, to_bytes(operation), false};
  broadcast_to_others(content);
  vote(mine, {kind::echo, self(), sequence, content.op, false});
  settle(self(), mine, sequence);
  return sequence;
}

void machine::handle(const peer_id& from, byte_view encoded) {
  const auto got = decode(encoded);
  const auto outcome = got ? receive(from, *got) : result{unexpected(errc::malformed)};
  if (!outcome)
    effects_.push_back(refuse{from, std::string{name(outcome.error())}});
}

machine::result machine::receive(const peer_id& from, const packet& got) {
  if (!members().contains(from) || from == self())
    return unexpected(errc::not_a_member);
  const auto found = streams_.find(got.source);
  if (found == streams_.end())
    return unexpected(errc::unknown_source);
  auto& of = found->second;
  if (got.what == kind::progress) {
    receive_progress(from, of, got);
    return {};
  }
  if (got.what == kind::send && from != got.source)
    return unexpected(errc::not_its_slot);
  if (got.sequence == 0 || got.sequence > of.delivered + window)
    return unexpected(errc::outside_window);
  if (got.sequence <= of.delivered)
    return {};
  const auto outcome = got.what == kind::send ? receive_send(of, got) : receive_vote(from, of, got);
  if (outcome)
    settle(got.source, of, got.sequence);
  return outcome;
}

machine::result machine::receive_send(stream& of, const packet& got) {
  const auto found = of.open.find(got.sequence);
  if (found != of.open.end() && found->second.echoed) {
    const auto same = found->second.echoes.at(self()) == sha256(got.op);
    return same ? result{} : result{unexpected(errc::another_content)};
  }
  if (options_.accept && !options_.accept(got.source, got.op))
    return unexpected(errc::refused_by_data_type);
  if (votes_here())
    vote(of, {kind::echo, got.source, got.sequence, got.op, false});
  return {};
}

machine::result machine::receive_vote(const peer_id& from, stream& of, const packet& got) {
  auto& at = of.open[got.sequence];
  const auto content = sha256(got.op);
  const auto [entry, first] = (got.what == kind::echo ? at.echoes : at.readies).emplace(from, content);
  if (entry->second != content)
    return unexpected(errc::another_content);
  if (first)
    at.contents.try_emplace(content, got.op);
  return {};
}

void machine::receive_progress(const peer_id& from, stream& of, const packet& got) {
  // It may go back: a node that restarted without its disk.
  of.known[from] = got.sequence;
  if (got.ask)
    transmit(from, {kind::progress, got.source, of.delivered, {}, false});
  const auto until = got.sequence < of.delivered ? std::min(of.delivered, got.sequence + window) : 0;
  for (auto at = of.kept.upper_bound(got.sequence); at != of.kept.end() && at->first <= until; ++at)
    transmit(from, {kind::ready, got.source, at->first, at->second, false});
  forget_kept(of);
}

/// Our own echo or ready: counted here and sent to everybody else.
void machine::vote(stream& of, const packet& content) {
  auto& at = of.open[content.sequence];
  const auto what = sha256(content.op);
  at.contents.try_emplace(what, content.op);
  if (content.what == kind::echo) {
    at.echoed = true;
    at.echoes.emplace(self(), what);
    effects_.push_back(echo{content.source, content.sequence, what});
  } else {
    at.ready = true;
    at.readies.emplace(self(), what);
  }
  broadcast_to_others(content);
}

void machine::settle(const peer_id& source, stream& of, std::uint64_t sequence) {
  const auto found = of.open.find(sequence);
  if (found != of.open.end() && !found->second.ready && votes_here()) {
    const auto& at = found->second;
    const auto convinced = std::ranges::find_if(at.contents, [&](const auto& entry) {
      return count(at.echoes, entry.first) >= echo_quorum(members().size()) ||
             count(at.readies, entry.first) >= liars_max(members().size()) + 1;
    });
    if (convinced != at.contents.end())
      vote(of, {kind::ready, source, sequence, convinced->second, false});
  }
  deliver_in_order(source, of);
}

void machine::deliver_in_order(const peer_id& source, stream& of) {
  for (;;) {
    const auto next = of.open.find(of.delivered + 1);
    if (next == of.open.end())
      return;
    auto& at = next->second;
    const auto agreed = std::ranges::find_if(at.contents, [&](const auto& entry) {
      return count(at.readies, entry.first) >= 2 * liars_max(members().size()) + 1;
    });
    if (agreed == at.contents.end())
      return;
    ++of.delivered;
    effects_.push_back(deliver{source, of.delivered, agreed->second});
    of.kept.emplace(of.delivered, std::move(agreed->second));
    of.open.erase(next);
    forget_kept(of);
  }
}

std::size_t machine::count(const votes& all, const digest& content) const {
  return static_cast<std::size_t>(std::ranges::count_if(
    all, [&](const auto& entry) { return entry.second == content && members().contains(entry.first); }));
}

/// What every member has, and what would be too much.
void machine::forget_kept(stream& of) {
  auto everywhere = of.delivered;
  for (const auto& member : members())
    if (member != self())
      everywhere = std::min(everywhere, known(of, member));
  of.kept.erase(of.kept.begin(), of.kept.upper_bound(everywhere));
  while (of.kept.size() > kept_max)
    of.kept.erase(of.kept.begin());
}

std::uint64_t machine::known(const stream& of, const peer_id& member) {
  const auto found = of.known.find(member);
  return found == of.known.end() ? 0 : found->second;
}

void machine::resend() {
  for (const auto& [source, of] : streams_)
    for (const auto& member : members()) {
      const auto theirs = known(of, member);
      if (member == self())
        continue;
      if (theirs < of.delivered)
        transmit(member, {kind::progress, source, of.delivered, {}, true});
      for (const auto& [sequence, at] : of.open)
        if (sequence > theirs)
          resend_slot(member, source, sequence, at);
    }
}

void machine::resend_slot(const peer_id& to, const peer_id& source, std::uint64_t sequence, const slot& at) {
  const auto again = [&](kind what, const votes& from) {
    transmit(to, {what, source, sequence, at.contents.at(from.at(self())), false});
  };
  if (at.echoed && source == self())
    again(kind::send, at.echoes);
  if (at.echoed)
    again(kind::echo, at.echoes);
  if (at.ready)
    again(kind::ready, at.readies);
}

void machine::catch_up(const peer_id& peer) {
  for (const auto& [source, of] : streams_)
    transmit(peer, {kind::progress, source, of.delivered, {}, true});
}

void machine::broadcast_to_others(const packet& content) {
  for (const auto& member : members())
    if (member != self())
      transmit(member, content);
}

void machine::transmit(const peer_id& to, const packet& content) {
  effects_.push_back(send{to, std::string{name(content.what)}, encode(content)});
}

std::optional<broadcast::effect> machine::poll() {
  if (effects_.empty())
    return std::nullopt;
  auto next = std::move(effects_.front());
  effects_.pop_front();
  return next;
}

broadcast::state machine::snapshot() const {
  state now;
  for (const auto& [source, of] : streams_) {
    (source == self() ? now.pending : now.foreign) += of.open.size();
    now.kept += of.kept.size();
  }
  return now;
}

} // namespace troupe::lab::bracha

namespace troupe::lab {

std::unique_ptr<broadcast> make_bracha(broadcast_options options) {
  return std::make_unique<bracha::machine>(std::move(options));
}

} // namespace troupe::lab
