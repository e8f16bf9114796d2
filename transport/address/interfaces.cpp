// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/interfaces.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace troupe::transport {
namespace {

bool is_loopback(const tcp_endpoint& endpoint) {
  constexpr std::array<std::uint8_t, 16> v6_loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return endpoint.v6 ? endpoint.host == v6_loopback : endpoint.host[0] == 127;
}

bool is_link_local(const tcp_endpoint& endpoint) {
  if (endpoint.v6)
    return endpoint.host[0] == 0xfe && (endpoint.host[1] & 0xc0) == 0x80;
  return endpoint.host[0] == 169 && endpoint.host[1] == 254;
}

std::optional<tcp_endpoint> read_address(const sockaddr* from) {
  tcp_endpoint made;
  if (from && from->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, from, sizeof v4);
    std::memcpy(made.host.data(), &v4.sin_addr, 4);
    return made;
  }
  if (from && from->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, from, sizeof v6);
    made.v6 = true;
    std::memcpy(made.host.data(), &v6.sin6_addr, 16);
    return made;
  }
  return std::nullopt;
}

} // namespace

std::vector<tcp_endpoint> interface_addresses() {
  std::vector<tcp_endpoint> found;
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0)
    return found;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list{raw, freeifaddrs};
  for (const auto* at = list.get(); at; at = at->ifa_next) {
    const auto address = (at->ifa_flags & IFF_UP) ? read_address(at->ifa_addr) : std::nullopt;
    if (address && !is_link_local(*address))
      found.push_back(*address);
  }
  std::stable_partition(found.begin(), found.end(), [](const auto& one) { return !is_loopback(one); });
  return found;
}

std::vector<multiaddr> expand_wildcard(const multiaddr& bound, const std::vector<tcp_endpoint>& interfaces,
                                       bool dual_stack) {
  const auto endpoint = to_endpoint(bound);
  if (!endpoint || !endpoint->wildcard())
    return {bound.without_peer()};
  std::vector<multiaddr> expanded;
  for (auto one : interfaces) {
    if (expanded.size() == expanded_max)
      break;
    if (one.v6 != endpoint->v6 && !(endpoint->v6 && dual_stack))
      continue;
    one.port = endpoint->port;
    expanded.push_back(to_multiaddr(one));
  }
  return expanded;
}

std::size_t raise_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 0;
  const auto target = std::min<rlim_t>(limit.rlim_max, wanted);
  if (limit.rlim_cur < target) {
    const auto before = std::exchange(limit.rlim_cur, target);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
      limit.rlim_cur = before;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

} // namespace troupe::transport
