// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/space_time.hpp"

#include "tools/lab/report/fault_spans.hpp"
#include "tools/lab/report/number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace troupe::lab {
namespace {

constexpr double row_height = 15, top = 34, time_width = 104, head_length = 7;
constexpr double columns_width = 880, column_min = 96, column_max = 230, character = 7;
constexpr std::size_t colours = 6, bands_max = 200;
constexpr std::size_t label_characters = 16;

// Where things are on paper.
class sheet {
public:
  explicit sheet(const space_time_window& shown)
    : shown_(shown), column_(std::clamp(
                       std::max(columns_width / static_cast<double>(shown.nodes.size()), events_width(shown)),
                       column_min, column_max)) {}

  double x(node_index node) const {
    const auto at = std::ranges::lower_bound(shown_.nodes, node) - shown_.nodes.begin();
    return time_width + (static_cast<double>(at) + 0.5) * column_;
  }
  double y(duration at) const { return top + (shown_.row(at) + 0.5) * row_height; }
  double width() const { return time_width + column_ * (static_cast<double>(shown_.nodes.size()) + 0.3); }
  double bottom() const { return top + static_cast<double>(shown_.instants.size()) * row_height; }
  double height() const { return bottom() + 26; }
  std::size_t event_characters() const { return static_cast<std::size_t>(column_ / character); }

private:
  /// Of a column in which no event need be cut.
  static double events_width(const space_time_window& shown) {
    std::size_t most = 0;
    for (const auto& event : shown.events)
      most = std::max(most, event.text.size());
    return character * static_cast<double>(most + 1);
  }

  const space_time_window& shown_;
  double column_;
};

// The most frequent names have a colour of their own, "1" to "6"; the others share "0".
std::map<std::string, std::string> colours_of(const space_time_window& shown) {
  std::map<std::string, std::size_t> times;
  for (const auto& message : shown.messages)
    ++times[message.name];
  std::vector<std::pair<std::string, std::size_t>> ranked(times.begin(), times.end());
  std::ranges::stable_sort(ranked, std::greater{}, [](const auto& each) { return each.second; });
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < ranked.size(); ++i)
    out[ranked[i].first] = i < colours ? std::to_string(i + 1) : "0";
  return out;
}

std::string exact_time(duration at) {
  return fmt::format("{}.{:03} ms", count_text(static_cast<std::uint64_t>(at.count() / 1'000'000)),
                     at.count() / 1000 % 1000);
}

std::string message_text(const message_record& message) {
  return fmt::format("{} {} to {}, sent {}, {} {}", message.name, node_name(message.from),
                     node_name(message.to), exact_time(message.sent), message.lost ? "lost" : "received",
                     exact_time(message.received));
}

void draw_lives(markup& to, const space_time_window& shown, const sheet& on) {
  for (const auto node : shown.nodes) {
    const auto x = coordinate(on.x(node));
    to.leaf("line", {{"class", "life"},
                     {"x1", x},
                     {"x2", x},
                     {"y1", coordinate(top - 6)},
                     {"y2", coordinate(on.bottom() + 6)}});
    to.element("text", {{"class", "strong middle"}, {"x", x}, {"y", "20"}}, node_name(node));
    to.element("text", {{"class", "strong middle"}, {"x", x}, {"y", coordinate(on.bottom() + 20)}},
               node_name(node));
  }
  for (std::size_t i = 0; i < shown.instants.size(); i += 2) {
    const auto y = coordinate(on.y(shown.instants[i]) + 4);
    to.element("text", {{"class", "end"}, {"x", coordinate(time_width - 14)}, {"y", y}},
               exact_time(shown.instants[i]));
  }
}

void draw_band(markup& to, const fault_record& fault, node_index node, const sheet& on) {
  const auto from = on.y(fault.from), until = on.y(std::max(fault.from, fault.until));
  to.open("rect", {{"class", "band"},
                   {"x", coordinate(on.x(node) - 14)},
                   {"y", coordinate(from - row_height / 2)},
                   {"width", "28"},
                   {"height", coordinate(until - from + row_height)}});
  to.element("title", fmt::format("{} {}, {} to {}", fault.kind, fault.subject, exact_time(fault.from),
                                  exact_time(fault.until)));
  to.close();
}

// How many bands there was no room for.
std::size_t draw_bands(markup& to, const run_record& run, const space_time_window& shown, const sheet& on) {
  std::size_t drawn = 0, left_out = 0;
  for (const auto& fault : run.faults) {
    if (fault.from > shown.instants.back() || std::max(fault.from, fault.until) < shown.instants.front())
      continue;
    auto nodes = nodes_of(fault);
    if (nodes.empty())
      nodes = shown.nodes;
    for (const auto node : nodes) {
      if (!std::ranges::binary_search(shown.nodes, node))
        continue;
      if (drawn == bands_max) {
        ++left_out;
        continue;
      }
      draw_band(to, fault, node, on);
      ++drawn;
    }
  }
  return left_out;
}

void draw_message(markup& to, const message_record& message, const std::string& colour, const sheet& on) {
  const auto x1 = on.x(message.from), y1 = on.y(message.sent);
  auto x2 = on.x(message.to), y2 = on.y(std::max(message.sent, message.received));
  if (message.from == message.to)
    x2 += 24;
  if (message.lost) // ends before the other side
    x2 = x1 + 0.7 * (x2 - x1);
  const auto length = std::max(std::hypot(x2 - x1, y2 - y1), 1.0);
  const auto dx = (x2 - x1) / length, dy = (y2 - y1) / length;
  to.open("g");
  to.element("title", message_text(message));
  to.leaf("path", {{"class", message.lost ? "arrow lost" : "arrow c" + colour},
                   {"d", fmt::format("M{} {}L{} {}", coordinate(x1), coordinate(y1), coordinate(x2),
                                     coordinate(y2))}});
  if (message.lost)
    to.leaf("path", {{"class", "cross"},
                     {"d", fmt::format("M{} {}l8 8m0 -8l-8 8", coordinate(x2 - 4), coordinate(y2 - 4))}});
  else
    to.leaf("path", {{"class", "f" + colour},
                     {"d", fmt::format("M{} {}L{} {}L{} {}Z", coordinate(x2), coordinate(y2),
                                       coordinate(x2 - head_length * dx - 3 * dy),
                                       coordinate(y2 - head_length * dy + 3 * dx),
                                       coordinate(x2 - head_length * dx + 3 * dy),
                                       coordinate(y2 - head_length * dy - 3 * dx))}});
  to.element("text",
             {{"class", x2 < x1 ? "label end" : "label"},
              {"x", coordinate(x1 + (x2 < x1 ? -18 : 18))},
              {"y", coordinate(y1 + 18 * std::abs(dy) / std::max(std::abs(dx), 0.2) - 3)}},
             shortened(message.name, label_characters));
  to.close();
}

void draw_events(markup& to, const space_time_window& shown, const sheet& on) {
  for (const auto& event : shown.events) {
    to.open("g");
    to.element("title", fmt::format("{} {}: {}", exact_time(event.at), node_name(event.node), event.text));
    to.leaf("circle", {{"class", "event"},
                       {"cx", coordinate(on.x(event.node))},
                       {"cy", coordinate(on.y(event.at))},
                       {"r", "4"}});
    to.element(
      "text",
      {{"class", "happened"}, {"x", coordinate(on.x(event.node) + 8)}, {"y", coordinate(on.y(event.at) + 4)}},
      shortened_to_end(event.text, on.event_characters())); // what was delivered comes last
    to.close();
  }
}

void draw_violations(markup& to, const run_record& run, const space_time_window& shown, const sheet& on) {
  std::map<duration, std::string> at;
  for (const auto& check : run.checks)
    if (check.violated_at && std::ranges::binary_search(shown.instants, *check.violated_at)) {
      auto& names = at[*check.violated_at];
      names += names.empty() ? check.name : ", " + check.name;
    }
  std::string_view id = "violation"; // of the first one, which the link above the diagram leads to
  for (const auto& [when, names] : at) {
    const auto y = on.y(when);
    to.leaf("line", {{"class", "violation"},
                     {"id", std::exchange(id, "")},
                     {"x1", coordinate(time_width - 8)},
                     {"x2", coordinate(on.width() - 6)},
                     {"y1", coordinate(y)},
                     {"y2", coordinate(y)}});
    to.element("text",
               {{"class", "label violated end"}, {"x", coordinate(on.width() - 8)}, {"y", coordinate(y - 4)}},
               "violated: " + shortened(names, 60));
  }
}

void write_legend(markup& to, const std::map<std::string, std::string>& colour,
                  const space_time_window& shown, const run_record& run) {
  const auto entry = [&](std::string_view name, std::string_view css, std::string_view shape,
                         std::string_view text) {
    to.open("li");
    to.open("svg",
            {{"xmlns", "http://www.w3.org/2000/svg"}, {"viewBox", "0 0 22 10"}, {"aria-hidden", "true"}});
    to.leaf(
      name,
      {{"class", css}, {name == "path" ? "d" : "width", shape}, {"height", name == "path" ? "" : "10"}});
    to.close();
    to.text(text);
    to.close();
  };
  to.open("ul", {{"class", "legend"}});
  bool others = false;
  for (const auto& [name, css] : colour) {
    others = others || css == "0";
    if (css != "0")
      entry("path", "arrow c" + css, "M1 5H21", name);
  }
  if (others)
    entry("path", "arrow c0", "M1 5H21", "other messages");
  if (std::ranges::any_of(shown.messages, &message_record::lost))
    entry("path", "cross", "M7 1l8 8m0 -8l-8 8", "lost");
  if (!run.faults.empty())
    entry("rect", "band", "22", "a fault is active on the node");
  to.close();
}

void write_list(markup& to, const space_time_window& shown) {
  std::multimap<duration, std::string> lines;
  for (const auto& message : shown.messages)
    lines.emplace(message.sent, message_text(message));
  for (const auto& event : shown.events)
    lines.emplace(event.at,
                  fmt::format("{} {}: {}", exact_time(event.at), node_name(event.node), event.text));
  to.open("details");
  to.element("summary", "The diagram as a list");
  to.open("ol");
  for (const auto& [ignored, line] : lines)
    to.element("li", line);
  to.close();
  to.close();
}

void write_left_out(markup& to, const space_time_window& shown, std::size_t bands) {
  const std::pair<std::size_t, std::string_view> all[] = {{shown.messages_left_out, "messages"},
                                                          {shown.events_left_out, "events"},
                                                          {shown.nodes_left_out, "nodes"},
                                                          {bands, "fault bands"}};
  std::string text;
  for (const auto& [number, what] : all)
    if (number > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count_text(number), what);
  if (!text.empty())
    to.element("p", {{"class", "soft"}}, "Left out: " + text + ".");
}

} // namespace

void draw_space_time(markup& to, const run_record& run) {
  const auto shown = window_of(run);
  if (shown.empty()) {
    to.element("p", {{"class", "soft"}}, "No messages were recorded for this run.");
    return;
  }
  const sheet on(shown);
  const auto colour = colours_of(shown);
  const bool violated = first_violation(run).has_value();
  to.open("p", {{"class", "soft"}});
  to.text(violated ? "Around the first violation. " : "Around the end of the load. ");
  to.text("Time runs down; a row is an instant, so distances are not to scale. ");
  if (violated)
    to.element("a", {{"href", "#violation"}}, "Go to the violation");
  to.close();
  write_legend(to, colour, shown, run);
  to.open("div", {{"class", "diagram"}, {"tabindex", "0"}});
  const auto width = coordinate(on.width()), height = coordinate(on.height());
  to.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                  {"viewBox", fmt::format("0 0 {} {}", width, height)},
                  {"width", width},
                  {"height", height},
                  {"role", "img"},
                  {"aria-labelledby", "space-time-title space-time-description"}});
  to.element("title", {{"id", "space-time-title"}}, "Space-time diagram");
  to.element(
    "desc", {{"id", "space-time-description"}},
    fmt::format("{} messages and {} events on {} nodes between {} and {}; the list below has the same",
                shown.messages.size(), shown.events.size(), shown.nodes.size(),
                exact_time(shown.instants.front()), exact_time(shown.instants.back())));
  const auto bands_left_out = draw_bands(to, run, shown, on);
  draw_lives(to, shown, on);
  for (const auto& message : shown.messages)
    draw_message(to, message, colour.at(message.name), on);
  draw_events(to, shown, on);
  draw_violations(to, run, shown, on);
  to.close();
  to.close();
  write_left_out(to, shown, bands_left_out);
  write_list(to, shown);
}

} // namespace troupe::lab
