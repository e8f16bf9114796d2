// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/promise_codec.hpp"

#include "messages/codec/promise_seal.hpp"

#include <algorithm>
#include <cstring>

namespace troupe {
namespace {

using errc = agreement_codec_errc;

constexpr std::size_t forced_body = 8 + 1 + 32; ///< generation (little endian), change, key
constexpr std::size_t covered_entry = 32 + 8;   ///< key, sequence (little endian)
constexpr std::uint8_t lock_promise_kind = 4;
constexpr std::uint8_t covered_promise_kind = 9;

void put(bytes& out, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint64_t get(byte_view from) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i)
    value |= std::uint64_t{from[i]} << (8 * i);
  return value;
}

/// Records of version 1 have zeros where the checksums came later.
bool readable(byte_view record) {
  if (look_at_seal(record) != promise_seal::whole)
    return false;
  if (record[0] == plain_promise_version)
    return std::ranges::all_of(record.subspan(2, promise_head_size - 2),
                               [](std::uint8_t byte) { return byte == 0; });
  return record[0] == sealed_promise_version;
}

/// Before anything is known of its seal; 0 = too short to have one.
std::uint8_t kind_of(byte_view record) {
  return record.size() < promise_head_size ? 0 : record[1];
}

bytes forced(const forced_promise& what) {
  bytes body;
  put(body, what.gen.value());
  body.push_back(static_cast<std::uint8_t>(what.change.kind));
  const auto key = key_of(what.change.who);
  body.insert(body.end(), key.bytes()->begin(), key.bytes()->end());
  return body;
}

expected<promise, errc> read_forced(byte_view body) {
  if (body.size() != forced_body || body[8] < 1 || body[8] > 2)
    return unexpected(errc::malformed);
  wire::Key32 key;
  std::memcpy(&key, body.data() + 9, sizeof(key));
  return forced_promise{generation{get(body)},
                        {static_cast<membership::change_kind>(body[8]), actor_of(key)}};
}

bytes covered(const brb::delivered_vector& up_to) {
  bytes body;
  for (const auto& [source, sequence] : up_to) {
    const auto key = key_of(source);
    body.insert(body.end(), key.bytes()->begin(), key.bytes()->end());
    put(body, sequence);
  }
  return body;
}

expected<promise, errc> read_covered(byte_view body) {
  if (body.size() % covered_entry != 0 || body.size() / covered_entry > brb::delivered_max)
    return unexpected(errc::malformed);
  covered_promise result;
  for (; !body.empty(); body = body.subspan(covered_entry)) {
    wire::Key32 key;
    std::memcpy(&key, body.data(), sizeof(key));
    if (!result.up_to.emplace(actor_of(key), get(body.subspan(sizeof(key)))).second)
      return unexpected(errc::malformed);
  }
  return result;
}

/// The table in `body` if it verifies; `body` starts at a multiple of 8.
template <class Table>
const Table* root(const bytes& body) {
  flatbuffers::Verifier verifier{body.data(), body.size()};
  return verifier.VerifyBuffer<Table>(nullptr) ? flatbuffers::GetRoot<Table>(body.data()) : nullptr;
}

template <class Promise>
expected<promise, errc> read_vote(const bytes& body, std::string_view network) {
  const auto* table = root<wire::MembershipVote>(body);
  if (!table)
    return unexpected(errc::malformed);
  auto vote = membership::decode(*table, network);
  if (!vote)
    return unexpected(vote.error());
  return Promise{std::move(*vote)};
}

/// A record whose body is the frame of what it is about.
template <class Table, class Promise>
expected<promise, errc> read_frame(const bytes& body) {
  const auto* table = root<Table>(body);
  if (!table)
    return unexpected(errc::malformed);
  auto what = brb::decode(*table);
  if (!what)
    return unexpected(what.error());
  return Promise{std::move(*what)};
}

expected<promise, errc> read_delivered(const bytes& body) {
  const auto* table = root<wire::BrbCertificate>(body);
  if (!table)
    return unexpected(errc::malformed);
  auto what = brb::decode(*table);
  if (!what)
    return unexpected(what.error());
  if (what->payload.empty())
    return unexpected(errc::malformed);
  return delivered_promise{std::make_shared<const brb::certificate>(std::move(*what))};
}

struct encoder {
  bytes operator()(const forced_promise& what) const { return seal_promise(1, forced(what)); }
  bytes operator()(const own_vote_promise& what) const {
    return seal_promise(2, membership::encode(*what.vote).view());
  }
  bytes operator()(const decided_promise& what) const {
    return seal_promise(3, membership::encode(*what.vote).view());
  }
  bytes operator()(const lock_promise& what) const { return seal_promise(lock_promise_kind, brb::encode(what.what).view()); }
  bytes operator()(const delivered_promise& what) const {
    return seal_promise(delivered_promise_kind, brb::encode(*what.what, true).view());
  }
  bytes operator()(const equivocation_promise& what) const {
    return seal_promise(6, brb::encode(what.what).view());
  }
  bytes operator()(const imported_promise& what) const {
    return seal_promise(7, brb::encode(what.what).view());
  }
  bytes operator()(const answered_promise& what) const {
    return seal_promise(8, brb::encode(what.what).view());
  }
  bytes operator()(const covered_promise& what) const {
    return seal_promise(covered_promise_kind, covered(what.up_to));
  }
};

slot_name slot_of(const wire::OperationHeader& header) {
  return {actor_of(header.source()), header.sequence()};
}

} // namespace

std::optional<slot_name> slot_of(byte_view record) {
  const auto kind = kind_of(record);
  if ((kind != lock_promise_kind && kind != delivered_promise_kind) || !readable(record))
    return std::nullopt;
  const auto body = to_bytes(record.subspan(promise_head_size)); // it has to begin at a multiple of 8
  if (kind == lock_promise_kind)
    if (const auto* lock = root<wire::BrbSend>(body))
      return slot_of(*lock->header());
  if (kind == delivered_promise_kind)
    if (const auto* done = root<wire::BrbCertificate>(body))
      return slot_of(done->statement()->header());
  return std::nullopt;
}

std::optional<brb::delivered_vector> covered_by(byte_view record) {
  if (kind_of(record) != covered_promise_kind || !readable(record))
    return std::nullopt;
  auto read = read_covered(record.subspan(promise_head_size));
  return read ? std::optional{std::get<covered_promise>(*read).up_to} : std::nullopt;
}

bytes encode(const promise& what) {
  return std::visit(encoder{}, what);
}

expected<promise, errc> decode_promise(byte_view record, std::string_view network) {
  if (!readable(record))
    return unexpected(errc::bad_record);
  const auto body = to_bytes(record.subspan(promise_head_size));
  switch (record[1]) {
  case 1:
    return read_forced(body);
  case 2:
    return read_vote<own_vote_promise>(body, network);
  case 3:
    return read_vote<decided_promise>(body, network);
  case lock_promise_kind:
    return read_frame<wire::BrbSend, lock_promise>(body);
  case delivered_promise_kind:
    return read_delivered(body);
  case 6:
    return read_frame<wire::BrbEvidence, equivocation_promise>(body);
  case 7:
    return read_frame<wire::BrbLocks, imported_promise>(body);
  case 8:
    return read_frame<wire::BrbLockQuery, answered_promise>(body);
  case covered_promise_kind:
    return read_covered(body);
  default:
    return unexpected(errc::bad_record);
  }
}

} // namespace troupe
