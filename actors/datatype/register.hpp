// SPDX-License-Identifier: BSD-3-Clause
// The last-value register: the write with the highest (counter, source) stands. A counter may not run ahead
// of what is known, or one source could use them all up. Source: docs/protocols/register.md.
#pragma once

#include "actors/datatype/data_type.hpp"
#include "messages/codec/register_codec.hpp"

namespace troupe::last_value {

/// How far a counter may be ahead of what a replica has seen: far more than all members together have on
/// their way, so that only a replica that is behind refuses an honest write, and only until it has caught up.
constexpr std::uint64_t counter_ahead_max = 1 << 20;

enum class register_errc : std::uint8_t {
  counter_ahead = 1,     ///< further ahead of what is known than counter_ahead_max
  counter_exhausted = 2, ///< there is no higher counter
  value_too_long = 3,    ///< over value_size_max
  malformed = 4,         ///< not an operation of this type
  unknown_action = 5,    ///< a command other than set
  bad_argument = 6,      ///< not exactly one value
};
std::string_view name(register_errc code);

/// Commands: `set VALUE`.
class replica final : public data_type {
public:
  std::unique_ptr<outlook> look_ahead(const peer_id& source) const override;
  void apply(const peer_id& source, byte_view operation) override;
  /// The value as last_value::printed; `(unset)` before the first write.
  std::string read() const override;
  digest state() const override;
  bytes save() const override;
  bool load(byte_view saved) override;

  std::uint64_t counter() const { return counter_; } ///< of the write that stands, 0 before the first
  byte_view value() const { return value_; }

private:
  std::uint64_t counter_ = 0;
  peer_id writer_;
  bytes value_;
};

} // namespace troupe::last_value
