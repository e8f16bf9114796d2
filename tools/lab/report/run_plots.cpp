// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/run_plots.hpp"

#include "tools/lab/report/number_text.hpp"
#include "tools/lab/report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace troupe::lab {
namespace {

constexpr double row_height = 20;
constexpr std::size_t kind_characters = 13;

// What is closer than a pixel is drawn as one.
duration resolution(const timeline& over) {
  return duration{over.end.count() / static_cast<duration::rep>(plot_frame::width)};
}

std::string span_text(duration from, duration until) {
  return from == until ? "at " + duration_text(from)
                       : fmt::format("{} to {}", duration_text(from), duration_text(until));
}

std::string bin_text(const timeline& over, std::size_t bin) {
  const auto from = over.width * static_cast<duration::rep>(bin);
  return span_text(from, from + over.width);
}

struct legend_entry {
  std::string css;
  std::string text;
};

void open_figure(markup& to, std::string_view heading, const std::vector<legend_entry>& legend, bool faults) {
  to.open("figure");
  to.element("h3", {{"class", "plot"}}, heading);
  to.open("ul", {{"class", "legend"}});
  const auto entry = [&](std::string_view shape, std::string_view css, std::string_view text) {
    to.open("li");
    to.open("svg",
            {{"xmlns", "http://www.w3.org/2000/svg"}, {"viewBox", "0 0 22 10"}, {"aria-hidden", "true"}});
    if (shape == "line")
      to.leaf("path", {{"class", css}, {"d", "M2 5H20"}});
    else
      to.leaf("rect", {{"class", css}, {"width", "22"}, {"height", "10"}});
    to.close();
    to.text(text);
    to.close();
  };
  for (const auto& each : legend)
    entry("line", "curve c" + each.css, each.text);
  if (faults)
    entry("rect", "band", "a fault is active");
  to.close();
}

// `drawing` adds what is between the bands and the hover texts.
template <class Drawing>
void draw_figure(markup& to, const run_record& run, const plot_frame& frame, const plot_words& words,
                 const std::vector<legend_entry>& legend, const std::vector<axis_mark>& marks,
                 const Drawing& drawing, duration apart) {
  open_figure(to, words.title, legend, !run.faults.empty());
  open_plot(to, frame, words);
  draw_bands(to, frame, joined_spans(run.faults, apart));
  draw_axes(to, frame, marks);
  drawing();
  if (run.load_until > duration{} && run.load_until < frame.end)
    draw_instant(to, frame, run.load_until, "end of the load");
  to.close();
  to.close();
}

double per_second(std::uint64_t operations, const timeline& over) {
  return static_cast<double>(operations) / std::chrono::duration<double>(over.width).count();
}

// Latencies are drawn by the logarithm: an outage is a thousand times as long as an answer.
struct latency_scale {
  double low = 0;  // of log10 of microseconds
  double high = 1; // whole, above low

  double share(duration value) const {
    const auto us = std::max(static_cast<double>(value.count()) / 1e3, 1e-3);
    return (std::log10(us) - low) / (high - low);
  }
};

latency_scale scale_of(const timeline& over) {
  duration least = duration::max(), most{};
  for (const auto& bin : over.bins)
    if (bin.latency) {
      least = std::min(least, bin.latency->p50);
      most = std::max(most, bin.latency->max);
    }
  const auto decade = [](duration value) {
    return std::log10(std::max(static_cast<double>(value.count()) / 1e3, 1e-3));
  };
  const auto low = least > most ? 0 : std::floor(decade(least));
  return {low, std::max(low + 1, std::ceil(decade(most)))};
}

std::vector<std::optional<double>> latency_curve(const timeline& over, const latency_scale& scale,
                                                 duration time_bin::latencies::*which) {
  std::vector<std::optional<double>> out;
  for (const auto& bin : over.bins)
    out.push_back(bin.latency ? std::optional{scale.share((*bin.latency).*which)} : std::nullopt);
  return out;
}

} // namespace

void draw_fault_rows(markup& to, const run_record& run, const timeline& over) {
  const auto rows = rows_by_kind(run.faults, resolution(over), fault_rows_max);
  if (rows.empty())
    return;
  const plot_frame frame{over.end, row_height * static_cast<double>(rows.size())};
  const auto words = fmt::format("{} faults of {} kinds; the list is below", run.faults.size(), rows.size());
  to.open("figure");
  to.element("h3", {{"class", "plot"}}, "Faults");
  open_plot(to, frame, {"faults", "Faults by kind over time", words});
  draw_axes(to, frame, {});
  double y = frame.top;
  for (const auto& row : rows) {
    to.element("text", {{"class", "end"}, {"x", coordinate(frame.left - 8)}, {"y", coordinate(y + 13)}},
               shortened(row.kind, kind_characters));
    for (const auto& span : row.spans) {
      const auto x = frame.x(span.from);
      to.open("rect", {{"class", "fault"},
                       {"x", coordinate(x)},
                       {"y", coordinate(y + 3)},
                       {"width", coordinate(std::max(frame.x(span.until) - x, 2.0))},
                       {"height", coordinate(row_height - 7)},
                       {"rx", "2"}});
      to.element("title",
                 fmt::format("{} {}{}", row.kind, span_text(span.from, span.until),
                             span.faults > 1 ? fmt::format(", {} of them", count_text(span.faults)) : ""));
      to.close();
    }
    y += row_height;
  }
  to.close();
  to.close();
}

void draw_availability(markup& to, const run_record& run, const timeline& over) {
  const plot_frame frame{over.end};
  curve ok{"2", {}, true};
  double worst = 1;
  for (const auto& bin : over.bins) {
    ok.shares.push_back(bin.availability());
    worst = std::min(worst, ok.shares.back().value_or(1));
  }
  const plot_words words{
    "availability", "Availability: share of the operations begun that were answered ok",
    fmt::format("In bins of {}; the lowest is {}", duration_text(over.width), share_text(worst))};
  const auto hover = [&](std::size_t i) -> std::string {
    const auto& bin = over.bins[i];
    if (!bin.availability())
      return "";
    return fmt::format("{}: {} ok, {} failed, {} unknown ({})", bin_text(over, i), bin.invoked.ok,
                       bin.invoked.failed, bin.invoked.unknown, share_text(*bin.availability()));
  };
  const auto drawing = [&] {
    draw_curve(to, frame, ok);
    draw_hovers(to, frame, over.bins.size(), hover);
  };
  draw_figure(to, run, frame, words, {{"2", "answered ok"}}, {{0, "0 %"}, {0.5, "50 %"}, {1, "100 %"}},
              drawing, resolution(over));
}

void draw_rate(markup& to, const run_record& run, const timeline& over) {
  const plot_frame frame{over.end};
  double most = 0;
  for (const auto& bin : over.bins)
    most = std::max(most, per_second(std::max(bin.answered.ok, bin.answered.failed), over));
  const auto top = rounded_up(most);
  curve ok{"1", {}, true}, failed{"bad", {}, false};
  for (const auto& bin : over.bins) {
    ok.shares.emplace_back(per_second(bin.answered.ok, over) / top);
    failed.shares.emplace_back(per_second(bin.answered.failed, over) / top);
  }
  const plot_words words{
    "rate", "Operations answered per second",
    fmt::format("In bins of {}; at most {} per second", duration_text(over.width), short_number(most))};
  const auto hover = [&](std::size_t i) {
    return fmt::format("{}: {} ok, {} failed", bin_text(over, i), over.bins[i].answered.ok,
                       over.bins[i].answered.failed);
  };
  const auto drawing = [&] {
    draw_curve(to, frame, ok);
    if (std::ranges::any_of(over.bins, [](const time_bin& bin) { return bin.answered.failed > 0; }))
      draw_curve(to, frame, failed);
    draw_hovers(to, frame, over.bins.size(), hover);
  };
  draw_figure(to, run, frame, words, {{"1", "ok"}, {"bad", "failed"}},
              {{0, "0"}, {0.5, short_number(top / 2)}, {1, short_number(top)}}, drawing, resolution(over));
}

void draw_latency(markup& to, const run_record& run, const timeline& over) {
  const plot_frame frame{over.end};
  const auto scale = scale_of(over);
  std::vector<axis_mark> marks;
  for (auto decade = scale.low; decade <= scale.high; ++decade)
    marks.push_back(
      {(decade - scale.low) / (scale.high - scale.low),
       duration_text(duration{static_cast<duration::rep>(std::llround(std::pow(10.0, decade) * 1e3))})});
  const plot_words words{"latency", "Latency of the operations answered ok, by the time they began",
                         "Median, 99th percentile and maximum per bin; logarithmic"};
  const auto hover = [&](std::size_t i) -> std::string {
    const auto& latency = over.bins[i].latency;
    if (!latency)
      return "";
    return fmt::format("{}: p50 {}, p99 {}, max {}", bin_text(over, i), duration_text(latency->p50),
                       duration_text(latency->p99), duration_text(latency->max));
  };
  const auto drawing = [&] {
    draw_curve(to, frame, {"0", latency_curve(over, scale, &time_bin::latencies::max), false});
    draw_curve(to, frame, {"3", latency_curve(over, scale, &time_bin::latencies::p99), false});
    draw_curve(to, frame, {"1", latency_curve(over, scale, &time_bin::latencies::p50), false});
    draw_hovers(to, frame, over.bins.size(), hover);
  };
  draw_figure(to, run, frame, words, {{"1", "p50"}, {"3", "p99"}, {"0", "max"}}, marks, drawing,
              resolution(over));
}

void write_bins(markup& to, const timeline& over) {
  to.open("details");
  to.element("summary", "The plots as a table");
  to.open("div", {{"class", "scroll"}});
  to.open("table");
  to.open("thead");
  to.open("tr");
  for (const auto* const head : {"time", "begun", "ok", "failed", "unknown", "p50", "p99", "max"})
    to.element("th", {{"scope", "col"}}, head);
  to.close();
  to.close();
  to.open("tbody");
  for (std::size_t i = 0; i < over.bins.size(); ++i) {
    const auto& bin = over.bins[i];
    if (!bin.availability())
      continue;
    to.open("tr");
    const auto cell = [&](std::string_view text) { to.element("td", {{"class", "number"}}, text); };
    cell(bin_text(over, i));
    cell(count_text(bin.invoked.ok + bin.invoked.failed + bin.invoked.unknown));
    cell(count_text(bin.invoked.ok));
    cell(count_text(bin.invoked.failed));
    cell(count_text(bin.invoked.unknown));
    const auto& latency = bin.latency;
    cell(latency ? duration_text(latency->p50) : "-");
    cell(latency ? duration_text(latency->p99) : "-");
    cell(latency ? duration_text(latency->max) : "-");
    to.close();
  }
  for (int i = 0; i < 4; ++i)
    to.close();
}

} // namespace troupe::lab
