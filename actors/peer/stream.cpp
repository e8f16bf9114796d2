// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/stream.hpp"

#include "messages/codec/uvarint.hpp"

namespace troupe::peer {

void stream::write(byte_view message) const {
  bytes prefix;
  if (prefixed_)
    append_uvarint(prefix, message.size());
  auto out = chunk::make(prefix.size() + message.size());
  out->append(prefix);
  out->append(message);
  lane_->write(std::move(out));
}

void stream_handler::opened(const transport::lane_ptr& self, std::string_view protocol) {
  lane_ = self;
  if (events_.opened)
    events_.opened(stream{self, rules_.prefixed}, protocol);
}

void stream_handler::commit(std::size_t n) {
  const auto lane = lane_;
  if (!broken_ && rules_.prefixed) {
    pending_.insert(pending_.end(), piece_.data(), piece_.data() + n);
    broken_ = !cut();
    if (broken_)
      lane->reset();
  } else if (!broken_ && events_.message) {
    events_.message({piece_.data(), n});
  }
  lane->grant(n);
}

bool stream_handler::cut() {
  std::size_t at = 0;
  bool good = true;
  while (good && at < pending_.size()) {
    const byte_view rest{pending_.data() + at, pending_.size() - at};
    const auto length = read_uvarint(rest);
    if (!length) {
      good = length.error() == uvarint_errc::truncated;
      break;
    }
    good = length->value <= rules_.message_max;
    if (!good || rest.size() - length->size < length->value)
      break;
    const auto size = static_cast<std::size_t>(length->value);
    if (events_.message)
      events_.message(rest.subspan(length->size, size));
    at += length->size + size;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
  if (pending_.empty())
    pending_.shrink_to_fit();
  return good;
}

void stream_handler::drained(std::size_t n) {
  if (events_.drained)
    events_.drained(n);
}

void stream_handler::finished() {
  if (events_.finished && !broken_)
    events_.finished();
}

void stream_handler::closed(transport::transport_errc why) {
  lane_.reset();
  if (events_.closed)
    events_.closed(why);
}

open_stream open_stream_to(const peer_id& who, std::vector<multiaddr> addresses,
                           std::vector<std::string> protocols, stream_events events, stream_rules rules) {
  auto handler =
    std::make_shared<transport::lane_handler_ptr>(std::make_unique<stream_handler>(std::move(events), rules));
  return {who, std::move(addresses), std::move(protocols), std::move(handler)};
}

mount_protocol serve_streams(std::vector<std::string> protocols,
                             std::function<stream_events(const peer_id& from)> accept, stream_rules rules) {
  transport::protocol made;
  made.ids = std::move(protocols);
  made.accept = [accept = std::move(accept),
                 rules](const transport::inbound_lane& lane) -> transport::lane_handler_ptr {
    return std::make_unique<stream_handler>(accept(lane.from->remote()), rules);
  };
  return {std::move(made)};
}

} // namespace troupe::peer
