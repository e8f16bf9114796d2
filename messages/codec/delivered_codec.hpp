// SPDX-License-Identifier: BSD-3-Clause
// How far each source has been delivered, in domain form and on the wire. Pure.
#pragma once

#include "messages/codec/signing.hpp"
#include "messages/types/expected.hpp"

#include <map>
#include <vector>

namespace troupe::brb {

constexpr std::size_t delivered_max = 256; ///< sources in one delivered vector

/// How far each source has been delivered without a gap; a missing source is at 0.
using delivered_vector = std::map<peer_id, std::uint64_t>;

inline std::uint64_t at(const delivered_vector& of, const peer_id& source) {
  const auto found = of.find(source);
  return found == of.end() ? 0 : found->second;
}
/// Whether `far` has all that `near` has.
bool covers(const delivered_vector& far, const delivered_vector& near);

/// Keys ascending.
std::vector<wire::DeliveredUpTo> to_wire(const delivered_vector& vector);
/// Errors: too_many, malformed (a source twice). Null = empty.
expected<delivered_vector, agreement_codec_errc>
read_delivered(const flatbuffers::Vector<const wire::DeliveredUpTo*>* from);

} // namespace troupe::brb
