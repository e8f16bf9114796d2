// SPDX-License-Identifier: BSD-3-Clause
// The parts all plots over time are made of: a frame with axes, fault bands, curves. Every plot has the same
// width and margins, so that those below each other share their time axis. Units of the drawing are pixels of
// a 1000 pixel wide page. Pure.
#pragma once

#include "tools/lab/report/fault_spans.hpp"
#include "tools/lab/report/markup.hpp"

#include <functional>

namespace troupe::lab {

struct plot_frame {
  static constexpr double width = 1000, left = 92, right = 12, top = 8, axis_height = 22;

  duration end{1};     ///< time at the right end; above zero
  double height = 130; ///< of the area between the axes
  double bottom() const { return top + height; }
  double x(duration at) const;
  /// 0 to 1 from the bottom up; what is outside is drawn at the edge.
  double y(double share) const;
};

/// What a reader who does not see the drawing is told.
struct plot_words {
  std::string id; ///< a literal, unique in the page
  std::string title;
  std::string description;
};

struct axis_mark {
  double share = 0; ///< of the height
  std::string text;
};

struct curve {
  std::string css;                           ///< the class of its colour
  std::vector<std::optional<double>> shares; ///< one per bin, 0 to 1 of the height; nothing: a gap
  bool filled = false;                       ///< down to the axis
};

/// Times between 0 and `end` a person would choose, about eight of them.
std::vector<duration> time_marks(duration end);
/// The smallest of 1, 2, 5, 10, 20, ... that is not below `value`; 1 for nothing and less.
double rounded_up(double value);

void open_plot(markup& to, const plot_frame& frame, const plot_words& words);
void draw_axes(markup& to, const plot_frame& frame, const std::vector<axis_mark>& marks);
void draw_bands(markup& to, const plot_frame& frame, const std::vector<fault_span>& faults);
/// A dashed line at an instant, with its meaning beside it.
void draw_instant(markup& to, const plot_frame& frame, duration at, std::string_view meaning);
void draw_curve(markup& to, const plot_frame& frame, const curve& of);
/// An invisible column per bin that shows a text under the pointer.
void draw_hovers(markup& to, const plot_frame& frame, std::size_t bins,
                 const std::function<std::string(std::size_t)>& text);

} // namespace troupe::lab
