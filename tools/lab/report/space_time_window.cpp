// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/space_time_window.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace troupe::lab {
namespace {

duration distance(duration a, duration b) {
  return a < b ? b - a : a - b;
}

// The `most` entries nearest to the pivot, in their order in `all`; ties go to the earlier ones.
template <class Record, class Distance>
std::vector<Record> nearest(const std::vector<Record>& all, std::size_t most, const Distance& distance_of) {
  std::vector<std::pair<duration, std::size_t>> ranked;
  ranked.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    ranked.emplace_back(distance_of(all[i]), i);
  if (ranked.size() > most) {
    std::ranges::nth_element(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(most));
    ranked.resize(most);
  }
  std::ranges::sort(ranked, {}, [](const auto& each) { return each.second; });
  std::vector<Record> out;
  for (const auto& [ignored, index] : ranked)
    out.push_back(all[index]);
  return out;
}

void join_events(std::vector<event_record>& events) {
  std::map<std::pair<duration, node_index>, std::string> joined;
  for (const auto& event : events) {
    auto& text = joined[{event.at, event.node}];
    text += text.empty() ? event.text : "; " + event.text;
  }
  events.clear();
  for (auto& [key, text] : joined)
    events.push_back({key.second, key.first, std::move(text)});
}

void keep_nodes(space_time_window& in) {
  std::set<node_index> all;
  for (const auto& message : in.messages)
    all.insert({message.from, message.to});
  for (const auto& event : in.events)
    all.insert(event.node);
  in.nodes.assign(all.begin(), all.end());
  if (in.nodes.size() <= diagram_nodes_max)
    return;
  in.nodes_left_out = in.nodes.size() - diagram_nodes_max;
  in.nodes.resize(diagram_nodes_max);
  const auto last = in.nodes.back();
  in.messages_left_out +=
    std::erase_if(in.messages, [&](const auto& each) { return std::max(each.from, each.to) > last; });
  in.events_left_out += std::erase_if(in.events, [&](const auto& each) { return each.node > last; });
}

void collect_instants(space_time_window& in, const run_record& run) {
  std::set<duration> all;
  for (const auto& message : in.messages)
    all.insert({message.sent, std::max(message.sent, message.received)});
  for (const auto& event : in.events)
    all.insert(event.at);
  if (!all.empty()) {
    const auto first = *all.begin(), last = *all.rbegin();
    if (const auto violated = first_violation(run)) // often seen long after the last message
      all.insert(*violated);
    for (const auto& check : run.checks)
      if (check.violated_at && *check.violated_at >= first && *check.violated_at <= last)
        all.insert(*check.violated_at);
  }
  in.instants.assign(all.begin(), all.end());
}

} // namespace

std::optional<duration> first_violation(const run_record& run) {
  std::optional<duration> first;
  for (const auto& check : run.checks)
    if (!check.passed && check.violated_at && (!first || *check.violated_at < *first))
      first = check.violated_at;
  return first;
}

double space_time_window::row(duration at) const {
  const auto next = std::ranges::lower_bound(instants, at);
  const auto index = static_cast<double>(next - instants.begin());
  if (next == instants.end())
    return instants.empty() ? 0 : index - 1;
  if (next == instants.begin())
    return 0;
  const auto before = *std::prev(next);
  return index - static_cast<double>((*next - at).count()) / static_cast<double>((*next - before).count());
}

space_time_window window_of(const run_record& run) {
  const auto pivot = first_violation(run).value_or(run.load_until);
  space_time_window out;
  out.messages = nearest(run.message_window, diagram_messages_max, [&](const message_record& each) {
    return std::min(distance(each.sent, pivot), distance(each.received, pivot));
  });
  out.events = nearest(run.event_window, diagram_events_max,
                       [&](const event_record& each) { return distance(each.at, pivot); });
  out.messages_left_out = run.message_window.size() - out.messages.size();
  out.events_left_out = run.event_window.size() - out.events.size();
  keep_nodes(out);
  join_events(out.events);
  std::ranges::stable_sort(out.messages, {}, &message_record::sent);
  collect_instants(out, run);
  return out;
}

} // namespace troupe::lab
