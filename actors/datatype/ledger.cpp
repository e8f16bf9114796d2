// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/ledger.hpp"

namespace troupe::datatype {
namespace {

constexpr const char* too_large = "OperationTooLarge";

/// Of the first operation that may not come next; those before it are admitted.
std::optional<std::string> admit(data_type::outlook& to, byte_view payload, std::uint32_t operations) {
  const auto all = brb::decode_batch(payload, operations);
  if (!all)
    return std::string{name(all.error())};
  for (const auto one : *all)
    if (auto refusal = to.admit(one))
      return refusal;
  return std::nullopt;
}

} // namespace

data_type::outlook& ledger::outlook_of(view_ahead& kept, const peer_id& source, std::uint64_t sequence,
                                       const std::vector<brb::send_ptr>& before) const {
  if (kept.of && kept.next == sequence)
    return *kept.of;
  kept.of = type_->look_ahead(source);
  for (const auto& one : before)
    static_cast<void>(admit(*kept.of, one->payload, one->header.operations));
  return *kept.of;
}

brb::prepared ledger::prepare(const brb::operations::prepare& ask) {
  auto& ahead = outlook_of(own_, self_, ask.sequence, ask.before);
  brb::prepared made{ask.id, {}, 0, {}};
  std::vector<bytes> operations;
  std::size_t size = 0;
  for (const auto& one : ask.commands) {
    auto operation = ahead.prepare(one);
    auto refusal = operation ? std::nullopt : std::optional{operation.error()};
    if (operation && brb::batch_size(1, operation->size()) > brb::payload_max)
      refusal = too_large;
    const bool fits =
      refusal || operations.empty() ||
      brb::batch_size(operations.size() + 1, size + operation->size()) <= brb::batch_bytes_max;
    if (!fits)
      break;
    if (!refusal)
      refusal = ahead.admit(*operation);
    made.refusals.push_back(refusal.value_or(std::string{}));
    if (refusal)
      continue;
    size += operation->size();
    operations.push_back(std::move(*operation));
  }
  own_.next = ask.sequence + 1;
  made.operations = static_cast<std::uint32_t>(operations.size());
  if (!operations.empty())
    made.payload = brb::encode_batch(operations);
  else
    own_.of.reset(); // the slot is still to come
  return made;
}

std::optional<std::string> ledger::validate(const peer_id& source, const brb::source_window::validate& ask) {
  auto& kept = validating_[source];
  auto refusal =
    admit(outlook_of(kept, source, ask.sequence, ask.before), ask.what->payload, ask.what->header.operations);
  if (refusal)
    validating_.erase(source); // it has admitted a part
  else
    kept.next = ask.sequence + 1;
  return refusal;
}

void ledger::apply(const brb::certificate& agreed) {
  apply_batch(*type_, agreed);
}

void apply_batch(data_type& to, const brb::certificate& agreed) {
  if (const auto all = brb::decode_batch(agreed.payload, agreed.header.operations))
    for (const auto one : *all)
      to.apply(agreed.header.source, one);
}

} // namespace troupe::datatype
