// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/link_contract.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace troupe::test {

using namespace transport;

started_nodes::started_nodes(link_harness& on) : harness(on) {
  for (std::size_t i = 0; i < link_harness::nodes; ++i) {
    observers.push_back(std::make_unique<observer_probe>());
    auto& node = harness.node(i);
    node.start(*observers.back());
    const auto bound = node.listen(harness.listen_address());
    REQUIRE(bound);
    addresses.push_back(*bound);
  }
}

started_nodes::~started_nodes() {
  for (std::size_t i = 0; i < link_harness::nodes; ++i)
    harness.node(i).stop();
  for (auto& observer : observers) {
    observer->log.with([](network_record& log) {
      CHECK(log.violations == std::vector<std::string>{});
      CHECK(log.ups.size() == log.downs.size());
      log.ups.clear();
    });
  }
}

dial_id started_nodes::dial(std::size_t from, std::optional<peer_id> wanted, std::vector<multiaddr> to) {
  const dial_id id{++last_dial_};
  harness.node(from).dial({id, std::move(wanted), std::move(to)});
  return id;
}

started_nodes::ends started_nodes::connect(std::size_t from, std::size_t to) {
  const auto ups = [this](std::size_t i) {
    return observers[i]->log.with([](const network_record& log) { return log.ups.size(); });
  };
  const auto before_to = ups(to);
  const auto before_from = ups(from);
  const auto id = dial(from, harness.node(to).self(), {addresses[to]});
  REQUIRE(harness.pump_until([&] { return ups(from) > before_from && ups(to) > before_to; }));
  ends result;
  observers[from]->log.with([&](const network_record& log) {
    for (const auto& up : log.ups)
      if (up.dialled == id)
        result.dialler = up.link;
  });
  result.listener = observers[to]->log.with([](const network_record& log) { return log.ups.back().link; });
  REQUIRE(result.dialler);
  return result;
}

lane_ptr started_nodes::open(const link_ptr& on, std::vector<std::string> protocols, const lane_log& log,
                             probe_options how) {
  on->open(std::move(protocols), make_probe(log, std::move(how)));
  harness.pump_until(
    [&] { return log->with([](const lane_record& r) { return r.self != nullptr || r.closed; }); });
  return log->with([](const lane_record& r) { return r.self; });
}

bool started_nodes::wait_closed(const lane_log& log) {
  return harness.pump_until(
    [&] { return log->with([](const lane_record& r) { return r.closed.has_value(); }); });
}

bool started_nodes::wait_received(const lane_log& log, std::size_t size) {
  return harness.pump_until(
    [&] { return log->with([&](const lane_record& r) { return r.received.size() >= size; }); });
}

std::optional<transport_errc> started_nodes::wait_down(std::size_t node, link_id link) {
  std::optional<transport_errc> why;
  harness.pump_until([&] {
    observers[node]->log.with([&](const network_record& log) {
      for (const auto& down : log.downs)
        if (down.id == link)
          why = down.why;
    });
    return why.has_value();
  });
  return why;
}

std::optional<transport_errc> started_nodes::wait_failure(std::size_t node, dial_id dial) {
  std::optional<transport_errc> why;
  harness.pump_until([&] {
    observers[node]->log.with([&](const network_record& log) {
      if (const auto found = log.failures.find(dial); found != log.failures.end())
        why = found->second;
    });
    return why.has_value();
  });
  return why;
}

std::vector<link_contract_case> link_contract() {
  auto all = lane_contract();
  for (const auto& part : {flow_contract(), dialling_contract(), identify_contract()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

} // namespace troupe::test
