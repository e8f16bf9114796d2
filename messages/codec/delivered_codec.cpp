// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/delivered_codec.hpp"

#include <algorithm>

namespace troupe::brb {

bool covers(const delivered_vector& far, const delivered_vector& near) {
  return std::all_of(near.begin(), near.end(),
                     [&](const auto& entry) { return at(far, entry.first) >= entry.second; });
}

std::vector<wire::DeliveredUpTo> to_wire(const delivered_vector& vector) {
  std::vector<wire::DeliveredUpTo> entries;
  for (const auto& [source, sequence] : vector)
    entries.emplace_back(key_of(source), sequence);
  return entries;
}

expected<delivered_vector, agreement_codec_errc>
read_delivered(const flatbuffers::Vector<const wire::DeliveredUpTo*>* from) {
  delivered_vector result;
  if (!from)
    return result;
  if (from->size() > delivered_max)
    return unexpected(agreement_codec_errc::too_many);
  for (const auto* entry : *from)
    if (!result.emplace(actor_of(entry->source()), entry->sequence()).second)
      return unexpected(agreement_codec_errc::malformed);
  return result;
}

} // namespace troupe::brb
