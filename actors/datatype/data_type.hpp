// SPDX-License-Identifier: BSD-3-Clause
// A replicated data type as broadcast sees it: operations are opaque bytes, applied in the order of each
// source. Whatever stricter order a type needs it must demand in validate. Pure; owned by datatype_actor.
// Source: spec: brb 2.1, 4.
#pragma once

#include "messages/crypto/sha256.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace troupe {

class data_type {
public:
  virtual ~data_type() = default;

  /// The operation for the command `action value` of this node. `before` are its own operations that are on
  /// their way. The error is a name.
  virtual expected<bytes, std::string> prepare(std::string_view action, std::uint64_t value,
                                               std::span<const bytes> before) const = 0;
  /// Why the operation of `source` may not be applied, as a name, or nothing. `before` are operations of the
  /// same source that come first.
  virtual std::optional<std::string> validate(const peer_id& source, byte_view operation,
                                              std::span<const bytes> before) const = 0;
  /// Applies an agreed operation. Never fails: what does not decode changes nothing.
  virtual void apply(const peer_id& source, byte_view operation) = 0;
  /// The value as one line, e.g. "{1, 3}".
  virtual std::string read() const = 0;
  /// Equal on replicas that have applied the same operations.
  virtual digest state() const = 0;
};

} // namespace troupe
