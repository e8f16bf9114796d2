// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/raw_tls.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::bench {
namespace {

constexpr std::size_t write_size = 65'536;

template <auto Free>
struct freeing {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freeing<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freeing<X509_free>>;
using context_ptr = std::unique_ptr<SSL_CTX, freeing<SSL_CTX_free>>;
using session_ptr = std::unique_ptr<SSL, freeing<SSL_free>>;

int accept_anyone(X509_STORE_CTX*, void*) {
  return 1;
}

/// Mutual P-256 certificates, as between two libp2p peers.
context_ptr make_context() {
  context_ptr context{SSL_CTX_new(TLS_method())};
  const key_ptr key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  const certificate_ptr certificate{X509_new()};
  X509_set_version(certificate.get(), 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), accept_anyone, nullptr);
  return context;
}

int listen_on_loopback(sockaddr_in& bound) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bound = {};
  bound.sin_family = AF_INET;
  bound.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof bound;
  auto* address = reinterpret_cast<sockaddr*>(&bound);
  if (::bind(listener, address, length) != 0 || ::listen(listener, 1) != 0 || ::getsockname(listener, address, &length) != 0) {
    ::close(listener);
    return -1;
  }
  return listener;
}

[[noreturn]] void receive(int listener, std::uint64_t total) {
  const auto context = make_context();
  const int socket = ::accept(listener, nullptr, nullptr);
  session_ptr session{SSL_new(context.get())};
  SSL_set_fd(session.get(), socket);
  if (SSL_accept(session.get()) != 1)
    ::_exit(1);
  std::vector<char> buffer(write_size);
  for (std::uint64_t got = 0; got < total;) {
    const int count = SSL_read(session.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0)
      ::_exit(1);
    got += static_cast<std::uint64_t>(count);
  }
  SSL_write(session.get(), "k", 1);
  ::_exit(0);
}

/// Seconds from the first write to the receiver's answer, negative if anything failed.
double send(const sockaddr_in& to, std::uint64_t total) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto context = make_context();
  const session_ptr session{SSL_new(context.get())};
  SSL_set_fd(session.get(), socket);
  double elapsed = -1;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 && SSL_connect(session.get()) == 1) {
    const std::vector<char> buffer(write_size, 'x');
    const auto begun = std::chrono::steady_clock::now();
    bool healthy = true;
    for (std::uint64_t sent = 0; sent < total && healthy; sent += write_size)
      healthy = SSL_write(session.get(), buffer.data(), static_cast<int>(buffer.size())) == static_cast<int>(buffer.size());
    char answer = 0;
    if (healthy && SSL_read(session.get(), &answer, 1) == 1)
      elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  }
  ::close(socket);
  return elapsed;
}

} // namespace

expected<double, explained> raw_tls_stream_mb_s(std::uint64_t total) {
  total -= total % write_size;
  sockaddr_in bound{};
  const int listener = listen_on_loopback(bound);
  if (listener < 0)
    return unexpected(explained{"raw TLS: cannot listen on 127.0.0.1"});
  const pid_t receiver = ::fork();
  if (receiver == 0)
    receive(listener, total);
  ::close(listener);
  const double seconds = send(bound, total);
  if (seconds < 0)
    ::kill(receiver, SIGKILL);
  int status = 0;
  ::waitpid(receiver, &status, 0);
  if (seconds < 0 || status != 0)
    return unexpected(explained{"raw TLS: the pair broke off"});
  return static_cast<double>(total) / seconds / 1e6;
}

} // namespace troupe::bench
