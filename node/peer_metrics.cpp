// SPDX-License-Identifier: BSD-3-Clause
#include "node/peer_metrics.hpp"

namespace troupe {
namespace {

using kind = metric::kind;
using labels = std::vector<std::pair<std::string, std::string>>;

class list {
public:
  explicit list(std::vector<metric>& to) : to_(to) {}
  void counter(const char* name, const char* help, std::uint64_t value, labels of = {}) {
    add(name, help, kind::counter, value, std::move(of));
  }
  void gauge(const char* name, const char* help, std::uint64_t value) {
    add(name, help, kind::gauge, value, {});
  }

private:
  void add(const char* name, const char* help, kind what, std::uint64_t value, labels of) {
    to_.push_back({name, help, what, std::move(of), static_cast<double>(value)});
  }
  std::vector<metric>& to_;
};

void add_sessions(list& to, const peer::peer_counters& peers) {
  to.counter("troupe_sessions_total", "sessions that were agreed", peers.sessions);
  for (std::size_t code = 1; code < peers.sessions_refused.size(); ++code)
    to.counter("troupe_sessions_refused_total", "sessions that this node refused or ended, by reason",
               peers.sessions_refused[code],
               {{"reason", std::string{peer::name_of(static_cast<peer::session_errc>(code))}}});
  for (std::size_t why = 0; why < peers.frames_dropped.size(); ++why)
    to.counter("troupe_chunks_dropped_total", "chunks of local frames that did not go out, by reason",
               peers.frames_dropped[why],
               {{"reason", std::string{peer::name_of(static_cast<peer::frame_drop>(why))}}});
  to.counter("troupe_frames_sent_total", "local frames taken for other nodes; one that is sent again counts once",
             peers.frames_sent);
  to.gauge("troupe_lanes_open", "outgoing lanes of all sessions", peers.lanes_open);
  to.counter("troupe_bans_total", "peers that were banned", peers.bans);
}

void add_introductions(list& to, const peer::peer_counters& peers) {
  to.counter("troupe_introductions_told_total", "peers that other peers were told of",
             peers.introductions_told);
  to.counter("troupe_introductions_heard_total", "peers that other peers told of", peers.introductions_heard);
  to.counter("troupe_introductions_dialled_total", "dials on the word of a peer",
             peers.introductions_dialled);
  to.gauge("troupe_introductions_waiting", "peers told of that wait for a dial", peers.introductions_waiting);
  const auto refused = [&](const char* reason, std::uint64_t value) {
    to.counter("troupe_introductions_refused_total", "peers told of that are not dialled, by reason", value,
               {{"reason", reason}});
  };
  refused("unusable", peers.introductions_unusable);
  refused("crowded", peers.introductions_crowded);
  refused("forged", peers.introductions_forged);
}

} // namespace

void add_peer_metrics(std::vector<metric>& to, const peer::peer_counters& peers,
                      const peer::retained_budget& retained, const restart_counters& restarts,
                      const signature_counters& signatures) {
  list all{to};
  add_sessions(all, peers);
  all.counter("troupe_signatures_made_total", "signatures made for votes and broadcasts", signatures.made);
  all.counter("troupe_signatures_checked_total", "signatures checked that were not known to be valid",
              signatures.checked);
  all.gauge("troupe_retained_bytes", "sent and not acknowledged, of all sessions", retained.held());
  all.gauge("troupe_retained_max_bytes", "the budget of it", retained.max());
  all.counter("troupe_dials_total", "dials, each of one or more addresses", peers.dials);
  all.counter("troupe_dials_failed_total", "dials that reached nobody", peers.dials_failed);
  all.gauge("troupe_dials_under_way", "dials now", peers.dials_under_way);
  all.gauge("troupe_dials_waiting", "dials that wait for their turn", peers.dials_waiting);
  all.gauge("troupe_streams_waiting", "streams that wait for a dial", peers.streams_waiting);
  add_introductions(all, peers);
  const auto restarted = [&](const char* supervisor, std::uint64_t value) {
    all.counter("troupe_actor_restarts_total", "actors started again after they ended, by supervisor", value,
                {{"supervisor", supervisor}});
  };
  restarted("node", restarts.node);
  restarted("agreement", restarts.agreement);
  restarted("peers", peers.restarts);
}

} // namespace troupe
