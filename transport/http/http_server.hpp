// SPDX-License-Identifier: BSD-3-Clause
// A small HTTP/1.1 server for the admin API: Beast behind a handler interface. It runs on one thread of its own, so that a slow
// scraper never delays the I/O thread of the peer plane. Bounded: connections, header and body bytes, seconds per request.
#pragma once

#include "messages/types/expected.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace troupe::transport {

struct http_request {
  std::string method; ///< "GET"
  std::string path;   ///< without the query
  std::string bearer; ///< the token of "Authorization: Bearer ...", empty if there is none
};

struct http_response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// Called on the server's thread; `reply` may be called from any thread, once, at any later time.
using http_handler = std::function<void(const http_request&, std::function<void(http_response)> reply)>;

struct http_limits {
  std::size_t connections = 64;       ///< one more is closed at once
  std::uint32_t header_bytes = 8192;
  std::uint64_t body_bytes = 65'536;
  std::chrono::seconds request_time{10}; ///< to read a request, and to write an answer
};

class http_server {
public:
  /// Binds and starts the thread. `host` is an address, not a name; port 0 takes a free one.
  static expected<std::unique_ptr<http_server>, explained> listen(const std::string& host, std::uint16_t port,
                                                                  http_handler handler, http_limits limits = {});
  ~http_server(); ///< stops and joins
  std::uint16_t port() const;

  struct impl; ///< opaque

private:
  http_server();
  std::shared_ptr<impl> impl_;
};

} // namespace troupe::transport
