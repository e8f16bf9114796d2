// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/lock_import.hpp"

#include "actors/brb/certificate_check.hpp"
#include "actors/brb/quorum.hpp"

#include <algorithm>

namespace troupe::brb {
namespace {

/// Those before it: of them one is asked for each slot that has a certificate.
const std::set<peer_id>& electorate(const membership::view& now, generation since) {
  return std::prev(now.members.lower_bound(since))->second;
}

/// So many of n have an honest member in common with every quorum of theirs, if (n - 1) / 3 lie.
std::size_t witnesses(std::size_t n) {
  return n - quorum(n) + (n - 1) / 3 + 1;
}

bool before(const sealed_header& a, const sealed_header& b) {
  return a.header.sequence < b.header.sequence;
}

/// Of a slot no more than two: they tell that the source contradicts itself, and so would a third.
void add(std::vector<sealed_header>& to, const sealed_header& one) {
  const auto [first, last] = std::equal_range(to.begin(), to.end(), one, before);
  const auto same = [&](const sealed_header& known) { return known.header == one.header; };
  if (std::none_of(first, last, same) && std::distance(first, last) < 2)
    to.insert(last, one);
}

} // namespace

/// The changes up to generation `last` that took somebody away, from the one on that took us in, if there is
/// anything of the source from before them.
std::vector<generation> lock_import::required(const membership::view& now, generation last) const {
  std::vector<generation> found;
  const std::set<peer_id>* before = nullptr;
  bool source_before = false;
  for (const auto& [gen, members] : now.members) {
    if (gen > last)
      break;
    const bool joined = before && members.contains(self_) && !before->contains(self_);
    if (joined)
      found.clear();
    if (source_before && (joined || !std::ranges::includes(members, *before)))
      found.push_back(gen);
    source_before = source_before || members.contains(source_);
    before = &members;
  }
  return source_ == self_ ? std::vector<generation>{} : found;
}

std::vector<generation> lock_import::unmet(const membership::view& now) const {
  if (!now.is_member(self_, now.gen))
    return {};
  auto all = required(now, now.gen);
  std::erase_if(all, [this](generation gen) { return known_ && known_->gen >= gen; });
  return all;
}

bool lock_import::on_view(const membership::view& now) {
  const auto open = unmet(now);
  last_ = open.empty() ? generation{} : open.back();
  if (since_ && std::ranges::find(open, *since_) != open.end())
    return false;
  const auto former = std::exchange(since_, open.empty() ? std::nullopt : std::optional{open.front()});
  opened_.clear();
  answered_.clear();
  return since_ != former;
}

void lock_import::try_another(const membership::view& now) {
  const auto open = unmet(now);
  if (open.size() < 2)
    return;
  since_ = since_ == open.front() ? open.back() : open.front();
  opened_.clear();
  answered_.clear();
}

bool lock_import::complete_before(generation asked, const membership::view& now) const {
  const auto at = now.members.lower_bound(asked);
  if (at == now.members.begin() || !std::prev(at)->second.contains(self_))
    return false;
  const auto needs = required(now, std::prev(at)->first);
  return needs.empty() || (known_ && known_->gen >= needs.back());
}

generation lock_import::since() const {
  return std::max(last_, known_ ? known_->gen : generation{});
}

lock_query lock_import::question(const group_id& group) const {
  return {group, source_, *since_};
}

std::vector<peer_id> lock_import::unanswered(const membership::view& now) const {
  std::vector<peer_id> result;
  for (const auto& one : electorate(now, *since_))
    if (one != self_ && !answered_.contains(one))
      result.push_back(one);
  return result;
}

std::optional<expected<std::vector<seal_check>, brb_errc>> lock_import::open(const peer_id& from,
                                                                             const lock_answer& what,
                                                                             std::uint64_t delivered,
                                                                             const membership::view& now) {
  if (!needed() || what.gen != *since_)
    return std::nullopt;
  const auto asked = unanswered(now);
  if (std::find(asked.begin(), asked.end(), from) == asked.end())
    return std::nullopt;
  std::vector<seal_check> checks;
  if (what.delivered > delivered) {
    auto proof = proof_of(what, now);
    if (!proof)
      return unexpected(proof.error());
    checks = std::move(*proof);
  }
  for (const auto& lock : what.locks) {
    if (lock.header.sequence > what.delivered + window_size)
      return unexpected(brb_errc::malformed);
    checks.push_back({source_, header_digest(network_, lock.header), lock.seal});
  }
  opened_[from] = what;
  return checks;
}

expected<std::vector<seal_check>, brb_errc> lock_import::proof_of(const lock_answer& what,
                                                                  const membership::view& now) const {
  expected<std::vector<seal_check>, brb_errc> checks =
    unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  if (const auto* members = what.proof ? now.members_of(what.proof->gen) : nullptr) {
    checks = seals_to_verify(network_, *what.proof, *members);
  } else if (what.base && what.base->what.group == what.group &&
             at(what.base->what.delivered, source_) >= what.delivered) {
    if (const auto* signers = now.members_of(what.base->what.gen))
      checks = seals_to_verify(checkpoint_digest(network_, what.base->what), what.base->signers,
                               what.base->seals, *signers);
  }
  if (!checks)
    return unexpected(brb_errc::not_enough_signatures_to_form_quorum);
  return checks;
}

void lock_import::close(const peer_id& from, bool valid) {
  if (auto opened = opened_.extract(from); opened && valid)
    answered_.insert(std::move(opened));
}

std::optional<lock_answer> lock_import::collected(const membership::view& now) const {
  if (!needed())
    return std::nullopt;
  const auto& members = electorate(now, *since_);
  const auto own = complete_before(*since_, now) ? 1u : 0u;
  if (answered_.size() + own < witnesses(members.size()))
    return std::nullopt;
  lock_answer result{*now.group, source_, *since_, settled(), locks(), {}, {}};
  for (const auto& [who, answer] : answered_) {
    result.delivered = std::max(result.delivered, answer.delivered);
    for (const auto& lock : answer.locks)
      add(result.locks, lock);
  }
  std::erase_if(result.locks,
                [&](const sealed_header& one) { return one.header.sequence <= result.delivered; });
  return result;
}

void lock_import::add_locks(lock_answer& to) const {
  for (const auto& one : locks())
    if (one.header.sequence > to.delivered)
      add(to.locks, one);
}

void lock_import::stored(lock_answer what) {
  known_ = std::move(what);
  opened_.clear();
  answered_.clear();
}

const std::vector<sealed_header>& lock_import::locks() const {
  static const std::vector<sealed_header> none;
  return known_ ? known_->locks : none;
}

const sealed_header* lock_import::against(const operation_header& header) const {
  const auto& all = locks();
  const auto other = [&](const sealed_header& one) {
    return one.header.sequence == header.sequence && one.header != header;
  };
  const auto found = std::find_if(all.begin(), all.end(), other);
  return found == all.end() ? nullptr : &*found;
}

} // namespace troupe::brb
