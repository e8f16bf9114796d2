// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/algorithm/original_packet.hpp"

#include <array>
#include <iterator>

namespace troupe::lab::original {

namespace {

void put(packet_writer& out, const message& what) {
  out.u64(what.generation);
  out.peer(what.actor);
  out.u64(what.counter);
  out.blob(what.op);
}

message take_message(packet_reader& in) {
  message what;
  what.generation = in.u64();
  what.actor = in.peer();
  what.counter = in.u64();
  what.op = in.blob(operation_size_max);
  return what;
}

/// Entries must ascend, so that no two encodings say the same.
template <class Map, class TakeValue>
Map take_map(packet_reader& in, std::size_t count_max, TakeValue take_value) {
  Map entries;
  for (auto left = in.count(count_max); left > 0 && in.good(); --left) {
    const auto key = in.peer();
    if (!entries.empty() && !(std::prev(entries.end())->first < key))
      in.fail();
    entries.emplace_hint(entries.end(), key, take_value());
  }
  return entries;
}

struct put_payload {
  packet_writer& out;

  void operator()(const request_validation& content) const { put(out, content.what); }
  void operator()(const signed_validated& content) const {
    put(out, content.what);
    out.raw(content.by);
  }
  void operator()(const proof_of_agreement& content) const {
    put(out, content.what);
    out.u32(static_cast<std::uint32_t>(content.signatures.size()));
    for (const auto& [signer, by] : content.signatures) {
      out.peer(signer);
      out.raw(by);
    }
  }
  void operator()(const delivered& content) const { put(out, content.what); }
  void operator()(const anti_entropy& content) const {
    out.u64(content.generation);
    out.u32(static_cast<std::uint32_t>(content.seen.size()));
    for (const auto& [actor, counter] : content.seen) {
      out.peer(actor);
      out.u64(counter);
    }
  }
};

payload take_payload(packet_reader& in) {
  switch (in.u8()) {
  case 0:
    return request_validation{take_message(in)};
  case 1: {
    auto what = take_message(in);
    return signed_validated{std::move(what), in.seal()};
  }
  case 2: {
    auto what = take_message(in);
    return proof_of_agreement{std::move(what), take_map<proof>(in, signers_max, [&in] { return in.seal(); })};
  }
  case 3:
    return delivered{take_message(in)};
  case 4: {
    const auto generation = in.u64();
    return anti_entropy{generation, take_map<clock>(in, clock_max, [&in] { return in.u64(); })};
  }
  default:
    in.fail();
    return anti_entropy{};
  }
}

} // namespace

std::string_view name(const payload& content) {
  constexpr std::array<std::string_view, 5> names{"RequestValidation", "SignedValidated", "ProofOfAgreement",
                                                  "Delivered", "AntiEntropy"};
  return names[content.index()];
}

bytes encode(const message& what) {
  packet_writer out;
  put(out, what);
  return out.take();
}

bytes encode(const payload& content) {
  packet_writer out;
  out.u8(static_cast<std::uint8_t>(content.index()));
  std::visit(put_payload{out}, content);
  return out.take();
}

bytes encode(const peer_id& source, const peer_id& dest, const signature& by, byte_view signed_part) {
  packet_writer out;
  out.peer(source);
  out.peer(dest);
  out.raw(by);
  out.raw(signed_part);
  return out.take();
}

expected<packet, decode_errc> decode(byte_view encoded) {
  packet_reader in{encoded};
  packet got;
  got.source = in.peer();
  got.dest = in.peer();
  got.by = in.seal();
  got.signed_part = in.rest();
  got.content = take_payload(in);
  if (!in.complete())
    return unexpected(decode_errc::malformed);
  return got;
}

} // namespace troupe::lab::original
