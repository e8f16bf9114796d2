// SPDX-License-Identifier: BSD-3-Clause
// The two sides of multistream-select without I/O: bytes in, bytes out, a verdict. Used for the security
// protocol on the bare socket, for the muxer inside TLS, and for every stream. Whoever owns one feeds it and
// sends take_output(); bytes that receive() leaves belong to what was agreed. Time limits are the owner's.
// Source: spec libp2p 1.3.
#pragma once

#include "transport/multistream/message.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::transport::multistream {

enum class negotiation : std::uint8_t { ongoing, agreed, failed };

/// Proposals (and `ls` requests) a dialer may make on one stream; js needs two or three.
constexpr std::size_t rounds_max = 16;

/// What both sides share: the reader, the output and the verdict.
class negotiator {
public:
  /// Takes bytes from the front of `data` until the negotiation ends; the number taken.
  std::size_t receive(byte_view data);
  /// Reading no more than this never takes a byte that belongs to the agreed protocol; 0 once ended.
  std::size_t wanted() const { return state_ == negotiation::ongoing ? reader_.wanted() : 0; }
  /// What is to be sent now; several messages in one piece.
  bytes take_output() { return std::exchange(output_, {}); }

  negotiation state() const { return state_; }
  /// The agreed id; empty before.
  const std::string& protocol() const { return protocol_; }
  /// negotiation_failed (nothing in common, or too many rounds) or negotiation_malformed, once failed.
  transport_errc error() const { return error_; }

protected:
  negotiator() = default;
  ~negotiator() = default;
  negotiator(const negotiator&) = default;
  negotiator& operator=(const negotiator&) = default;
  virtual void on_message(std::string_view text) = 0;
  void say(std::string_view text) { append_message(output_, text); }
  void agree(std::string_view id);
  void fail(transport_errc why);

  bytes output_;
  bool header_seen_ = false;

private:
  message_reader reader_;
  negotiation state_ = negotiation::ongoing;
  transport_errc error_ = transport_errc::none;
  std::string protocol_;
};

/// Proposes ids in order; the first one goes out with the header. A lazy user may send its own bytes right
/// behind the only proposal and drain the echo later; a refusal then fails the stream.
class dialer final : public negotiator {
public:
  /// At least one proposal, at most rounds_max are made.
  explicit dialer(std::vector<std::string> proposals);

private:
  void on_message(std::string_view text) override;

  std::vector<std::string> proposals_;
  std::size_t current_ = 0;
};

/// Answers proposals. The header goes out together with the first answer.
class listener final : public negotiator {
public:
  /// `serves` decides on one id; `list` answers `ls` and may be empty (then `ls` is refused).
  listener(std::function<bool(std::string_view)> serves, std::function<std::vector<std::string>()> list);

private:
  void on_message(std::string_view text) override;

  std::function<bool(std::string_view)> serves_;
  std::function<std::vector<std::string>()> list_;
  std::size_t rounds_ = 0;
};

} // namespace troupe::transport::multistream
