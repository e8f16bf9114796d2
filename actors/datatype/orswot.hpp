// SPDX-License-Identifier: BSD-3-Clause
// The observed-remove set without tombstones over 64-bit values: an add carries a dot, a remove carries the
// dots of the value it saw, a concurrent add wins. Source: spec: brb 4.
#pragma once

#include "actors/datatype/data_type.hpp"
#include "messages/codec/orswot_codec.hpp"

#include <set>

namespace troupe::orswot {

enum class orswot_errc : std::uint8_t {
  dot_range = 1,                ///< an add skips ahead of what was seen of its actor
  source_does_not_match_op = 2, ///< an add with the dot of another actor
  remove_only_supported_for_one_member = 3,
  removing_data_we_havent_seen_yet = 4, ///< a remove that saw adds we have not
  malformed = 5,                        ///< not an operation of this type
  unknown_action = 6,                   ///< a command that is neither add nor remove
  bad_argument = 7,                     ///< not one number from 0 to 2^64-1
};
/// As seed 000 prints it; the first one as "Orswot(DotRange)".
std::string_view name(orswot_errc code);

class replica final : public data_type {
public:
  std::unique_ptr<outlook> look_ahead(const peer_id& source) const override;
  void apply(const peer_id& source, byte_view encoded) override;
  std::string read() const override;
  digest state() const override;
  bytes save() const override;
  bool load(byte_view saved) override;

  std::set<std::uint64_t> values() const;

private:
  class ahead;

  void apply_add(const operation& op);
  void apply_remove(const clock& witness, const std::vector<std::uint64_t>& members);
  void apply_deferred();

  contents all_;
};

} // namespace troupe::orswot
