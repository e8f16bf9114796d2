// SPDX-License-Identifier: BSD-3-Clause
// From a wildcard listen address to the addresses peers can use: identify never announces 0.0.0.0 or ::.
#pragma once

#include "transport/address/endpoint.hpp"

#include <vector>

namespace troupe::transport {

/// Most addresses one listen address expands to; a machine with hundreds of interfaces must still fit into
/// identify.
constexpr std::size_t expanded_max = 16;

/// The addresses of the interfaces that are up, loopback last, port 0. Link-local ones are left out: they
/// mean nothing to a peer without our zone. Empty if the system does not tell.
std::vector<tcp_endpoint> interface_addresses();

/// `bound` itself, or for a wildcard host one address per interface of its family, and for a `dual_stack` ::
/// of both families.
std::vector<multiaddr> expand_wildcard(const multiaddr& bound, const std::vector<tcp_endpoint>& interfaces,
                                       bool dual_stack);

/// Raises the soft limit of open file descriptors to the hard one, at most to `wanted`; answers the limit now
/// in force.
std::size_t raise_descriptor_limit(std::size_t wanted = 65536);

} // namespace troupe::transport
