// The page of `bench write --html`: the table for people and three charts, drawn here. Nothing in
// it comes from elsewhere, so it can be mailed, kept as an artefact of CI, or opened offline.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench_report.hpp"
#include "svg_chart.hpp"

namespace reel::tool {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>reel bench write</title>
<style>
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1f24; --faint: #d8dce2;
        --series-0: #0b62c4; --series-1: #c2410c; --series-2: #15803d; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16181c; --ink: #e6e8eb; --faint: #383d45;
          --series-0: #6cb2ff; --series-1: #ff9d66; --series-2: #6ee7a0; } }
body { background: var(--paper); color: var(--ink); margin: 2rem auto; padding: 0 1rem;
       max-width: 60rem; font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } table { border-collapse: collapse; margin: 1rem 0 2rem; }
th { text-align: left; padding-right: 1.5rem; vertical-align: top; }
td { font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; margin-bottom: 1.5rem; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .title { font-weight: 600; font-size: 14px; }
.grid { stroke: var(--faint); } .line { fill: none; stroke-width: 2; }
.s0 { stroke: var(--series-0); } .s1 { stroke: var(--series-1); stroke-dasharray: 6 3; }
.s2 { stroke: var(--series-2); stroke-dasharray: 2 3; }
</style></head><body>
<h1>reel bench write</h1>
)";

// 90 % is at 1, 99 % at 2, 99.9 % at 3: the slow calls get the room that they matter.
double nines(double share) { return -std::log10(1 - share); }

std::vector<SvgChart::Point> curve_of(const Nanoseconds& ns, double end) {
  std::vector<SvgChart::Point> points;
  for (const Nanoseconds::Point& point : ns.curve) {
    points.push_back(
        {point.share < 1 ? nines(point.share) : end, std::log10(std::max(point.ns, 1.0))});
  }
  return points;
}

std::string time_label(int power) {
  static constexpr std::string_view kUnits[] = {"ns", "us", "ms", "s"};
  const int unit = std::min(power / 3, 3);
  return fmt::format("{:g} {}", std::pow(10, power - 3 * unit), kUnits[unit]);
}

SvgChart latency_chart(const WriteBenchReport& report, bool limited) {
  SvgChart chart;
  chart.title = limited ? "Latency, from when an event was due" : "Latency of a record call";
  chart.x_title = "share of calls that took no longer";
  chart.y_title = "time, logarithmic";
  double last = 1;
  for (const auto& point : report.record.curve) {
    if (point.share < 1) last = std::max(last, nines(point.share));
  }
  chart.x_max = last + 0.3;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    chart.x_ticks.push_back(
        {static_cast<double>(i),
         fmt::format("{:.{}f} %", 100 - std::pow(10, 2 - i), std::max(i - 2, 0))});
  }
  chart.x_ticks.push_back({chart.x_max, "max"});
  const auto decades = static_cast<int>(std::ceil(std::log10(std::max(report.record.max, 10.0))));
  chart.y_max = decades;
  for (int i = 0; i <= decades; ++i)
    chart.y_ticks.push_back({static_cast<double>(i), time_label(i)});
  chart.series.push_back({"every event", curve_of(report.record, chart.x_max)});
  if (limited) {
    chart.series.push_back({"the call alone", curve_of(report.call, chart.x_max)});
  } else {
    chart.series.push_back({"TOKENs", curve_of(report.token, chart.x_max)});
  }
  return chart;
}

void set_axes(SvgChart& chart) {
  double x_max = 0, y_max = 0;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      x_max = std::max(x_max, point.x);
      y_max = std::max(y_max, point.y);
    }
  }
  double x_last = x_max;
  for (auto& tick : even_ticks(x_last)) {
    if (tick.at <= x_max) chart.x_ticks.push_back(std::move(tick));
  }
  chart.x_max = x_max;
  chart.y_ticks = even_ticks(y_max);
  chart.y_max = y_max;
  chart.x_title = "seconds";
}

// Of what is recorded: what is written goes by whole batches, a jump each, and shows in the arena.
SvgChart throughput_chart(const std::vector<BenchSample>& samples) {
  SvgChart chart;
  chart.title = "Throughput over time";
  chart.y_title = "events/s";
  chart.series = {{"recorded", {}}};
  BenchSample before;
  for (const BenchSample& sample : samples) {
    const double seconds = sample.seconds - before.seconds;
    if (seconds <= 0) continue;
    const auto events = static_cast<double>(sample.recorded - before.recorded);
    chart.series[0].points.push_back({sample.seconds, events / seconds});
    before = sample;
  }
  set_axes(chart);
  return chart;
}

SvgChart arena_chart(const std::vector<BenchSample>& samples) {
  constexpr double kChunksPerMib = 8;  // of 128 KiB
  SvgChart chart;
  chart.title = "Arena in use: how far the writer is behind";
  chart.y_title = "MiB";
  chart.series = {{"chunks not free", {}}};
  for (const BenchSample& sample : samples) {
    chart.series[0].points.push_back({sample.seconds, sample.chunks_used / kChunksPerMib});
  }
  set_axes(chart);
  return chart;
}

}  // namespace

std::string bench_html(const WriteBenchReport& report, const BenchAsked& asked) {
  std::string page(kHead);
  page += "<table>\n";
  for (const auto& [name, value] : bench_facts(report, asked)) {
    page += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", html_escaped(name),
                        html_escaped(value));
  }
  page += "</table>\n";
  page += latency_chart(report, asked.bench.events_per_s > 0).to_svg();
  page += throughput_chart(report.samples).to_svg();
  page += arena_chart(report.samples).to_svg();
  return page + "</body></html>\n";
}

}  // namespace reel::tool
