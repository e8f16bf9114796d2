// SPDX-License-Identifier: BSD-3-Clause
// multistream-select messages: uvarint length (newline included), text, newline. The reader takes exactly the
// bytes of the message it is reading and never more, because what follows may belong to another protocol
// already. Pure; owned by a negotiator. Source: spec libp2p 1.3.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "transport/errors.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::transport::multistream {

constexpr std::string_view header_text = "/multistream/1.0.0";
constexpr std::string_view refusal_text = "na";
constexpr std::string_view list_text = "ls";
/// Text and newline of one message; go and js refuse longer ones too. The length prefix then has at most 2
/// bytes.
constexpr std::size_t message_size_max = 1024;

/// Appends one message to `to`. The text is at most 1023 bytes, without a newline.
void append_message(bytes& to, std::string_view text);
/// Appends the answer to `ls`: an outer length, each id as an embedded message, a bare newline.
void append_listing(bytes& to, const std::vector<std::string>& ids);

class message_reader {
public:
  /// Bytes that surely belong to the message being read, at least 1 until it is complete.
  std::size_t wanted() const;
  /// Takes bytes from the front of `data` up to the end of the message; the number taken, or
  /// negotiation_malformed for a length of 0 or beyond message_size_max, an overlong prefix, or a text that
  /// does not end in its only newline.
  expected<std::size_t, transport_errc> take(byte_view data);
  bool complete() const { return length_known_ && text_.size() == length_; }
  /// The text of a complete message, without its newline.
  std::string_view text() const { return std::string_view{text_}.substr(0, text_.size() - 1); }
  /// Starts over for the next message.
  void next();

private:
  bool take_length(std::uint8_t byte);

  std::string text_;
  std::size_t length_ = 0;
  std::size_t prefix_bytes_ = 0;
  bool length_known_ = false;
};

} // namespace troupe::transport::multistream
