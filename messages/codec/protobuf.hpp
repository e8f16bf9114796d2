// SPDX-License-Identifier: BSD-3-Clause
// protozero, spoken in our byte views and without exceptions. For the protobuf codecs beside this file.
#pragma once

#include "messages/types/bytes.hpp"

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

namespace troupe {

inline void add_bytes(protozero::pbf_writer& writer, protozero::pbf_tag_type tag, byte_view data) {
  writer.add_bytes(tag, as_text(data).data(), data.size());
}

/// The current field, which is length-delimited.
inline byte_view view_of(protozero::pbf_reader& reader) {
  const auto view = reader.get_view();
  return as_bytes({view.data(), view.size()});
}

/// Calls `visit(reader)` at every field; it reads or skips it. False if the bytes are no protobuf.
template <class Visit>
bool for_each_field(byte_view encoded, Visit visit) {
  try {
    protozero::pbf_reader reader{as_text(encoded).data(), encoded.size()};
    while (reader.next())
      visit(reader);
    return true;
  } catch (const protozero::exception&) {
    return false;
  }
}

} // namespace troupe
