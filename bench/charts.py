#!/usr/bin/env python3
"""Charts for docs/BENCHMARKS.md from the JSON of the benchmarks; needs nothing but Python.

    bench/charts.py [--out docs/img] [--peers peers.json] [--write LABEL=write.json ...]

--peers takes what `reel_peers --json` wrote and makes peers-call.svg and peers-throughput.svg.
--write takes what `reel bench write --json` printed, as often as there are runs to lay over each other,
and makes write-latency.svg and write-throughput.svg. The SVG files work light and dark.
"""
import argparse
import json
import math
import pathlib
from html import escape

WIDTH = 860
STYLE = """<style>
svg { --ink: #1c1f24; --faint: #d8dce2; --s0: #0b62c4; --s1: #c2410c; --s2: #15803d; --s3: #7e3aa8; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #e6e8eb; --faint: #383d45; --s0: #6cb2ff; --s1: #ff9d66; --s2: #6ee7a0; --s3: #d0a2f5; } }
text { fill: var(--ink); font: 12px system-ui, sans-serif; } .title { font-weight: 600; font-size: 14px; }
.grid { stroke: var(--faint); } .line { fill: none; stroke-width: 2; }
.f0 { fill: var(--s0); } .f1 { fill: var(--s1); } .f2 { fill: var(--s2); } .f3 { fill: var(--s3); }
.l0 { stroke: var(--s0); } .l1 { stroke: var(--s1); stroke-dasharray: 6 3; }
.l2 { stroke: var(--s2); stroke-dasharray: 2 3; } .l3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
</style>"""


def text(x, y, words, anchor="start", style=""):
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(words)}</text>'


def line(x0, y0, x1, y1, style="grid"):
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" class="{style}"/>'


def svg(title, height, parts):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="{escape(title)}">')
    return "\n".join([head, STYLE, text(8, 18, title, style="title"), *parts, "</svg>", ""])


def short_ns(ns):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


def short_rate(rate):
    if rate >= 1e9:
        return f"{rate / 1e9:.3g} G/s"
    return f"{rate / 1e6:.3g} M/s" if rate >= 1e6 else f"{rate / 1e3:.3g} k/s"


def bars(title, rows, names, show):
    """Horizontal bars on a logarithmic axis; rows are (label, values, dim), a bar for each name."""
    left, right, top, bar, gap = 250, 90, 56, 13, 12
    values = [v for _, vs, _ in rows for v in vs if v > 0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    step = bar * len(names) + gap
    bottom = top + step * len(rows)
    scale = (WIDTH - left - right) / max(high - low, 1)
    parts = []
    for i, name in enumerate(names):
        parts.append(f'<rect x="{left + 180 * i}" y="28" width="12" height="12" class="f{i}"/>')
        parts.append(text(left + 180 * i + 18, 38, name))
    for decade in range(low, high + 1):
        x = left + (decade - low) * scale
        parts += [line(x, top - 4, x, bottom), text(x, bottom + 14, show(10.0 ** decade), "middle")]
    for row, (label, row_values, dim) in enumerate(rows):
        y = top + row * step
        parts.append(text(left - 8, y + step / 2 - 2, label, "end"))
        for i, value in enumerate(row_values):
            width = max((math.log10(max(value, 10.0 ** low)) - low) * scale, 1)
            faint = ' opacity="0.45"' if dim else ""
            parts.append(f'<rect x="{left}" y="{y + i * bar:.1f}" width="{width:.1f}" '
                         f'height="{bar - 2}" class="f{i}"{faint}/>')
            parts.append(text(left + width + 5, y + i * bar + 10, show(value)))
    return svg(title, bottom + 24, parts)


def lines(title, series, x_ticks, x_max, y_ticks, x_title):
    """Lines; series are (name, [(x, y)]), ticks (position, label). The x axis ends at x_max."""
    left, right, top, height = 80, 24, 60, 250
    y_max = y_ticks[-1][0]
    x_of = lambda x: left + (WIDTH - left - right) * x / x_max
    y_of = lambda y: top + height * (1 - max(y, 0) / y_max)
    parts = []
    for at, label in y_ticks:
        parts += [line(left, y_of(at), WIDTH - right, y_of(at)), text(left - 8, y_of(at) + 4, label, "end")]
    for at, label in (tick for tick in x_ticks if tick[0] <= x_max):
        parts += [line(x_of(at), top, x_of(at), top + height),
                  text(x_of(at), top + height + 18, label, "middle" if x_of(at) < WIDTH - 60 else "end")]
    parts.append(text((left + WIDTH) / 2, top + height + 38, x_title, "middle"))
    for i, (name, points) in enumerate(series):
        x = left + 195 * i
        parts += [line(x, 40, x + 22, 40, f"line l{i % 4}"), text(x + 28, 44, name)]
        path = " ".join(f"{x_of(px):.1f},{y_of(py):.1f}" for px, py in points)
        parts.append(f'<polyline class="line l{i % 4}" points="{path}"/>')
    return svg(title, top + height + 50, parts)


def even_ticks(high, show):
    high = high or 1
    power = 10.0 ** math.floor(math.log10(high / 4))
    step = next(f * power for f in (1, 2, 5, 10) if high / (f * power) <= 6)
    return [(i * step, show(i * step)) for i in range(math.ceil(high / step) + 1)]


def latency(runs):
    """90 % stands at 1, 99 % at 2, 99.9 % at 3: the slow calls get the room that they matter."""
    series, last, most = [], 1, 10
    for label, run in runs:
        points = [(-math.log10(1 - share), ns) for share, ns in run["percentiles"] if share < 1]
        last = max(last, points[-1][0])
        most = max(most, run["ns_per_record"]["max"])
        series.append((label, [(x, math.log10(max(ns, 1))) for x, ns in points]))
    names = ["0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "99.9999 %", "99.99999 %"]
    y_ticks = [(i, short_ns(10.0 ** i)) for i in range(math.ceil(math.log10(most)) + 1)]
    return lines("Latency of a recorded event", series, list(enumerate(names)), last, y_ticks,
                 "share of events that took no longer")


def throughput(runs):
    """What was recorded: what is written goes by whole batches, a jump each."""
    series = []
    for label, run in runs:
        points, before = [], (0, 0)
        for seconds, recorded, *_ in run["timeline"]:
            if seconds > before[0]:
                points.append((seconds, max(recorded - before[1], 0) / (seconds - before[0])))
            before = (seconds, recorded)
        series.append((label, points))
    high = max(y for _, points in series for _, y in points)
    long = max(x for _, points in series for x, _ in points)
    return lines("Events recorded over time", series, even_ticks(long, lambda x: f"{x:g}"), long,
                 even_ticks(high, lambda y: short_rate(y) if y else "0"), "seconds")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", default="docs/img", type=pathlib.Path)
    parser.add_argument("--peers", type=pathlib.Path)
    parser.add_argument("--write", action="append", default=[], metavar="LABEL=FILE")
    asked = parser.parse_args()
    charts = {}
    if asked.peers:
        peers = json.loads(asked.peers.read_text())["peers"]
        charts["peers-call"] = bars(
            "A token, on the caller's thread (logarithmic; less is better)",
            [(p["name"], [p["p50_ns"], p["p999_ns"]], not p["stores"]) for p in peers],
            ["p50, of batches of 16", "p99.9, of single calls"], short_ns)
        charts["peers-throughput"] = bars(
            "Tokens a second, until the operating system has them all (logarithmic; more is better)",
            [(p["name"], [p["events_per_s"]], not p["stores"]) for p in peers], ["sustained"], short_rate)
    runs = [(label, json.loads(pathlib.Path(file).read_text()))
            for label, _, file in (given.partition("=") for given in asked.write)]
    if runs:
        charts["write-latency"] = latency(runs)
        charts["write-throughput"] = throughput(runs)
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, chart in charts.items():
        (asked.out / f"{name}.svg").write_text(chart)
        print(asked.out / f"{name}.svg")


if __name__ == "__main__":
    main()
