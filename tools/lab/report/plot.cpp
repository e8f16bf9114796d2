// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/plot.hpp"

#include "tools/lab/report/number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace troupe::lab {
namespace {

constexpr double band_width_min = 2; // so that an instant shows
constexpr double time_marks_wanted = 8;

double bin_x(const plot_frame& frame, std::size_t bin, std::size_t bins) {
  const auto share = static_cast<double>(bin) / static_cast<double>(bins);
  return frame.left + share * (frame.width - frame.left - frame.right);
}

struct point {
  double x;
  double y;
};

std::string line_through(const std::vector<point>& run) {
  std::string path;
  for (std::size_t i = 0; i < run.size(); ++i)
    path += fmt::format("{}{} {}", i == 0 ? "M" : "L", coordinate(run[i].x), coordinate(run[i].y));
  if (run.size() == 1)
    path += "h0.01"; // a round cap makes a dot of it
  return path;
}

} // namespace

double plot_frame::x(duration at) const {
  const auto share = static_cast<double>(at.count()) / static_cast<double>(end.count());
  return left + std::clamp(share, 0.0, 1.0) * (width - left - right);
}

double plot_frame::y(double share) const {
  return bottom() - std::clamp(share, 0.0, 1.0) * height;
}

double rounded_up(double value) {
  double power = 1;
  while (power * 10 < value && power < 1e300)
    power *= 10;
  for (const double factor : {1.0, 2.0, 5.0})
    if (power * factor >= value)
      return power * factor;
  return power * 10;
}

std::vector<duration> time_marks(duration end) {
  const auto step =
    static_cast<duration::rep>(rounded_up(static_cast<double>(end.count()) / time_marks_wanted));
  std::vector<duration> out;
  for (duration::rep at = 0; at <= end.count() && end.count() - at >= 0; at += step) {
    out.emplace_back(at);
    if (at > end.count() - step)
      break;
  }
  return out;
}

void open_plot(markup& to, const plot_frame& frame, const plot_words& words) {
  const auto height = coordinate(frame.bottom() + frame.axis_height);
  const auto box = fmt::format("0 0 {} {}", coordinate(frame.width), height);
  const auto title = words.id + "-title", description = words.id + "-description";
  to.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                  {"viewBox", box},
                  {"role", "img"},
                  {"aria-labelledby", title + " " + description}});
  to.element("title", {{"id", title}}, words.title);
  to.element("desc", {{"id", description}}, words.description);
}

void draw_axes(markup& to, const plot_frame& frame, const std::vector<axis_mark>& marks) {
  const auto bottom = coordinate(frame.bottom());
  for (const auto& mark : marks) {
    const auto y = coordinate(frame.y(mark.share));
    to.leaf("line", {{"class", "grid"},
                     {"x1", coordinate(frame.left)},
                     {"x2", coordinate(frame.width - frame.right)},
                     {"y1", y},
                     {"y2", y}});
    to.element(
      "text",
      {{"class", "end"}, {"x", coordinate(frame.left - 8)}, {"y", coordinate(frame.y(mark.share) + 4)}},
      mark.text);
  }
  for (const auto at : time_marks(frame.end)) {
    const auto x = coordinate(frame.x(at));
    const bool last = frame.x(at) > frame.width - 40;
    to.leaf(
      "line",
      {{"class", "axis"}, {"x1", x}, {"x2", x}, {"y1", bottom}, {"y2", coordinate(frame.bottom() + 4)}});
    to.element("text", {{"class", last ? "end" : "middle"}, {"x", x}, {"y", coordinate(frame.bottom() + 17)}},
               duration_text(at));
  }
  to.leaf("line", {{"class", "axis"},
                   {"x1", coordinate(frame.left)},
                   {"x2", coordinate(frame.width - frame.right)},
                   {"y1", bottom},
                   {"y2", bottom}});
}

void draw_bands(markup& to, const plot_frame& frame, const std::vector<fault_span>& faults) {
  for (const auto& fault : faults) {
    const auto x = frame.x(fault.from);
    to.leaf("rect", {{"class", "band"},
                     {"x", coordinate(x)},
                     {"y", coordinate(frame.top)},
                     {"width", coordinate(std::max(frame.x(fault.until) - x, band_width_min))},
                     {"height", coordinate(frame.height)}});
  }
}

void draw_instant(markup& to, const plot_frame& frame, duration at, std::string_view meaning) {
  const auto x = frame.x(at);
  const bool near_end = x > (frame.left + frame.width) / 2;
  to.leaf("line", {{"class", "instant"},
                   {"x1", coordinate(x)},
                   {"x2", coordinate(x)},
                   {"y1", coordinate(frame.top)},
                   {"y2", coordinate(frame.bottom())}});
  to.element("text",
             {{"class", near_end ? "label end" : "label"},
              {"x", coordinate(near_end ? x - 5 : x + 5)},
              {"y", coordinate(frame.bottom() - 6)}},
             meaning);
}

void draw_curve(markup& to, const plot_frame& frame, const curve& of) {
  std::string lines, areas;
  std::vector<point> run;
  const auto end_run = [&] {
    if (run.empty())
      return;
    lines += line_through(run);
    if (of.filled && run.size() > 1)
      areas += line_through(run) + fmt::format("L{1} {0}L{2} {0}Z", coordinate(frame.bottom()),
                                               coordinate(run.back().x), coordinate(run.front().x));
    run.clear();
  };
  const auto bins = of.shares.size();
  for (std::size_t i = 0; i < bins; ++i)
    if (of.shares[i])
      run.push_back({(bin_x(frame, i, bins) + bin_x(frame, i + 1, bins)) / 2, frame.y(*of.shares[i])});
    else
      end_run();
  end_run();
  if (!areas.empty())
    to.leaf("path", {{"class", "area f" + of.css}, {"d", areas}});
  if (!lines.empty())
    to.leaf("path", {{"class", "curve c" + of.css}, {"d", lines}});
}

void draw_hovers(markup& to, const plot_frame& frame, std::size_t bins,
                 const std::function<std::string(std::size_t)>& text) {
  for (std::size_t i = 0; i < bins; ++i) {
    const auto words = text(i);
    if (words.empty())
      continue;
    const auto x = bin_x(frame, i, bins);
    to.open("rect", {{"class", "hover"},
                     {"x", coordinate(x)},
                     {"y", coordinate(frame.top)},
                     {"width", coordinate(bin_x(frame, i + 1, bins) - x)},
                     {"height", coordinate(frame.height)}});
    to.element("title", words);
    to.close();
  }
}

} // namespace troupe::lab
