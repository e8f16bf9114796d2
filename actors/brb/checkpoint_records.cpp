// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/checkpoint_records.hpp"

#include "actors/brb/damaged_promises.hpp"
#include "messages/codec/promise_codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {
namespace {

const bytes proof_key = to_bytes(as_bytes("checkpoint/proof"));
constexpr std::size_t state_chunk = 8u << 20; // of a state in one record
constexpr std::size_t state_chunks_max = state_size_max / state_chunk;

bytes state_key(std::size_t chunk) {
  return to_bytes(as_bytes(fmt::format("checkpoint/state/{:02}", chunk)));
}

unexpected<explained> damaged(std::string_view what) {
  return unexpected(explained{fmt::format("the checkpoint in the record store cannot be used: {}", what)});
}

unexpected<explained> beyond_mending(const explained& why) {
  return unexpected(explained{
    fmt::format("{} (keep the directory as it is; start with a new one, which has a new key)", why.text)});
}

expected<base_state, explained> read_whole(store::record_store& from) {
  const auto proof = read_proof(from);
  if (!proof)
    return unexpected(proof.error());
  if (!*proof)
    return base_state{};
  const auto& what = (*proof)->what;
  bytes state;
  for (std::size_t chunk = 0; state.size() < what.state_size && chunk < state_chunks_max; ++chunk) {
    const auto part = from.read(state_key(chunk));
    if (!part)
      return damaged(store::describe(part.error()));
    if (*part)
      state.insert(state.end(), (*part)->begin(), (*part)->end());
  }
  if (sha256(state) != what.state)
    return damaged("its state is not the one that was signed");
  return base_state{*proof, std::make_shared<const bytes>(std::move(state))};
}

expected<void, explained> check_type(const base_state& base, const known_data_type& type) {
  if (base.saved && !type.make()->load(*base.saved))
    return damaged(
      fmt::format("its state is not one of {} (start with the --type it was made with)", type.name));
  return {};
}

} // namespace

std::vector<store::record_change> records_of(const base_state& base) {
  std::vector<store::record_change> changes{{proof_key, to_bytes(encode(*base.proof).view())}};
  byte_view rest{*base.saved};
  for (std::size_t chunk = 0; chunk < state_chunks_max; ++chunk) {
    const auto part = rest.first(std::min(rest.size(), state_chunk));
    rest = rest.subspan(part.size());
    changes.push_back({state_key(chunk), part.empty() ? std::nullopt : std::optional{to_bytes(part)}});
  }
  return changes;
}

expected<checkpoint_ptr, explained> read_proof(store::record_store& from) {
  const auto proof = from.read(proof_key);
  if (!proof)
    return damaged(store::describe(proof.error()));
  if (!*proof)
    return checkpoint_ptr{};
  const auto owner = chunk::copy_of(**proof);
  const auto table = flat<wire::BrbCheckpoint>::adopt(owner, owner->data(), (*proof)->size());
  if (!table)
    return damaged("its proof does not read");
  auto what = decode(**table);
  if (!what)
    return damaged(name(what.error()));
  return std::make_shared<const checkpoint>(std::move(*what));
}

expected<base_state, explained> read_base(store::record_store& from, const known_data_type& type) {
  auto base = read_whole(from);
  if (base)
    if (const auto fits = check_type(*base, type); !fits)
      return unexpected(fits.error());
  return base;
}

expected<std::shared_ptr<agreement_memory>, explained> remembered(const store::opened_promises& log,
                                                                  store::record_store& records,
                                                                  const known_data_type& type,
                                                                  std::string_view network) {
  auto promises = replay(log.records, network);
  if (!promises.readable)
    return unexpected(explained{unreadable_promise(log.records, network)});
  auto base = read_whole(records);
  if (base)
    if (const auto fits = check_type(*base, type); !fits)
      return unexpected(fits.error());
  if (!log.compacted)
    return std::make_shared<agreement_memory>(std::move(promises), base ? *std::move(base) : base_state{});
  // An older one is as little use as a damaged one: what lies between the two is nowhere.
  if (base && (!base->proof || !covers(base->delivered(), promises.covered)))
    base = damaged(base->proof ? "it is older than the one the promise log relies on" : "it is missing");
  if (!base && promises.covered.empty())
    return beyond_mending(base.error());
  if (!base) {
    lost_base lost{base.error().text, promises.covered};
    return std::make_shared<agreement_memory>(std::move(promises), base_state{}, std::move(lost));
  }
  return std::make_shared<agreement_memory>(std::move(promises), *std::move(base));
}

std::function<bool(byte_view)> still_binding(delivered_vector covered) {
  return [covered = std::move(covered)](byte_view record) {
    if (const auto before = covered_by(record))
      return *before == covered;
    const auto slot = slot_of(record);
    return !slot || slot->sequence > at(covered, slot->source);
  };
}

} // namespace troupe::brb
