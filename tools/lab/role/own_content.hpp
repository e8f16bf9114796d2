// SPDX-License-Identifier: BSD-3-Clause
// One content of one slot of a liar's own: signed as an honest source signs it, with the echoes it has got.
// A slot that lies has two of these. Of generation 0, whose members everybody knows, unless told otherwise.
// Pure.
#pragma once

#include "tools/lab/role/role.hpp"

#include <map>

namespace troupe::lab {

/// In which generation a content is issued and asked for, and whose echoes count.
struct electorate {
  generation gen;
  std::set<peer_id> members;
};

class own_content {
public:
  /// Counts its own echo at once.
  own_content(const role_options& who, std::uint64_t sequence, bytes payload);
  own_content(const role_options& who, std::uint64_t sequence, bytes payload, electorate of);

  const brb::send_ptr& request() const { return request_; }
  /// The certificate, if this echo, from a member and for this content, completed a quorum; else null. Once.
  brb::certificate_ptr count(const role_options& who, const peer_id& from, const brb::echo_message& echo);
  const brb::certificate_ptr& certificate() const { return certificate_; }

private:
  brb::certificate_ptr certify() const;

  electorate of_;
  brb::send_ptr request_;
  std::map<peer_id, signature> echoes_;
  brb::certificate_ptr certificate_;
};

/// The same kind of operation with another value, so that an honest member's data type takes it just as well.
bytes other_operation(byte_view operation);

} // namespace troupe::lab
