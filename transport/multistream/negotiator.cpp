// SPDX-License-Identifier: BSD-3-Clause
#include "transport/multistream/negotiator.hpp"

#include "messages/types/assert.hpp"

namespace troupe::transport::multistream {

std::size_t negotiator::receive(byte_view data) {
  std::size_t used = 0;
  while (state_ == negotiation::ongoing && used < data.size()) {
    const auto took = reader_.take(data.subspan(used));
    if (!took) {
      fail(took.error());
      break;
    }
    used += *took;
    if (!reader_.complete())
      continue;
    on_message(reader_.text());
    reader_.next();
  }
  return used;
}

void negotiator::agree(std::string_view id) {
  protocol_ = id;
  state_ = negotiation::agreed;
}

void negotiator::fail(transport_errc why) {
  error_ = why;
  state_ = negotiation::failed;
}

dialer::dialer(std::vector<std::string> proposals) : proposals_(std::move(proposals)) {
  TROUPE_ASSERT(!proposals_.empty());
  if (proposals_.size() > rounds_max)
    proposals_.resize(rounds_max);
  say(header_text);
  say(proposals_.front());
}

void dialer::on_message(std::string_view text) {
  if (!std::exchange(header_seen_, true)) {
    if (text != header_text)
      fail(transport_errc::negotiation_malformed);
  } else if (text == proposals_[current_]) {
    agree(text);
  } else if (text != refusal_text) {
    fail(transport_errc::negotiation_malformed);
  } else if (++current_ == proposals_.size()) {
    fail(transport_errc::negotiation_failed);
  } else {
    say(proposals_[current_]);
  }
}

listener::listener(std::function<bool(std::string_view)> serves,
                   std::function<std::vector<std::string>()> list)
  : serves_(std::move(serves)), list_(std::move(list)) {}

void listener::on_message(std::string_view text) {
  if (!std::exchange(header_seen_, true)) {
    if (text != header_text)
      return fail(transport_errc::negotiation_malformed);
    return say(header_text);
  }
  if (++rounds_ > rounds_max)
    return fail(transport_errc::negotiation_failed);
  if (text == list_text && list_)
    return append_listing(output_, list_());
  if (!serves_(text))
    return say(refusal_text);
  say(text);
  agree(text);
}

} // namespace troupe::transport::multistream
