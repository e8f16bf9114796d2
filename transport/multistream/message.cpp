// SPDX-License-Identifier: BSD-3-Clause
#include "transport/multistream/message.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe::transport::multistream {
namespace {

void append_uvarint(bytes& to, std::size_t value) {
  while (value >= 0x80) {
    to.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  to.push_back(static_cast<std::uint8_t>(value));
}

} // namespace

void append_message(bytes& to, std::string_view text) {
  TROUPE_ASSERT(text.size() < message_size_max && text.find('\n') == text.npos);
  append_uvarint(to, text.size() + 1);
  to.insert(to.end(), text.begin(), text.end());
  to.push_back('\n');
}

void append_listing(bytes& to, const std::vector<std::string>& ids) {
  bytes body;
  for (const auto& id : ids)
    append_message(body, id);
  body.push_back('\n');
  append_uvarint(to, body.size());
  to.insert(to.end(), body.begin(), body.end());
}

std::size_t message_reader::wanted() const {
  return length_known_ ? length_ - text_.size() : 1;
}

bool message_reader::take_length(std::uint8_t byte) {
  if (prefix_bytes_ == 1 && byte == 0)
    return false; // an overlong encoding
  length_ |= static_cast<std::size_t>(byte & 0x7f) << (7 * prefix_bytes_);
  ++prefix_bytes_;
  if (byte & 0x80)
    return prefix_bytes_ < 2;
  length_known_ = true;
  return length_ >= 1 && length_ <= message_size_max;
}

expected<std::size_t, transport_errc> message_reader::take(byte_view data) {
  std::size_t used = 0;
  while (!length_known_ && used < data.size())
    if (!take_length(data[used++]))
      return unexpected{transport_errc::negotiation_malformed};
  if (!length_known_)
    return used;
  const auto part = data.subspan(used, std::min(data.size() - used, length_ - text_.size()));
  text_.append(as_text(part));
  used += part.size();
  if (complete() && text_.find('\n') != length_ - 1)
    return unexpected{transport_errc::negotiation_malformed};
  return used;
}

void message_reader::next() {
  text_.clear();
  length_ = prefix_bytes_ = 0;
  length_known_ = false;
}

} // namespace troupe::transport::multistream
