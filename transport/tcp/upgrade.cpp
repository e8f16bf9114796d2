// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tcp/upgrade.hpp"

#include <array>

namespace troupe::transport {

using multistream::negotiation;

upgrade::upgrade(const upgrade_options& options)
  : options_(options), negotiator_(negotiator_for(tls_protocol)) {}

upgrade::side_of_multistream upgrade::negotiator_for(std::string_view protocol) const {
  if (options_.side == direction::outbound)
    return multistream::dialer{{std::string{protocol}}};
  return multistream::listener{[protocol](std::string_view id) { return id == protocol; },
                               [protocol] { return std::vector<std::string>{std::string{protocol}}; }};
}

multistream::negotiator& upgrade::talking() {
  return std::visit([](auto& one) -> multistream::negotiator& { return one; }, negotiator_);
}

void upgrade::start() {
  auto& out = options_.shared->outgoing;
  const auto first = talking().take_output();
  out.insert(out.end(), first.begin(), first.end());
}

upgrade_phase upgrade::feed(byte_view data) {
  if (phase_ == upgrade_phase::security) {
    const auto used = talking().receive(data);
    start();
    data = data.subspan(used);
    if (talking().state() == negotiation::failed)
      fail(talking().error(), "the peer does not speak " + std::string{tls_protocol});
    else if (talking().state() == negotiation::agreed)
      begin_tls();
  }
  if (phase_ == upgrade_phase::tls) {
    engine_->feed(data);
    handshake();
  } else if (phase_ == upgrade_phase::muxer) {
    engine_->feed(data);
  }
  if (phase_ == upgrade_phase::muxer)
    negotiate_muxer();
  return phase_;
}

void upgrade::begin_tls() {
  const auto role =
    options_.side == direction::outbound ? tls::engine::role::client : tls::engine::role::server;
  std::vector<std::string> muxers;
  if (options_.early_muxers)
    muxers.emplace_back(yamux_protocol);
  engine_ = std::make_unique<tls::engine>(*options_.identity, role, options_.wanted, std::move(muxers),
                                          *options_.shared);
  phase_ = upgrade_phase::tls;
}

void upgrade::handshake() {
  switch (engine_->handshake()) {
  case tls::handshake_state::wants_input:
    return;
  case tls::handshake_state::failed:
    return fail(engine_->error(), engine_->error_detail());
  case tls::handshake_state::done:
    break;
  }
  if (engine_->negotiated() == yamux_protocol) {
    phase_ = upgrade_phase::done;
    return;
  }
  phase_ = upgrade_phase::muxer;
  negotiator_ = negotiator_for(yamux_protocol);
  if (const auto first = talking().take_output(); !first.empty())
    engine_->write(first);
}

// Byte by byte what multistream surely owns, so that the first yamux header stays in the engine.
void upgrade::negotiate_muxer() {
  std::array<std::uint8_t, multistream::message_size_max> piece;
  for (std::size_t got = 1; got > 0 && talking().state() == negotiation::ongoing;) {
    got = engine_->read(std::span{piece}.first(talking().wanted()));
    talking().receive(byte_view{piece}.first(got));
  }
  if (const auto answer = talking().take_output(); !answer.empty())
    engine_->write(answer);
  if (talking().state() == negotiation::agreed)
    phase_ = upgrade_phase::done;
  else if (talking().state() == negotiation::failed)
    fail(talking().error(), "the peer does not speak " + std::string{yamux_protocol});
  else if (engine_->error() != transport_errc::none)
    fail(engine_->error(), engine_->error_detail());
  else if (engine_->closed())
    fail(transport_errc::closed_remotely, "the peer ended the session before a muxer was agreed");
}

void upgrade::fail(transport_errc code, std::string detail) {
  phase_ = upgrade_phase::failed;
  error_ = {code, std::move(detail)};
}

} // namespace troupe::transport
