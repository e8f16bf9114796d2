// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/checkpoint_records.hpp"

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
  return unexpected(explained{fmt::format(
    "the checkpoint in the record store cannot be used: {} (keep the directory as it is; start with a "
    "new one, which has a new key)",
    what)});
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
  if (!type.make()->load(state))
    return damaged("its state is not one of this node's data type");
  return base_state{*proof, std::make_shared<const bytes>(std::move(state))};
}

expected<std::shared_ptr<agreement_memory>, explained> remembered(const store::opened_promises& log,
                                                                  store::record_store& records,
                                                                  const known_data_type& type,
                                                                  std::string_view network) {
  auto promises = replay(log.records, network);
  if (!promises.readable)
    return unexpected(explained{"the promise log holds records that cannot be read: a newer troupe may have "
                                "written them (use that one, or start with a new data directory)"});
  auto base = read_base(records, type);
  if (!base && log.compacted)
    return unexpected(base.error());
  return std::make_shared<agreement_memory>(std::move(promises), base ? *std::move(base) : base_state{});
}

std::function<bool(byte_view)> still_binding(delivered_vector covered) {
  return [covered = std::move(covered)](byte_view record) {
    const auto slot = slot_of(record);
    return !slot || slot->sequence > at(covered, slot->source);
  };
}

} // namespace troupe::brb
