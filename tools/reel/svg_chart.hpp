// A line chart as SVG text, to stand in a page of ours: its colours are the page's CSS variables
// (--ink, --faint, --series-0, ...), so it works light and dark.
#pragma once

#include <string>
#include <vector>

namespace reel::tool {

struct SvgChart {
  struct Tick {
    double at = 0;  // on the axis' scale
    std::string label;
  };
  struct Point {
    double x = 0, y = 0;
  };
  struct Series {
    std::string name;
    std::vector<Point> points;
  };

  std::string title, x_title, y_title;
  std::vector<Tick> x_ticks, y_ticks;
  double x_max = 1, y_min = 0, y_max = 1;  // x begins at 0
  std::vector<Series> series;

  std::string to_svg() const;
};

// Even ticks from 0 to about `max`, at 1, 2 or 5 times a power of ten; raises `max` to the last.
std::vector<SvgChart::Tick> even_ticks(double& max);

// Text between tags or in an attribute.
std::string html_escaped(std::string_view text);

}  // namespace reel::tool
