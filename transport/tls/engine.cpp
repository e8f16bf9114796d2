// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tls/engine.hpp"

#include "messages/types/assert.hpp"
#include "transport/tls/context.hpp"
#include "transport/tls/peer_check.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>

namespace troupe::transport::tls {

struct engine::impl {
  impl(io_buffers& shared) : out(shared.outgoing) {}
  ~impl() { SSL_free(ssl); }
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  /// Maps the failure of an OpenSSL call; true if it only wants more input.
  bool wants_input(int result);
  void fail(transport_errc code, std::string detail);

  bytes& out;
  byte_view input; ///< the caller's bytes, or those of `kept`
  bytes kept;      ///< what was fed before the last view was used up
  SSL* ssl = nullptr;
  std::size_t handshake_input = 0;
  bool done = false;
  bool closed = false;
  bool shut = false;
  transport_errc error = transport_errc::none;
  std::string detail;
  std::string negotiated;
  peer_check check;
};

namespace {

/// A BIO that reads from the engine's input view and appends to the I/O thread's buffer. Memory BIOs would
/// keep their high-water mark: 148 KiB per connection instead of 21.
template <class Impl>
int read_span(BIO* bio, char* to, int size) {
  auto& self = *static_cast<Impl*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (self.input.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const auto n = std::min(static_cast<std::size_t>(size), self.input.size());
  std::memcpy(to, self.input.data(), n);
  self.input = self.input.subspan(n);
  if (!self.done)
    self.handshake_input += n;
  return static_cast<int>(n);
}

template <class Impl>
int write_span(BIO* bio, const char* from, int size) {
  auto& self = *static_cast<Impl*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  // Same element type as the vector's: from char*, g++ 12 copies byte by byte.
  const auto* begin = reinterpret_cast<const std::uint8_t*>(from);
  self.out.insert(self.out.end(), begin, begin + size);
  return size;
}

long control_span(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

template <class Impl>
BIO_METHOD* span_method() {
  static BIO_METHOD* const method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "span");
    TROUPE_ASSERT(made);
    BIO_meth_set_read(made, read_span<Impl>);
    BIO_meth_set_write(made, write_span<Impl>);
    BIO_meth_set_ctrl(made, control_span);
    return made;
  }();
  return method;
}

/// 1 to 255 bytes each, as ALPN has it; longer ones cannot be offered.
bytes alpn_list(const std::vector<std::string>& muxers) {
  bytes list;
  const auto add = [&](std::string_view id) {
    TROUPE_ASSERT(!id.empty() && id.size() <= 255);
    list.push_back(static_cast<std::uint8_t>(id.size()));
    list.insert(list.end(), as_bytes(id).begin(), as_bytes(id).end());
  };
  for (const auto& muxer : muxers)
    add(muxer);
  add(alpn_classic);
  return list;
}

/// OpenSSL's newest reason on this thread, which is then forgotten.
std::pair<int, std::string> take_reason() {
  const auto code = ERR_peek_last_error();
  const auto* text = ERR_reason_error_string(code);
  ERR_clear_error();
  return {ERR_GET_REASON(code), text ? text : "no reason given"};
}

std::string chosen_alpn(const SSL* ssl) {
  const unsigned char* id = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(ssl, &id, &length);
  return length == 0 ? std::string{alpn_classic} : std::string{as_text({id, length})};
}

} // namespace

bool engine::impl::wants_input(int result) {
  const int kind = SSL_get_error(ssl, result);
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
    return true;
  if (kind == SSL_ERROR_ZERO_RETURN) {
    closed = true;
    if (!done)
      fail(transport_errc::tls_failed, "TLS failed: the peer closed the session during the handshake");
    return false;
  }
  const auto [reason, text] = take_reason();
  if (check.verdict != transport_errc::none)
    fail(check.verdict, check.detail);
  else if (reason == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL || reason == SSL_R_NO_APPLICATION_PROTOCOL)
    fail(transport_errc::negotiation_failed, "no ALPN id in common with the peer");
  else if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
    fail(transport_errc::certificate_refused, "certificate refused: the peer sent none");
  else
    fail(transport_errc::tls_failed, "TLS failed: " + text);
  return false;
}

void engine::impl::fail(transport_errc code, std::string why) {
  error = code;
  detail = std::move(why);
  input = {};
  kept = bytes{};
}

engine::engine(context& with, role as, std::optional<peer_id> wanted, std::vector<std::string> muxers,
               io_buffers& shared)
  : impl_(std::make_unique<impl>(shared)) {
  auto& self = *impl_;
  self.check.with = &with;
  self.check.wanted = std::move(wanted);
  self.check.muxers = std::move(muxers);
  ERR_clear_error();
  self.ssl = SSL_new(with.native());
  BIO* bio = self.ssl ? BIO_new(span_method<impl>()) : nullptr;
  if (!bio) {
    self.fail(transport_errc::tls_failed, "TLS failed: " + take_reason().second);
    return;
  }
  BIO_set_data(bio, &self);
  BIO_set_init(bio, 1);
  SSL_set_bio(self.ssl, bio, bio);
  SSL_set_app_data(self.ssl, &self.check);
  if (as == role::server) {
    SSL_set_accept_state(self.ssl);
    return;
  }
  const auto offered = alpn_list(self.check.muxers);
  SSL_set_alpn_protos(self.ssl, offered.data(), static_cast<unsigned int>(offered.size()));
  SSL_set_connect_state(self.ssl);
}

engine::~engine() = default;

void engine::feed(byte_view ciphertext) {
  auto& self = *impl_;
  if (self.error != transport_errc::none)
    return;
  if (self.input.empty()) {
    self.kept = bytes{};
    self.input = ciphertext;
    return;
  }
  bytes joined;
  joined.reserve(self.input.size() + ciphertext.size());
  joined.insert(joined.end(), self.input.begin(), self.input.end());
  joined.insert(joined.end(), ciphertext.begin(), ciphertext.end());
  self.kept = std::move(joined);
  self.input = self.kept;
}

handshake_state engine::handshake() {
  auto& self = *impl_;
  if (self.error != transport_errc::none)
    return handshake_state::failed;
  if (self.done)
    return handshake_state::done;
  ERR_clear_error();
  const int result = SSL_do_handshake(self.ssl);
  if (result == 1) {
    self.done = true;
    self.negotiated = chosen_alpn(self.ssl);
    return handshake_state::done;
  }
  if (!self.wants_input(result))
    return handshake_state::failed;
  if (self.handshake_input > handshake_input_max) {
    self.fail(transport_errc::tls_failed, "TLS failed: the handshake is longer than 64 KiB");
    return handshake_state::failed;
  }
  return handshake_state::wants_input;
}

std::size_t engine::read(std::span<std::uint8_t> out) {
  auto& self = *impl_;
  TROUPE_ASSERT(self.done || self.error != transport_errc::none);
  std::size_t filled = 0;
  while (filled < out.size() && self.error == transport_errc::none && !self.closed) {
    // Without read-ahead, OpenSSL holds nothing readable but the rest of the current record.
    if (self.input.empty() && SSL_pending(self.ssl) == 0)
      break;
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(self.ssl, out.data() + filled, out.size() - filled, &got);
    filled += got;
    if (result <= 0 && (!self.wants_input(result) || self.input.empty()))
      break;
  }
  return filled;
}

bool engine::write(byte_view plaintext) {
  auto& self = *impl_;
  TROUPE_ASSERT(self.done || self.error != transport_errc::none);
  if (self.error != transport_errc::none || self.shut)
    return false;
  ERR_clear_error();
  while (!plaintext.empty()) {
    std::size_t put = 0;
    const int result = SSL_write_ex(self.ssl, plaintext.data(), plaintext.size(), &put);
    if (result <= 0) {
      // The BIO takes everything, so OpenSSL has no good reason to wait here.
      if (self.wants_input(result))
        self.fail(transport_errc::tls_failed, "TLS failed: the session cannot send");
      return false;
    }
    plaintext = plaintext.subspan(put);
  }
  return true;
}

void engine::shutdown() {
  auto& self = *impl_;
  if (!self.done || self.shut || self.error != transport_errc::none)
    return;
  self.shut = true;
  ERR_clear_error();
  SSL_shutdown(self.ssl);
  ERR_clear_error();
}

bool engine::closed() const {
  return impl_->closed;
}

transport_errc engine::error() const {
  return impl_->error;
}

const std::string& engine::error_detail() const {
  return impl_->detail;
}

const peer_id& engine::remote() const {
  return impl_->check.remote;
}

const std::string& engine::negotiated() const {
  return impl_->negotiated;
}

} // namespace troupe::transport::tls
