#include "svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace reel::tool {
namespace {

constexpr double kWidth = 860, kHeight = 340;
constexpr double kLeft = 78, kRight = 16, kTop = 46, kBottom = 52;
constexpr double kLegendStep = 170;

std::string text_at(double x, double y, std::string_view anchor, std::string_view words,
                    std::string_view more = {}) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y,
                     anchor, more, html_escaped(words));
}

std::string line(double x0, double y0, double x1, double y1, std::string_view style) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x0, y0, x1,
      y1, style);
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::vector<SvgChart::Tick> even_ticks(double& max) {
  if (!(max > 0)) max = 1;
  const double power = std::pow(10, std::floor(std::log10(max / 4)));
  double step = power;
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    step = factor * power;
    if (max / step <= 6) break;
  }
  std::vector<SvgChart::Tick> ticks;
  const int count = static_cast<int>(std::ceil(max / step));
  for (int i = 0; i <= count; ++i) {
    const double at = i * step;
    ticks.push_back({at, at >= 1e6   ? fmt::format("{:g} M", at / 1e6)
                         : at >= 1e4 ? fmt::format("{:g} k", at / 1e3)
                                     : fmt::format("{:g}", at)});
  }
  max = count * step;
  return ticks;
}

std::string SvgChart::to_svg() const {
  const double width = kWidth - kLeft - kRight, height = kHeight - kTop - kBottom;
  const auto x_of = [&](double x) {
    return kLeft + width * std::clamp(x_max > 0 ? x / x_max : 0.0, 0.0, 1.0);
  };
  const auto y_of = [&](double y) {
    const double range = y_max - y_min;
    return kTop + height * (1 - std::clamp(range > 0 ? (y - y_min) / range : 0.0, 0.0, 1.0));
  };
  std::string out = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
                                kWidth, kHeight, html_escaped(title));
  for (const Tick& tick : y_ticks) {
    out += line(kLeft, y_of(tick.at), kWidth - kRight, y_of(tick.at), "grid");
    out += text_at(kLeft - 8, y_of(tick.at) + 4, "end", tick.label);
  }
  for (const Tick& tick : x_ticks) {
    out += line(x_of(tick.at), kTop, x_of(tick.at), kTop + height, "grid");
    out += text_at(x_of(tick.at), kTop + height + 18, "middle", tick.label);
  }
  out += text_at(kLeft + width / 2, kHeight - 10, "middle", x_title);
  out += text_at(kLeft, 16, "start", title, " class=\"title\"");
  out += text_at(kLeft, kTop - 10, "start", y_title);
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double x = kWidth - kRight - kLegendStep * static_cast<double>(series.size() - i);
    out += line(x, kTop - 14, x + 22, kTop - 14, fmt::format("line s{}", i));
    out += text_at(x + 28, kTop - 10, "start", series[i].name);
    out += fmt::format("<polyline class=\"line s{}\" points=\"", i);
    for (const Point& point : series[i].points) {
      out += fmt::format("{:.1f},{:.1f} ", x_of(point.x), y_of(point.y));
    }
    out += "\"/>\n";
  }
  return out + "</svg>\n";
}

}  // namespace reel::tool
