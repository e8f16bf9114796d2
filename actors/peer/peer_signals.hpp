// SPDX-License-Identifier: BSD-3-Clause
// Local signals between subsystems and the peers actor. They never leave the process.
#pragma once

#include "actors/peer/send_lane.hpp"
#include "actors/runtime/message_kind.hpp"
#include "messages/codec/frame_reader.hpp"
#include "messages/crypto/sha256.hpp"
#include "messages/types/chunk.hpp"
#include "messages/types/multiaddr.hpp"
#include "messages/types/peer_id.hpp"
#include "messages/types/strong.hpp"
#include "transport/network.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::peer {

/// The control stream of a session; a peer that does not list it speaks no troupe protocol.
inline const std::string session_protocol = "/troupe/session/1";

// ---- peers -> subscribers: joined, identified, left come in this order and once each per session

/// A session is up: hellos agreed, lanes usable. Frames sent before this are kept if their lane is reliable.
struct joined {
  peer_id peer;
  incarnation remote;
};
/// Identify told what the peer is; for foreign peers (no troupe session) it comes without joined.
struct identified {
  peer_id peer;
  transport::identity_ptr told;
};
struct left {
  peer_id peer;
};

// ---- peers -> whoever watches for trouble

/// A dial found nobody, or a session was refused. Dialling goes on for connect()ed peers.
struct trouble {
  std::optional<peer_id> peer; ///< nothing if the address did not say whose it is
  std::string why;             ///< one line
  std::vector<multiaddr>
    addresses; ///< that were dialled, if that is what failed and nobody knows whose they are
};

// ---- frames

/// The credit of one received batch: the peer may send as much again once the last copy is gone, that is,
/// when every message of the batch has been handled or dropped. Holding one is holding back the sender.
class credit_lease {
public:
  credit_lease(transport::lane_ptr lane, std::size_t size) : lane_(std::move(lane)), size_(size) {}
  credit_lease(const credit_lease&) = delete;
  credit_lease& operator=(const credit_lease&) = delete;
  ~credit_lease() { lane_->grant(size_); }

private:
  transport::lane_ptr lane_;
  std::size_t size_;
};

/// Goes along with every flat<T> or batch<T> that came from a peer.
struct received {
  peer_id from;
  std::shared_ptr<const credit_lease> credit;
};

/// Frames for a peer on a mounted lane; laid out by frame_writer, numbers still zero.
struct send_frames {
  peer_id to;
  std::string protocol; ///< "/troupe/brb/2"
  chunk_ptr frames;
  /// What the frames hold, for the trace lines of their acknowledgement. Empty unless somebody wants those.
  std::vector<std::string> labels = {};
};

// ---- lanes

/// A troupe protocol mounted on the session: frames in order and exactly once within an incarnation pair.
struct lane_spec {
  std::string protocol;
  delivery mode = delivery::reliable;
  std::size_t retained_max =
    4u << 20; ///< bytes kept until acknowledged, per peer; beyond, local senders must wait
  std::size_t frame_max = 1u << 20; ///< longer payloads close the session
  /// Verifies and forwards a run to the subsystem's actor; false = a frame was malformed or of an unknown
  /// type, which is reported and scored. Called inside the peer actor. `deliver_to` (lane_sink_interface.hpp)
  /// makes one from a typed handle.
  std::function<bool(const received& how, const frame_run& run)> sink;
  /// Credit for local senders, if set: so many more bytes, each chunk at its credit_cost, may be sent to this
  /// peer. The first comes when lane and peer are both known. Called inside the peer actor. Frames beyond
  /// twice retained_max are dropped and counted.
  std::function<void(const peer_id& to, std::size_t bytes)> credit;
};
/// Takes a lane or a mounted protocol away; open streams of it stay open.
struct unmount {
  std::string protocol;
};
/// Any other protocol, such as one of libp2p's: mounted as it is.
struct mount_protocol {
  transport::protocol what;
};
/// Opens a stream of a foreign protocol, dialling first if need be. The handler is called on the network's
/// thread; one that cannot be opened hears only closed(why). actors/peer/stream.hpp makes handlers with
/// length-prefixed messages.
struct open_stream {
  peer_id peer;
  std::vector<multiaddr> addresses;   ///< besides those in the book
  std::vector<std::string> protocols; ///< proposed in this order
  std::shared_ptr<transport::lane_handler_ptr> handler;
};

// ---- commands

/// Connect and stay connected: redial after loss with capped exponential backoff. Without a peer id in any
/// address the first answer decides who it is.
struct connect {
  std::vector<multiaddr> addresses;
};
/// Stop redialling and close.
struct disconnect {
  peer_id peer;
};
/// The voting group of this node, once it is settled: peers that name another one have no session.
struct set_group {
  digest group;
};
/// A subsystem's complaint about a peer.
struct misbehaved {
  peer_id peer;
  std::string what;   ///< error name
  std::uint32_t cost; ///< score points; 100 closes and bans for a while
  bool close = false; ///< disconnect it now, whatever its score: its input crashed something
};

/// One line of the peer book.
struct peer_entry {
  peer_id peer;
  multiaddr address; ///< best known, without /p2p; empty = unknown
  bool connected = false;
  bool in_session = false;
  transport::identity_ptr identity; ///< null until identify has told
};

} // namespace troupe::peer

template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::joined> = "peer.joined";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::identified> = "peer.identified";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::left> = "peer.left";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::trouble> = "peer.trouble";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::received> = "peer.received";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::send_frames> = "peer.send_frames";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::lane_spec> = "peer.lane_spec";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::unmount> = "peer.unmount";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::mount_protocol> = "peer.mount_protocol";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::open_stream> = "peer.open_stream";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::connect> = "peer.connect";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::disconnect> = "peer.disconnect";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::misbehaved> = "peer.misbehaved";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::set_group> = "peer.set_group";
