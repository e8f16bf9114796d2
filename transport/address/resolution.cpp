// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/resolution.hpp"

#include <algorithm>

namespace troupe::transport {
namespace {

constexpr std::string_view dnsaddr_prefix = "dnsaddr=";
constexpr std::size_t name_size_max = 253;

class resolution {
public:
  resolution(const name_service& names, resolution_limits limits) : names_(names), limits_(limits) {}

  void add(const multiaddr& address, std::size_t depth) {
    if (result.size() >= limits_.addresses_max || !address.known())
      return;
    const auto parts = address.components();
    const auto named = std::find_if(parts.begin(), parts.end(), [](const auto& part) {
      return part.code >= multiaddr_code::dns && part.code <= multiaddr_code::dnsaddr;
    });
    if (named == parts.end()) {
      if (std::find(result.begin(), result.end(), address) == result.end())
        result.push_back(address);
      return;
    }
    if (named->value.empty() || named->value.size() > name_size_max)
      return;
    const auto at = static_cast<std::size_t>(named - parts.begin());
    if (named->code == multiaddr_code::dnsaddr)
      add_dnsaddr(address, std::string{as_text(named->value)}, depth);
    if (named->code == multiaddr_code::dns || named->code == multiaddr_code::dns6)
      add_hosts(parts, at, name_family::v6, depth);
    if (named->code == multiaddr_code::dns || named->code == multiaddr_code::dns4)
      add_hosts(parts, at, name_family::v4, depth);
  }

  std::vector<multiaddr> result;

private:
  bool may_ask() { return questions_ < limits_.questions_max && ++questions_ > 0; }

  void add_hosts(const std::vector<multiaddr::component>& parts, std::size_t at, name_family family,
                 std::size_t depth) {
    if (!may_ask())
      return;
    const auto size = family == name_family::v4 ? 4u : 16u;
    for (auto& host : names_.hosts(std::string{as_text(parts[at].value)}, family)) {
      if (host.size() != size)
        continue;
      auto replaced = parts;
      replaced[at] = {family == name_family::v4 ? multiaddr_code::ip4 : multiaddr_code::ip6, std::move(host)};
      add(multiaddr::from_components(replaced), depth);
    }
  }

  void add_dnsaddr(const multiaddr& address, const std::string& name, std::size_t depth) {
    if (depth >= limits_.depth_max || !may_ask())
      return;
    const auto peer = address.peer();
    for (const auto& text : names_.texts("_dnsaddr." + name)) {
      if (!text.starts_with(dnsaddr_prefix))
        continue;
      const auto told = multiaddr::parse(std::string_view{text}.substr(dnsaddr_prefix.size()));
      if (told && (!peer || told->peer() == peer))
        add(*told, depth + 1);
    }
  }

  const name_service& names_;
  resolution_limits limits_;
  std::size_t questions_ = 0;
};

} // namespace

std::vector<multiaddr> resolve(const std::vector<multiaddr>& addresses, const name_service& names,
                               resolution_limits limits) {
  resolution run{names, limits};
  for (const auto& address : addresses)
    run.add(address, 0);
  return std::move(run.result);
}

} // namespace troupe::transport
