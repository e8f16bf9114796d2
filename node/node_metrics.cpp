// SPDX-License-Identifier: BSD-3-Clause
#include "node/node_metrics.hpp"

#include "messages/codec/peer_id_text.hpp"
#include "transport/errors.hpp"

#include <algorithm>
#include <map>

namespace troupe {
namespace {

metric counter(std::string name, std::string help, std::uint64_t value) {
  return {std::move(name), std::move(help), metric::kind::counter, {}, static_cast<double>(value)};
}

metric gauge(std::string name, std::string help, std::size_t value) {
  return {std::move(name), std::move(help), metric::kind::gauge, {}, static_cast<double>(value)};
}

template <class Condition>
std::size_t count(const std::vector<peer_status>& peers, Condition holds) {
  return static_cast<std::size_t>(std::count_if(peers.begin(), peers.end(), holds));
}

} // namespace

std::vector<metric> metrics_of(const transport::tcp_counters& network, const std::vector<peer_status>& peers,
                               const brb::agreement_memory& agreement) {
  std::vector<metric> all{
    counter("troupe_sockets_accepted_total", "inbound connections taken from the kernel", network.accepted),
    counter("troupe_sockets_dialled_total", "outbound connection attempts", network.dialled),
    counter("troupe_links_total", "connections that were authenticated and multiplexed", network.links),
    gauge("troupe_links_open", "such connections now", network.links_open),
    counter("troupe_received_bytes_total", "ciphertext received", network.bytes_received),
    counter("troupe_sent_bytes_total", "ciphertext sent", network.bytes_sent),
    counter("troupe_socket_reads_total", "read system calls", network.reads),
    counter("troupe_socket_writes_total", "write system calls", network.writes),
    gauge("troupe_peers_known", "peers in the book, this node included", peers.size()),
    gauge("troupe_peers_connected", "peers with a connection", count(peers, [](const auto& p) { return p.connected; })),
    gauge("troupe_peers_in_session", "peers with a troupe session", count(peers, [](const auto& p) { return p.session; })),
    counter("troupe_agreement_overloaded_total", "votes and packets refused because a queue was full", agreement.overloaded),
    gauge("troupe_fragment_bytes", "fragments of large payloads that are not whole yet", agreement.fragment_bytes),
    counter("troupe_operations_delivered_total", "operations delivered here, of all sources", agreement.delivered),
    gauge("troupe_voters", "members of the voting group", count(peers, [](const auto& p) { return p.voting; })),
  };
  for (std::size_t code = 1; code < network.ended.size() && code <= static_cast<std::size_t>(transport::transport_errc::misbehaved);
       ++code)
    all.push_back({"troupe_connections_ended_total", "connections by the reason they ended", metric::kind::counter,
                   {{"reason", std::string{transport::name_of(static_cast<transport::transport_errc>(code))}}},
                   static_cast<double>(network.ended[code])});
  for (std::size_t code = 1; code < network.lanes_ended.size() && code <= static_cast<std::size_t>(transport::transport_errc::misbehaved);
       ++code)
    all.push_back({"troupe_streams_ended_total", "streams by the reason they ended or were refused", metric::kind::counter,
                   {{"reason", std::string{transport::name_of(static_cast<transport::transport_errc>(code))}}},
                   static_cast<double>(network.lanes_ended[code])});
  return all;
}

std::vector<peer_status> peer_lines(const peer::peer_list& known, const membership::view& view, const node& of) {
  std::map<peer_id, peer_status> lines;
  const auto line = [&](const peer_id& who) -> peer_status& {
    auto& made = lines[who];
    made.peer = to_base58(who);
    made.actor = short_name(who);
    made.self = who == of.self();
    return made;
  };
  auto& own = line(of.self());
  if (const auto addresses = of.listen_addresses(); !addresses.empty())
    own.address = addresses.front().without_peer().text();
  for (const auto& entry : known) {
    auto& made = line(entry.peer);
    if (!entry.address.empty())
      made.address = entry.address.text();
    made.connected = entry.connected;
    made.session = entry.in_session;
    if (entry.identity)
      made.agent = entry.identity->agent_version;
  }
  if (const auto* members = view.members_of(view.gen))
    for (const auto& member : *members)
      line(member).voting = true;
  std::vector<peer_status> all;
  for (auto& [who, made] : lines)
    all.push_back(std::move(made));
  return all;
}

} // namespace troupe
