// SPDX-License-Identifier: BSD-3-Clause
#include "transport/http/http_server.hpp"

#include <fmt/format.h>

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace troupe::transport {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

class exchange;

} // namespace

struct http_server::impl {
  impl(http_handler handle, http_limits bounds) : handler(std::move(handle)), limits(bounds) {}

  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  http_handler handler;
  http_limits limits;
  std::mutex mutex;         ///< guards live: an exchange may end on the thread of a late reply
  std::set<exchange*> live;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

namespace {

/// One connection. It keeps the server's state alive, as a handler may reply after the server has gone.
class exchange : public std::enable_shared_from_this<exchange> {
public:
  exchange(tcp::socket socket, std::shared_ptr<http_server::impl> server)
    : stream_(std::move(socket)), server_(std::move(server)) {
    const std::lock_guard guard{server_->mutex};
    server_->live.insert(this);
  }
  ~exchange() {
    const std::lock_guard guard{server_->mutex};
    server_->live.erase(this);
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(server_->limits.header_bytes);
    parser_->body_limit(server_->limits.body_bytes);
    stream_.expires_after(server_->limits.request_time);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code failed, std::size_t) { self->answer(failed); });
  }

  void close() {
    beast::error_code ignored;
    stream_.socket().close(ignored);
  }

private:
  void answer(beast::error_code failed) {
    if (failed == http::error::header_limit || failed == http::error::body_limit)
      return write({413, "text/plain", "request too large\n"}, false);
    if (failed)
      return;
    const auto& request = parser_->get();
    const auto target = std::string_view{request.target().data(), request.target().size()};
    const auto field = request[http::field::authorization];
    const auto authorization = std::string_view{field.data(), field.size()};
    constexpr std::string_view scheme = "Bearer ";
    http_request asked{std::string{request.method_string()}, std::string{target.substr(0, target.find('?'))},
                       authorization.starts_with(scheme) ? std::string{authorization.substr(scheme.size())} : ""};
    const bool keep = request.keep_alive();
    server_->handler(asked, [self = shared_from_this(), keep](http_response response) {
      if (self->server_->stopping)
        return;
      asio::post(self->server_->io,
                 [self, keep, response = std::move(response)]() mutable { self->write(std::move(response), keep); });
    });
  }

  void write(http_response response, bool keep) {
    reply_.emplace(static_cast<http::status>(response.status), 11);
    reply_->set(http::field::content_type, response.content_type);
    reply_->keep_alive(keep);
    reply_->body() = std::move(response.body);
    reply_->prepare_payload();
    stream_.expires_after(server_->limits.request_time);
    http::async_write(stream_, *reply_, [self = shared_from_this(), keep](beast::error_code failed, std::size_t) {
      if (!failed && keep)
        self->read();
    });
  }

  beast::tcp_stream stream_;
  std::shared_ptr<http_server::impl> server_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> reply_;
};

void accept_next(const std::shared_ptr<http_server::impl>& server) {
  server->acceptor.async_accept([server](beast::error_code failed, tcp::socket socket) {
    if (failed == asio::error::operation_aborted)
      return;
    const auto full = [&] {
      const std::lock_guard guard{server->mutex};
      return server->live.size() >= server->limits.connections;
    };
    if (!failed && !full()) // at the limit the socket closes as it goes out of scope
      std::make_shared<exchange>(std::move(socket), server)->read();
    accept_next(server);
  });
}

} // namespace

http_server::http_server() = default;

expected<std::unique_ptr<http_server>, explained> http_server::listen(const std::string& host, std::uint16_t port,
                                                                      http_handler handler, http_limits limits) {
  auto made = std::make_shared<impl>(std::move(handler), limits);
  beast::error_code failed;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, failed);
  if (failed)
    return unexpected(explained{fmt::format("'{}' is not an IP address", host)});
  const tcp::endpoint at{address, port};
  made->acceptor.open(at.protocol(), failed);
  if (!failed)
    made->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed)
    made->acceptor.bind(at, failed);
  if (!failed)
    made->acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed)
    return unexpected(explained{
      fmt::format("cannot listen on {}:{}: {} (choose another port, or stop what uses it)", host, port, failed.message())});
  std::unique_ptr<http_server> server{new http_server};
  server->impl_ = made;
  accept_next(made);
  made->thread = std::thread([made] { made->io.run(); });
  return server;
}

http_server::~http_server() {
  impl_->stopping = true;
  asio::post(impl_->io, [raw = impl_.get()] {
    beast::error_code ignored;
    raw->acceptor.close(ignored);
    const std::lock_guard guard{raw->mutex};
    for (auto* connection : raw->live)
      connection->close();
  });
  impl_->thread.join();
}

std::uint16_t http_server::port() const {
  beast::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

} // namespace troupe::transport
