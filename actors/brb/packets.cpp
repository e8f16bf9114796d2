// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/packets.hpp"

#include <fmt/format.h>

namespace troupe::brb {
namespace {

std::string operations_text(const operation_header& header, byte_view payload, describe_function describe) {
  const auto all = decode_batch(payload, header.operations);
  if (!all)
    return describe(payload); // a certificate or echo without its payload
  const auto first = describe(all->front());
  return all->size() == 1 ? first : fmt::format("{} and {} more", first, all->size() - 1);
}

} // namespace

std::string message_text(generation gen, const operation_header& header, byte_view payload,
                         describe_function describe) {
  return fmt::format("Msg {{ gen: {}, op: {}, dot: {}.{} }}", gen.value(),
                     operations_text(header, payload, describe), short_name(header.source), header.sequence);
}

std::string request_text(const send_message& what, describe_function describe) {
  return fmt::format("BRB(RequestValidation {{ msg: {} }})",
                     message_text(what.gen, what.header, what.payload, describe));
}

std::string fragment_text(const fragment_message& what) {
  return fmt::format("BRB(RequestFragment {{ dot: {}.{}, index: {} }})", short_name(what.header.source),
                     what.header.sequence, what.index);
}

std::string echo_text(const echo_message& what, byte_view payload, describe_function describe) {
  return fmt::format("BRB(SignedValidated {{ msg: {}, sig: {} }})",
                     message_text(what.gen, what.header, payload, describe), short_name(what.seal));
}

std::string proof_text(const certificate& what, const std::set<peer_id>* members,
                       describe_function describe) {
  std::string proof;
  std::size_t position = 0;
  auto seal = what.seals.begin();
  for (const auto& member : members ? *members : std::set<peer_id>{}) {
    const auto at = position++;
    if (at / 8 >= what.signers.size() || seal == what.seals.end())
      break;
    if ((what.signers[at / 8] >> (at % 8) & 1) != 0)
      proof += fmt::format("{}{}: {}", proof.empty() ? "" : ", ", short_name(member), short_name(*seal++));
  }
  return fmt::format("BRB(ProofOfAgreement {{ msg: {}, proof: {{{}}} }})",
                     message_text(what.gen, what.header, what.payload, describe), proof);
}

std::string request_text(const anti_entropy_request& what) {
  std::string dots;
  for (const auto& [source, sequence] : what.delivered)
    dots += fmt::format("{}{}: {}", dots.empty() ? "" : ", ", short_name(source), sequence);
  return fmt::format("AntiEntropy {{ generation: {}, delivered: VClock {{ dots: {{{}}} }} }}",
                     what.gen.value(), dots);
}

std::string handling_text(const peer_id& from, const peer_id& to) {
  return fmt::format("[BRB] handling packet from {}->{}", short_name(from), short_name(to));
}

note dropping_line(brb_errc why, std::string_view detail) {
  return {note::level::info, detail.empty()
                               ? fmt::format("[CLI] dropping packet: {}", name(why))
                               : fmt::format("[CLI] dropping packet: {}({})", name(why), detail)};
}

} // namespace troupe::brb
