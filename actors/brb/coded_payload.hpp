// SPDX-License-Identifier: BSD-3-Clause
// A large payload in fragments: how a source of n members cuts it, and how a receiver puts it together. Of
// t = floor((n-1)/3) liars, n - 2t > t fragments are needed, so that among those who hand on the fragments of
// one root is an honest one, who had it of the source: what does not add up then is the source's fault. Pure;
// owned by the source's window. Source: spec: brb 8.4 point 11, after AVID (Cachin and Tessaro 2005).
#pragma once

#include "messages/codec/brb_codec.hpp"
#include "messages/coding/erasure.hpp"

#include <map>
#include <memory>
#include <optional>

namespace troupe::brb {

constexpr std::size_t coded_members_min = 4; ///< among fewer, who are all needed, the source's is missing

/// From which payloads on, and in how large a group, a source sends fragments instead of full copies.
struct coding_rules {
  std::size_t payload_min = 64u << 10; ///< bytes; 0 = never
  std::size_t members_min = 7;         ///< from coded_members_min on
};
bool sent_coded(const coding_rules& rules, std::size_t payload, std::size_t members);

/// How a payload is cut for a group of coded_members_min to signers_max members.
coding::erasure_code code_for(std::size_t members);
/// One for each member, in their order. The payload is the header's.
std::vector<fragment_ptr> cut(const operation_header& header, const signature& seal, byte_view payload,
                              std::size_t members);

/// The fragments of one source's undelivered payloads. A member counts once a slot, however many roots there
/// are, so there is room for as many as members; what a member has given and is not used up is capped.
class coded_payloads {
public:
  static constexpr std::size_t given_max = 8; ///< fragments of one member that wait; the pipeline of a source

  enum class verdict : std::uint8_t {
    kept,         ///< more are needed
    late,         ///< of no use any more, as among honest members
    full,         ///< too many of this member wait
    bad_fragment, ///< it is not what its root stands for: the fault of who gave it
    bad_encoding, ///< enough fragments, and they are not the header's payload: the source's fault
    whole,        ///< the payload is complete
  };
  struct outcome {
    verdict what = verdict::late;
    bool first = false; ///< the owner has given it for the first time, and it holds
    bytes payload = {};
  };
  /// Whose fragment it is and where it belongs.
  struct place {
    peer_id owner;
    std::size_t index = 0;
    std::size_t members = 0;
  };

  /// The slot must lie within the window.
  outcome take(const place& at, const fragment_ptr& what);
  /// Whether fragments of this header's payload wait for more.
  bool collects(const operation_header& header) const;
  /// The payload is here, or will not come this way: what comes is late from now on.
  void close(std::uint64_t sequence);
  /// Slots up to there are over.
  void forget(std::uint64_t up_to);
  /// Bytes of the fragments that wait.
  std::size_t held() const;

private:
  struct collection {
    bool closed = false;
    std::set<peer_id> given;
    std::map<peer_id, fragment_ptr> waiting; ///< by owner
  };

  std::size_t waiting_of(const peer_id& owner) const;
  static outcome assemble(const collection& from, const fragment_message& last, coding::erasure_code code);

  std::map<std::uint64_t, collection> slots_; ///< window_size
};

} // namespace troupe::brb
