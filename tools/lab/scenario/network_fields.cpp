// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/network_fields.hpp"

#include "tools/lab/scenario/duration_text.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace troupe::lab {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t bandwidth_max = 1'000'000'000'000;
constexpr span_range delays{0s, 1min}; // well below what drawn_delay can add up

} // namespace

void describe_conditions(form& on, transport::link_conditions& value) {
  on.span("delay_min", value.delay_min, delays, presence::optional);
  on.span("delay_mean", value.delay_mean, delays, presence::optional);
  const std::string_view said = on.given("delay_min") ? "delay_min" : "delay_mean";
  if (on.given(said) && value.delay_mean < value.delay_min)
    on.complain(said, fmt::format("delay_min {} is above delay_mean {}: give both, the mean not below",
                                  exact_text(value.delay_min), exact_text(value.delay_mean)));
  on.span("jitter", value.jitter, delays, presence::optional);
  on.number("bandwidth", value.bandwidth, {0, bandwidth_max});
  on.fraction("split", value.split);
  on.fraction("dial_refused", value.dial_refused);
  on.fraction("drop", value.raw.drop);
  on.fraction("duplicate", value.raw.duplicate);
  on.fraction("reorder", value.raw.reorder);
  on.span("hold_max", value.raw.hold_max, {1us, 1min}, presence::optional);
}

void describe_network(form& on, network_spec& value, node_index nodes) {
  on.open("network");
  describe_conditions(on, value.everywhere);
  on.span("detection", value.detection, {1ms, 10min}, presence::optional);
  std::set<std::pair<node_index, node_index>> seen;
  describe_list(
    on, "link", value.links, links_max, link_override{0, 0, value.everywhere}, [&](link_override& link) {
      const bool known = on.node("from", link.from, nodes);
      if (!on.node("to", link.to, nodes) || !known)
        return describe_conditions(on, link.conditions);
      if (link.from == link.to)
        on.complain("to",
                    fmt::format("a link of {} to itself: from and to must differ", node_name(link.from)));
      else if (!seen.emplace(link.from, link.to).second)
        on.complain("from", fmt::format("the link from {} to {} is described twice", node_name(link.from),
                                        node_name(link.to)));
      describe_conditions(on, link.conditions);
    });
  on.close();
}

} // namespace troupe::lab
