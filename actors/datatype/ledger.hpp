// SPDX-License-Identifier: BSD-3-Clause
// Between broadcast and one data type: takes batches apart, and keeps for each source an outlook that runs
// ahead of what is delivered by the slots that are on their way. Pure; owner: datatype_actor. Source: spec:
// brb 8.4 points 1 and 4.
#pragma once

#include "actors/brb/operations.hpp"
#include "actors/brb/source_window.hpp"
#include "actors/datatype/data_type.hpp"

#include <map>

namespace troupe::datatype {

/// Applies what a certificate agrees on.
void apply_batch(data_type& to, const brb::certificate& agreed);

class ledger {
public:
  ledger(std::unique_ptr<data_type> type, const peer_id& self) : type_(std::move(type)), self_(self) {}

  /// As many commands as fit one payload, at least the first.
  brb::prepared prepare(const brb::operations::prepare& ask);
  /// Why the slot's operations may not come next, as the name the type gives the first such one.
  std::optional<std::string> validate(const peer_id& source, const brb::source_window::validate& ask);
  void apply(const brb::certificate& agreed);

  const data_type& type() const { return *type_; }

private:
  /// What a source may do from the slot `next` on.
  struct view_ahead {
    std::unique_ptr<data_type::outlook> of;
    std::uint64_t next = 0;
  };

  /// The outlook of slot `sequence`: the one kept, if it stands there, or a new one.
  data_type::outlook& outlook_of(view_ahead& kept, const peer_id& source, std::uint64_t sequence,
                                 const std::vector<brb::send_ptr>& before) const;

  std::unique_ptr<data_type> type_;
  peer_id self_;
  view_ahead own_;                           ///< for what we prepare
  std::map<peer_id, view_ahead> validating_; ///< for what is validated, our own among it
};

} // namespace troupe::datatype
