// SPDX-License-Identifier: BSD-3-Clause
// One node's part in a broadcast algorithm that is not troupe's own: what the laboratory runs beside it for
// comparison. Pure: no clock, randomness or I/O; signing is a pure function given at the start; all it wants
// done comes out of poll(). Driven by algorithm/broadcast_actor.cpp, and by unit tests without any actor.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/crypto/sha256.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

namespace troupe::lab {

/// How a node signs and how it checks others; thread-safe, without state.
struct signing {
  std::function<signature(byte_view message)> sign; ///< with this node's own key
  std::function<bool(const peer_id& signer, byte_view message, byte_view signed_by)> verify;
};

/// Who votes, from a generation on.
struct voters {
  std::uint64_t generation = 0;
  std::set<peer_id> members;
};

struct broadcast_options {
  peer_id self;
  signing keys;
  voters first;
  /// What the data type says to an operation that we are asked to vouch for; empty: it takes everything.
  std::function<bool(const peer_id& source, byte_view operation)> accept = {};
  /// For liars: what the keys of the members have signed in another network that they are members of, too.
  std::function<signature(const peer_id& signer, byte_view message)> elsewhere = {};
};

class broadcast {
public:
  /// One packet to one peer; `name` is for diagrams, e.g. "SignedValidated". `to` may be ourselves, as the
  /// original sends its proofs to itself too: whoever drives the machine hands such a packet back to it.
  struct send {
    peer_id to;
    std::string name;
    bytes packet;
  };
  /// We have vouched for this content of a slot.
  struct echo {
    peer_id source;
    std::uint64_t sequence = 0;
    digest what{};
  };
  struct deliver {
    peer_id source;
    std::uint64_t sequence = 0;
    bytes payload;
  };
  /// A packet was refused, or our own operation given up; `why` is the algorithm's error name.
  struct refuse {
    peer_id from;
    std::string why;
  };
  using effect = std::variant<send, echo, deliver, refuse>;

  virtual ~broadcast() = default;

  /// Broadcasts `payload` as our next operation: its sequence number, counted from 1, or the error's name.
  virtual expected<std::uint64_t, std::string> execute(byte_view payload) = 0;
  virtual void handle(const peer_id& from, byte_view packet) = 0;
  /// Sends again whatever waits for an answer; called at intervals.
  virtual void resend() = 0;
  /// Asks `peer` for the operations we lack: what an operator of the original does by hand.
  virtual void catch_up(const peer_id& peer) = 0;
  /// A later generation takes over; packets of known generations stay readable.
  virtual void install(const voters& next) = 0;
  virtual std::optional<effect> poll() = 0;

  /// What is kept in memory, for checks of bounds and of liveness.
  struct state {
    std::size_t pending = 0;     ///< operations of ours that wait for signatures (or the like)
    std::size_t unconfirmed = 0; ///< operations of ours that wait for confirmations of delivery
    std::size_t foreign = 0;     ///< slots of others that are open
    std::size_t kept = 0;        ///< delivered operations kept, with their proofs
    /// Connections that its own router would have made by now; 0 if it keeps them open.
    std::uint64_t handshakes = 0;
  };
  virtual state snapshot() const = 0;
};

/// The flow, the checks and the defects of MaidSafe's brb 1.0.10 (spec: brb 2, 6).
std::unique_ptr<broadcast> make_original(broadcast_options options);
/// Bracha's reliable broadcast, 1987 (spec: brb 7): no signatures, n > 3f. `from` in handle() must be known
/// from an authenticated session; only members take part.
std::unique_ptr<broadcast> make_bracha(broadcast_options options);

/// How a node lies in one of these algorithms; it does everything else as it should.
enum class lie : std::uint8_t {
  equivocate,    ///< its operations go out as two contents that differ in the last bit, one for each half of
                 ///< the members, and it vouches for both
  double_echo,   ///< vouches for every content of a slot it hears of, and for ones it was not asked about
  withhold,      ///< gives what proves its operations to one member only, and then stops
  mute,          ///< issues operations of its own, and never answers others
  outsider,      ///< vouches although it is no member, for what it overhears and for slots nobody opened
  other_network, ///< hands out proofs that the members' keys made in another network
};
std::unique_ptr<broadcast> make_original_liar(broadcast_options options, lie how);
std::unique_ptr<broadcast> make_bracha_liar(broadcast_options options, lie how);

} // namespace troupe::lab
