// SPDX-License-Identifier: BSD-3-Clause
#include "tests/system/support/wire_peer.hpp"

#include "transport/address/endpoint.hpp"
#include "transport/multistream/message.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::test {

using namespace transport;

namespace {

constexpr std::size_t read_size = 64 * 1024;

std::uint64_t wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

} // namespace

void append_proposal(bytes& to, std::string_view protocol) {
  multistream::append_message(to, multistream::header_text);
  multistream::append_message(to, protocol);
}

wire_peer::wire_peer(const multiaddr& to, const options& how)
  : socket_(::socket(AF_INET, SOCK_STREAM, 0)), early_muxers_(how.early_muxers) {
  const timeval patience{20, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (how.receive_buffer > 0)
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &how.receive_buffer, sizeof how.receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (!how.from.empty()) {
    ::inet_pton(AF_INET, how.from.c_str(), &address.sin_addr);
    ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  const auto at = *to_endpoint(to);
  address.sin_port = htons(at.port);
  std::copy_n(at.host.begin(), 4, reinterpret_cast<std::uint8_t*>(&address.sin_addr));
  connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

wire_peer::~wire_peer() {
  ::close(socket_);
}

void wire_peer::send_raw(byte_view data) const {
  while (!data.empty()) {
    const auto n = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
    if (n <= 0)
      return;
    data = data.subspan(static_cast<std::size_t>(n));
  }
}

bool wire_peer::closed() const {
  char sink[4096];
  for (;;) {
    const auto n = ::recv(socket_, sink, sizeof sink, MSG_DONTWAIT);
    if (n <= 0)
      return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  }
}

void wire_peer::flush() {
  send_raw(out_.outgoing);
  out_.outgoing.clear();
}

bool wire_peer::receive() {
  ciphertext_.resize(read_size);
  const auto n = ::recv(socket_, ciphertext_.data(), ciphertext_.size(), 0);
  ciphertext_.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return n > 0;
}

bool wire_peer::upgrade() {
  auto made = tls::context::make(key_pair::generate(), wall_ms);
  if (!made)
    return false;
  identity_ = std::move(*made);
  transport::upgrade upgrading{{identity_.get(), &out_, direction::outbound, std::nullopt, early_muxers_}};
  upgrading.start();
  flush();
  while (upgrading.phase() != upgrade_phase::done) {
    if (!receive() || upgrading.feed(ciphertext_) == upgrade_phase::failed)
      return false;
    flush();
  }
  engine_ = upgrading.take_engine();
  bytes piece(read_size);
  piece.resize(engine_->read(piece));
  plaintext_ = std::move(piece);
  flush();
  return engine_->error() == transport_errc::none;
}

void wire_peer::send(byte_view plaintext) {
  engine_->write(plaintext);
  flush();
}

void wire_peer::send_frame(yamux::frame_type type, std::uint16_t flags, std::uint32_t stream,
                           std::uint32_t length, byte_view payload) {
  bytes frame(yamux::header_size);
  yamux::encode({type, flags, stream, length}, frame.data());
  frame.insert(frame.end(), payload.begin(), payload.end());
  send(frame);
}

void wire_peer::open(std::uint32_t stream, std::string_view protocol, byte_view more) {
  bytes payload;
  append_proposal(payload, protocol);
  payload.insert(payload.end(), more.begin(), more.end());
  send_frame(yamux::frame_type::data, yamux::flag::syn, stream, static_cast<std::uint32_t>(payload.size()),
             payload);
}

std::optional<yamux::header> wire_peer::next_frame() {
  for (;;) {
    if (plaintext_.size() >= yamux::header_size) {
      const auto head = yamux::decode(plaintext_.data());
      if (!head)
        return std::nullopt;
      const std::size_t size =
        yamux::header_size + (head->type == yamux::frame_type::data ? head->length : 0);
      if (plaintext_.size() >= size) {
        plaintext_.erase(plaintext_.begin(), plaintext_.begin() + static_cast<std::ptrdiff_t>(size));
        return *head;
      }
    }
    if (!receive())
      return std::nullopt;
    engine_->feed(ciphertext_);
    for (std::size_t n = read_size; n == read_size;) {
      const auto at = plaintext_.size();
      plaintext_.resize(at + read_size);
      n = engine_->read(std::span{plaintext_}.subspan(at));
      plaintext_.resize(at + n);
    }
    flush();
  }
}

} // namespace troupe::test
