// SPDX-License-Identifier: BSD-3-Clause
// The bytes of a movable tree and back: the places, the log with what each move replaced, the counters.
// docs/protocols/tree.md has the layout. Pure.
#pragma once

#include "actors/datatype/tree.hpp"
#include "messages/codec/packed.hpp"

namespace troupe::tree {

class saved_tree {
public:
  static bytes of(const replica& tree);
  /// Nothing if the bytes are of no tree with these options.
  static std::optional<replica> read(byte_view saved, const options& how);

private:
  static bool read_counters(unpacker& from, replica& into);
  static bool read_places(unpacker& from, replica& into);
  static bool read_log(unpacker& from, replica& into);
};

} // namespace troupe::tree
