// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/algorithm/original_machine.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe::lab::original {

namespace {

void advance(clock& seen, const message& what) {
  auto& counter = seen[what.actor];
  counter = std::max(counter, what.counter);
}

} // namespace

machine::machine(broadcast_options options)
  : options_(std::move(options)), generation_(options_.first.generation) {
  TROUPE_ASSERT(options_.first.members.size() <= signers_max);
  members_.emplace(generation_, options_.first.members);
}

void machine::install(const voters& next) {
  TROUPE_ASSERT(next.generation > generation_ && next.members.size() <= signers_max);
  generation_ = next.generation;
  members_.emplace(generation_, next.members);
}

const std::set<peer_id>* machine::members(std::uint64_t generation) const {
  const auto found = members_.find(generation);
  return found == members_.end() ? nullptr : &found->second;
}

expected<bool, errc> machine::supermajority(std::size_t count, std::uint64_t generation) const {
  const auto* voting = members(generation);
  if (voting == nullptr)
    return unexpected(errc::invalid_generation);
  return 3 * count > 2 * voting->size();
}

message machine::next_message(byte_view op) const {
  const auto mine = received_.find(self());
  return {generation_, self(), mine == received_.end() ? 1 : mine->second + 1, to_bytes(op)};
}

expected<std::uint64_t, std::string> machine::execute(byte_view operation) {
  if (operation.size() > operation_size_max)
    return unexpected(std::string{name(errc::encoding)});
  const auto what = next_message(operation);
  const auto& voting = members_.at(generation_);
  if (voting.contains(self())) {
    executing_ = true;
    transmit(self(), request_validation{what});
    result outcome;
    for (; !looped_.empty() && outcome; looped_.pop_front())
      outcome = receive(looped_.front());
    looped_.clear();
    executing_ = false;
    if (!outcome)
      return unexpected(std::string{name(outcome.error())});
  }
  for (const auto& member : voting)
    if (member != self())
      transmit(member, request_validation{what});
  return what.counter;
}

void machine::handle(const peer_id& from, byte_view packet) {
  handshakes_ += from != self(); // it is acknowledged, whatever becomes of it
  if (const auto outcome = receive(packet); !outcome)
    effects_.push_back(refuse{from, std::string{name(outcome.error())}});
}

machine::result machine::receive(byte_view encoded) {
  const auto got = decode(encoded);
  if (!got)
    return unexpected(errc::encoding);
  if (!options_.keys.verify(got->source, got->signed_part, got->by))
    return unexpected(errc::bad_signature);
  return std::visit(
    [&](const auto& content) -> result {
      using content_type = std::decay_t<decltype(content)>;
      result checked;
      if constexpr (std::is_same_v<content_type, request_validation>)
        checked = check_request(got->source, content.what);
      else if constexpr (!std::is_same_v<content_type, anti_entropy>)
        checked = check(got->source, content);
      return checked ? process(got->source, content) : checked;
    },
    got->content);
}

signed_validated machine::sign(message what) const {
  const auto by = options_.keys.sign(encode(what));
  return {std::move(what), by};
}

machine::result machine::process(const peer_id& from, const request_validation& content) {
  advance(received_, content.what);
  effects_.push_back(echo{content.what.actor, content.what.counter, sha256(content.what.op)});
  transmit(from, sign(content.what));
  return {};
}

machine::result machine::process(const peer_id& from, const signed_validated& content) {
  return collect(from, content);
}

machine::result machine::collect(const peer_id& signer, const signed_validated& content) {
  // Defect B2: a signature that comes after the proof was applied opens the entry again, for good.
  auto& signatures = pending_proof_[content.what];
  signatures.insert_or_assign(signer, content.by);
  const auto enough = supermajority(signatures.size(), content.what.generation);
  if (!enough)
    return unexpected(enough.error());
  if (!*enough || *supermajority(signatures.size() - 1, content.what.generation))
    return {};
  const proof_of_agreement agreed{content.what, signatures};
  pending_delivery_.insert_or_assign(content.what, delivery{signatures, {}});
  auto recipients = *members(content.what.generation);
  recipients.insert(self());
  for (const auto& member : recipients)
    transmit(member, agreed);
  return {};
}

machine::result machine::process(const peer_id&, const proof_of_agreement& content) {
  advance(received_, content.what);
  advance(delivered_, content.what);
  history_[content.what.actor].emplace_back(content.what, content.signatures);
  pending_proof_.erase(content.what);
  effects_.push_back(deliver{content.what.actor, content.what.counter, content.what.op});
  transmit(content.what.actor, delivered{content.what});
  return {};
}

machine::result machine::process(const peer_id& from, const delivered& content) {
  const auto waiting = pending_delivery_.find(content.what);
  auto& confirmed = waiting->second.confirmed;
  confirmed.insert(from);
  // Defect B5: the slowest are forgotten as soon as enough have confirmed.
  const auto enough = supermajority(confirmed.size(), content.what.generation);
  if (!enough)
    return unexpected(enough.error());
  if (*enough)
    pending_delivery_.erase(waiting);
  return {};
}

machine::result machine::process(const peer_id& from, const anti_entropy& content) {
  for (const auto& [actor, entries] : history_) {
    const auto known = content.seen.find(actor);
    const auto counter = known == content.seen.end() ? 0 : known->second;
    for (const auto& [what, signatures] : entries)
      if (what.counter > counter)
        transmit(from, proof_of_agreement{what, signatures});
  }
  return {};
}

void machine::resend() {
  resend_pending_validation_requests();
  resend_pending_deliveries();
}

void machine::resend_pending_validation_requests() {
  for (const auto& [what, signatures] : pending_proof_) {
    // An outsider can mint messages of generations that nobody knows (defect B4).
    const auto* voting = members(what.generation);
    if (voting == nullptr)
      continue;
    for (const auto& member : *voting)
      if (!signatures.contains(member))
        transmit(member, request_validation{what});
  }
}

void machine::resend_pending_deliveries() {
  for (const auto& [what, waiting] : pending_delivery_)
    for (const auto& member : *members(what.generation))
      if (!waiting.confirmed.contains(member))
        transmit(member, proof_of_agreement{what, waiting.signatures});
}

void machine::catch_up(const peer_id& peer) {
  transmit(peer, anti_entropy{generation_, delivered_});
}

void machine::transmit(const peer_id& to, const payload& content) {
  const auto signed_part = encode(content);
  auto packet = encode(self(), to, options_.keys.sign(signed_part), signed_part);
  if (executing_ && to == self())
    looped_.push_back(std::move(packet));
  else
    effects_.push_back(send{to, std::string{name(content)}, std::move(packet)});
  handshakes_ += to != self();
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
  now.pending = pending_proof_.size();
  now.unconfirmed = pending_delivery_.size();
  for (const auto& [actor, counter] : received_) {
    const auto applied = delivered_.find(actor);
    if (actor != self() && (applied == delivered_.end() || applied->second < counter))
      ++now.foreign;
  }
  for (const auto& [actor, entries] : history_)
    now.kept += entries.size();
  now.handshakes = handshakes_;
  return now;
}

} // namespace troupe::lab::original

namespace troupe::lab {

std::unique_ptr<broadcast> make_original(broadcast_options options) {
  return std::make_unique<original::machine>(std::move(options));
}

} // namespace troupe::lab
