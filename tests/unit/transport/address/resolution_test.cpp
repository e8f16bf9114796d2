// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/resolution.hpp"
#include "transport/address/resolver.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <map>
#include <set>

using namespace troupe;
using namespace troupe::transport;

namespace {

constexpr auto peer_a = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
constexpr auto peer_b = "12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv";

/// A name service out of two tables that counts the questions.
struct zone {
  std::map<std::string, std::vector<bytes>> hosts; ///< both families in one list
  std::map<std::string, std::vector<std::string>> texts;
  std::size_t questions = 0;

  name_service service() {
    return {[this](const std::string& name, name_family family) {
              ++questions;
              std::vector<bytes> found;
              for (const auto& host : hosts[name])
                if (host.size() == (family == name_family::v4 ? 4u : 16u))
                  found.push_back(host);
              return found;
            },
            [this](const std::string& name) {
              ++questions;
              return texts[name];
            }};
  }

  std::vector<std::string> resolved(std::initializer_list<std::string> wanted,
                                    resolution_limits limits = {}) {
    std::vector<multiaddr> addresses;
    for (const auto& text : wanted)
      addresses.push_back(multiaddr::parse(text).value());
    std::vector<std::string> made;
    for (const auto& one : resolve(addresses, service(), limits))
      made.push_back(one.text());
    return made;
  }
};

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("resolution: addresses without names pass unchanged and unasked", "[unit][address]") {
  zone names;
  REQUIRE(names.resolved({"/ip4/1.2.3.4/tcp/1", "/ip6/::1/tcp/2"}) ==
          strings{"/ip4/1.2.3.4/tcp/1", "/ip6/::1/tcp/2"});
  REQUIRE(names.questions == 0);
}

TEST_CASE("resolution: names are replaced at their place, in their family", "[unit][address]") {
  zone names;
  names.hosts["x.org"] = {{1, 2, 3, 4}, bytes(15, 0), {5, 6, 7, 8}};
  bytes loopback(16, 0);
  loopback[15] = 1;
  names.hosts["x.org"].push_back(loopback);
  REQUIRE(names.resolved({"/dns4/x.org/tcp/1"}) == strings{"/ip4/1.2.3.4/tcp/1", "/ip4/5.6.7.8/tcp/1"});
  REQUIRE(names.resolved({"/dns6/x.org/tcp/1"}) == strings{"/ip6/::1/tcp/1"});
  REQUIRE(names.resolved({"/dns/x.org/tcp/1"}) ==
          strings{"/ip6/::1/tcp/1", "/ip4/1.2.3.4/tcp/1", "/ip4/5.6.7.8/tcp/1"});
  REQUIRE(names.resolved({"/dns4/nobody.org/tcp/1", "/ip4/9.9.9.9/tcp/1"}) == strings{"/ip4/9.9.9.9/tcp/1"});
}

TEST_CASE("resolution: dnsaddr follows its records and keeps only the wanted peer", "[unit][address]") {
  zone names;
  names.hosts["y.org"] = {{1, 1, 1, 1}};
  const std::string a = std::string{"/ip4/1.2.3.4/tcp/1/p2p/"} + peer_a;
  const std::string b = std::string{"/dns4/y.org/tcp/2/p2p/"} + peer_b;
  names.texts["_dnsaddr.x.org"] = {"dnsaddr=" + a, "v=spf1 -all", "dnsaddr=nonsense", "dnsaddr=" + b};
  const std::string resolved_b = std::string{"/ip4/1.1.1.1/tcp/2/p2p/"} + peer_b;
  REQUIRE(names.resolved({"/dnsaddr/x.org"}) == strings{a, resolved_b});
  REQUIRE(names.resolved({std::string{"/dnsaddr/x.org/p2p/"} + peer_b}) == strings{resolved_b});
}

TEST_CASE("resolution: a dnsaddr that leads to itself ends at the depth limit", "[unit][address]") {
  zone names;
  names.texts["_dnsaddr.x.org"] = {"dnsaddr=/dnsaddr/x.org"};
  REQUIRE(names.resolved({"/dnsaddr/x.org"}).empty());
  REQUIRE(names.questions == 32);
}

TEST_CASE("resolution: a tree of dnsaddrs ends at the question limit", "[unit][address]") {
  zone names;
  names.texts["_dnsaddr.x.org"] = strings(10, "dnsaddr=/dnsaddr/x.org");
  REQUIRE(names.resolved({"/dnsaddr/x.org"}).empty());
  REQUIRE(names.questions == 64);
}

TEST_CASE("resolution: answers are bounded and without duplicates", "[unit][address]") {
  zone names;
  for (int i = 0; i < 300; ++i)
    names.hosts["x.org"].push_back(
      {1, 1, static_cast<std::uint8_t>(i / 200), static_cast<std::uint8_t>(i % 100)});
  const auto found = names.resolved({"/dns4/x.org/tcp/1"});
  REQUIRE(found.size() == 32);
  REQUIRE(std::set<std::string>(found.begin(), found.end()).size() == 32);
}

TEST_CASE("resolution: needs a name service only for names", "[unit][address]") {
  REQUIRE(needs_resolving({*multiaddr::parse("/ip4/1.1.1.1/tcp/1"), *multiaddr::parse("/dnsaddr/x.org")}));
  REQUIRE_FALSE(needs_resolving({*multiaddr::parse("/ip4/1.1.1.1/tcp/1")}));
}

TEST_CASE("resolver: answers from its own thread and refuses more than its queue holds", "[unit][address]") {
  // Shared with the worker, which may still be asking when the test has ended.
  struct flags {
    std::promise<void> asked;
    std::promise<void> go_on;
    std::shared_future<void> blocked{go_on.get_future()};
    bool first = true;
  };
  const auto shared = std::make_shared<flags>();
  name_service names;
  names.hosts = [shared](const std::string&, name_family) {
    if (std::exchange(shared->first, false))
      shared->asked.set_value();
    shared->blocked.wait();
    return std::vector<bytes>{{1, 2, 3, 4}};
  };
  resolver subject{names};
  const std::vector<multiaddr> wanted{*multiaddr::parse("/dns4/x.org/tcp/1")};
  std::promise<std::vector<multiaddr>> answer;
  REQUIRE(subject.start(wanted, [&](auto found) { answer.set_value(found); }));
  shared->asked.get_future().wait();
  std::size_t queued = 0;
  while (subject.start(wanted, [](auto) {}) && queued < 1000)
    ++queued;
  REQUIRE(queued == resolver::queue_max);
  shared->go_on.set_value();
  REQUIRE(answer.get_future().get().at(0).text() == "/ip4/1.2.3.4/tcp/1");
}

TEST_CASE("resolver: destroyed in mid question it waits for nobody and calls nobody", "[unit][address]") {
  struct flags {
    std::promise<void> asked;
    std::promise<void> go_on;
    std::promise<void> left;
  };
  const auto shared = std::make_shared<flags>();
  bool called = false;
  {
    name_service names;
    names.hosts = [shared](const std::string&, name_family) {
      shared->asked.set_value();
      shared->go_on.get_future().wait();
      return std::vector<bytes>{{1, 2, 3, 4}};
    };
    resolver subject{names};
    // The callback is destroyed by the worker on its way out, which the last flag tells.
    const auto last = std::shared_ptr<void>(nullptr, [shared](void*) { shared->left.set_value(); });
    subject.start({*multiaddr::parse("/dns4/x.org/tcp/1")}, [&called, last](auto) { called = true; });
    shared->asked.get_future().wait();
  }
  shared->go_on.set_value();
  shared->left.get_future().wait();
  REQUIRE_FALSE(called);
}
